"""What a task of a plan asks of whoever does it: its questions and its checklist, in one dialog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from catalog.questions import contacts, form_fields
from catalog.questions.contacts import People
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows import fulfilment
from workflows.engine import open_steps
from workflows.fulfilment.task_content import Point
from workflows.steps.actions import Action

POINT = "point_"
FOR_LATER, HAND_OVER = "keep_task", "hand_over_task"
NAMES = ("fulfil", FOR_LATER, HAND_OVER)


class TaskForm(forms.Form):
    """The fields of one open task, filled with what was kept so far. Saving for later requires nothing."""

    def __init__(
        self,
        action: Action,
        ticket: Ticket,
        user: User,
        task: Any = None,
        data: Any = None,
        people: People | None = None,
    ) -> None:
        """`task` is none when the step is gone; then what was typed can only be given back. `people` are
        those a question for a person offers."""
        self.action, self.ticket, self.task = action, ticket, task
        self.sheet = fulfilment.sheet_of(task) if task is not None else fulfilment.TaskSheet({})
        kept = self.sheet.data.get("answers") or {}
        initial = {form_fields.PREFIX + key: value for key, value in kept.items()}
        super().__init__(data, initial=initial, auto_id=f"task{task.pk if task else ''}_%s")
        self.fields |= form_fields.fields(self.sheet.questions, people)
        self.fields |= {f"{POINT}{point.number}": _tick(point, user.pk) for point in self.sheet.points}
        if action.name == FOR_LATER:
            for field in self.fields.values():
                field.required = False

    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(form_fields.PREFIX)]

    def point_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(POINT)]

    def clean(self) -> dict[str, Any]:
        """What `workflows` keeps: answers as JSON values, and the numbers of the ticked points."""
        super().clean()
        if self.task is None:
            return {}
        form_fields.settle(self, self.sheet.questions)
        given = self.cleaned_data
        ticked = [point.number for point in self.sheet.points if given.get(f"{POINT}{point.number}")]
        return {"answers": form_fields.answers(given), "ticked": ticked}

    def typed_text(self) -> str:
        """The answers somebody wrote, to give back when the step is gone."""
        typed = (value for name, value in self.data.items() if name.startswith(form_fields.PREFIX))
        return "\n".join(str(value) for value in typed if value)


def _tick(point: Point, user: int) -> forms.Field:
    """Another's tick is theirs to take back."""
    is_anothers = point.is_ticked and point.by != user
    return forms.BooleanField(
        label=point.text,
        initial=point.is_ticked,
        disabled=is_anothers,
        help_text=_("A colleague has checked this.") if is_anothers else "",
        error_messages={"required": _("Check it when it is done.")},
    )


class HandOverForm(forms.Form):
    """Who of the task's group gets it."""

    def __init__(
        self, action: Action, ticket: Ticket, task: Any, people: Iterable[tuple[int, str]], data: Any = None
    ) -> None:
        super().__init__(data, auto_id=f"{action.name}_{task.pk if task else ''}_%s")
        self.action, self.ticket = action, ticket
        others = [one for one in people if task is not None and one[0] != task.owner_id]
        self.fields["colleague"] = forms.TypedChoiceField(
            label=_("Colleague"), choices=[("", _("Choose…")), *others], coerce=int, empty_value=None
        )

    def typed_text(self) -> str:
        return ""


class Maker:
    """Makes the forms of one page: what several tasks need is asked for once."""

    def __init__(self, ticket: Ticket, user: User, tasks: Iterable[Any]) -> None:
        self.ticket, self.user = ticket, user
        self.tasks = {task.pk: task for task in tasks}

    def form(self, action: Action, data: Any = None) -> TaskForm | HandOverForm | None:
        """The form of an action at its task; none when nothing is asked."""
        task = self.tasks.get(action.task_id or 0)
        if action.name == HAND_OVER:
            group = (task.data.get("group") or 0) if task is not None else 0
            return HandOverForm(action, self.ticket, task, self._colleagues.get(group, ()), data)
        form = TaskForm(action, self.ticket, self.user, task, data, self._people)
        return form if form.fields or data is not None else None

    @staticmethod
    def answers(sent: Action, shown: Action) -> bool:
        """Whether a form that came back belongs into the dialog of this button."""
        name = "fulfil" if sent.name == FOR_LATER else sent.name
        return name == shown.name and sent.task_id in (None, shown.task_id)

    @cached_property
    def _people(self) -> People:
        """Contacts of the ticket's company; no statement where no task asks for one."""
        sheets = [fulfilment.sheet_of(task) for task in self.tasks.values()]
        asked = [question for sheet in sheets for question in sheet.questions]
        return contacts.offered(asked, [self.ticket.client_id], self.user)

    @cached_property
    def _colleagues(self) -> dict[int, list[tuple[int, str]]]:
        return fulfilment.colleagues(task.data.get("group") for task in self.tasks.values())


def bound(action: Action, ticket: Ticket, user: User, data: Any) -> TaskForm | HandOverForm | None:
    """The form as it was sent, for the task it names if that is still open."""
    number = str(data.get("task", ""))
    mine = [task for task in open_steps.open_tasks(ticket) if str(task.pk) == number]
    at_task = replace(action, task_id=mine[0].pk) if mine else action
    return Maker(ticket, user, mine).form(at_task, data)
