"""What a step asks for before it is taken: one dialog for each action that has fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Level, Service
from servicedesk.desk.bulk import parts_field
from servicedesk.desk.ticket.steps import assignee_field, reassign_form, task_forms, text_field, type_field
from servicedesk.desk.ticket.steps.reassign_form import ReassignForm
from servicedesk.desk.ticket.steps.task_forms import HandOverForm, TaskForm
from servicedesk.lib.choices import with_stored
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Cause, Ticket
from workflows import advance
from workflows.engine import open_steps
from workflows.steps.actions import ACTIONS, Action, possible_at


@dataclass(frozen=True)
class Step:
    """A button of the next step, and its form when it asks for something."""

    action: Action
    form: AnyForm | None = None

    @property
    def dialog(self) -> str:
        """Several tasks of a plan may be open, each with its dialogs."""
        number = f"-{self.action.task_id}" if self.action.is_of_plan else ""
        return f"step-{self.action.name}{number}"

    @property
    def template(self) -> str:
        names: dict[type, str] = {TaskForm: "task", ReassignForm: "reassign"}
        return f"desk/ticket/steps/_{names.get(type(self.form), 'step')}_dialog.html"


class StepForm(forms.Form):
    """The fields that `action.form` names, filled with what the ticket says now."""

    def __init__(self, action: Action, ticket: Ticket, user: User, data: Any = None) -> None:
        number = f"{action.task_id}_" if action.is_of_plan else ""
        super().__init__(data, auto_id=f"{action.name}_{number}%s")
        self.action, self.ticket = action, ticket
        for name in action.form:
            field = _MAKERS[name](action, ticket, user)
            field.required = name in action.required
            self.fields[name] = field
        self.fields |= parts_field.of(action, ticket, user)

    def clean(self) -> dict[str, Any]:
        """Another service brings its own group, unless a group was chosen as well."""
        given = super().clean() or {}
        if "service" in self.changed_data and "group" in given and "group" not in self.changed_data:
            del given["group"]
        return given

    def typed_text(self) -> str:
        """The words somebody wrote, to give back when the step is gone."""
        names = ("question", "solution", "reason", "comment")
        return next((str(self.data[name]) for name in names if self.data.get(name)), "")


AnyForm = StepForm | TaskForm | HandOverForm | ReassignForm


def of(ticket: Ticket, user: User, sent: AnyForm | None = None) -> list[Step]:
    """The buttons of the ticket; `sent` is a form that came back with errors."""
    tasks = open_steps.open_tasks(ticket)
    make = task_forms.Maker(ticket, user, tasks)
    return [
        Step(action, _form(action, ticket, user, sent, make))
        for action in possible_at(ticket, user, tasks)
        if action.name != task_forms.FOR_LATER  # a second button in the dialog of its task
    ]


def bound(name: str, ticket: Ticket, user: User, data: Any) -> AnyForm | None:
    """The form of an action as it was sent; None when there is no such action."""
    action = ACTIONS.get(name)
    if action is None:
        return None
    if name in task_forms.NAMES:
        return task_forms.bound(action, ticket, user, data)
    if name == reassign_form.NAME:
        return reassign_form.make(action, ticket, user, open_steps.open_tasks(ticket), data)
    number = str(data.get("task", ""))
    mine = [one for one in advance.possible(ticket, user) if one.name == name and str(one.task_id) == number]
    return StepForm(mine[0] if mine else action, ticket, user, data)


def _form(
    action: Action, ticket: Ticket, user: User, sent: AnyForm | None, make: task_forms.Maker
) -> AnyForm | None:
    if sent is not None and make.answers(sent.action, action):
        return sent
    if action.name in task_forms.NAMES:
        return make.form(action)
    if action.name == reassign_form.NAME:
        return reassign_form.make(action, ticket, user, make.tasks.values())
    return StepForm(action, ticket, user) if action.form else None


def _service(action: Action, ticket: Ticket, _user: User) -> forms.Field:
    if action.name == "correct_type":
        return type_field.service()
    offered = Service.objects.offered_or(ticket.service_id)
    return forms.ModelChoiceField(offered, label=_("Service"), initial=ticket.service_id)


def _urgency(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    return _level(_("Urgency"), ticket.urgency, _("How soon is it needed?"))


def _impact(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    return _level(_("Impact"), ticket.impact, _("How many people or how much work is affected?"))


def _level(label: str, initial: int, hint: str) -> forms.Field:
    return forms.TypedChoiceField(
        label=label, choices=Level.choices, coerce=int, empty_value=None, initial=initial, help_text=hint
    )


def _group(_action: Action, ticket: Ticket, user: User) -> forms.Field:
    offered = with_stored(Group.objects.visible_to(user), ticket.group_id)
    return forms.ModelChoiceField(offered, label=_("Group"), initial=ticket.group_id)


def _cause(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    return forms.ChoiceField(
        label=_("Cause"),
        choices=[("", _("Not specified")), *Cause.choices],
        initial=ticket.cause,
        help_text=str(text_field.ONLY_US),
    )


def _text(label: Promise, initial: Callable[[Ticket], str] = lambda ticket: "") -> _Maker:
    return lambda action, ticket, _user: text_field.of(label, action, ticket, initial(ticket))


_Maker = Callable[[Action, Ticket, User], forms.Field]
_MAKERS: dict[str, _Maker] = {
    "becomes": lambda _action, ticket, _user: type_field.becomes(ticket),
    "service": _service,
    "urgency": _urgency,
    "impact": _impact,
    "group": _group,
    "assignee": lambda _action, ticket, _user: assignee_field.of(ticket, ticket.group_id),
    "cause": _cause,
    "solution": _text(gettext_lazy("Solution"), lambda ticket: ticket.solution),
    "question": _text(gettext_lazy("Question")),
    "reason": _text(gettext_lazy("Reason")),
    "comment": _text(gettext_lazy("Comment")),
}
