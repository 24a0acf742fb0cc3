"""What a step asks for before it is taken: one dialog for each action that has fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Level, Service
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Cause, Ticket
from workflows import advance
from workflows.actions import ACTIONS, Action

MAX_TEXT = 100_000

# Who reads the words of a step, so that nobody writes them to the wrong person.
_READERS: dict[str, Promise] = {
    "ask_client": gettext_lazy("The client gets it as a message."),
    "resolve": gettext_lazy("The client gets it as a message and is asked to confirm."),
    "cancel": gettext_lazy("The client will read it."),
    "reject": gettext_lazy("The client will read it."),
}
_ONLY_US = gettext_lazy("Only colleagues read it.")


@dataclass(frozen=True)
class Step:
    """A button of the next step, and its form when it asks for something."""

    action: Action
    form: StepForm | None = None

    @property
    def dialog(self) -> str:
        return f"step-{self.action.name}"


class StepForm(forms.Form):
    """The fields that `action.form` names, filled with what the ticket says now."""

    def __init__(self, action: Action, ticket: Ticket, user: User, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{action.name}_%s")
        self.action, self.ticket = action, ticket
        for name in action.form:
            field = _MAKERS[name](action, ticket, user)
            field.required = name in action.required
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Another service brings its own group, unless a group was chosen as well."""
        given = super().clean() or {}
        if "service" in self.changed_data and "group" in given and "group" not in self.changed_data:
            del given["group"]
        return given

    def typed_text(self) -> str:
        """The words somebody wrote, to give back when the step is gone."""
        names = ("question", "solution", "reason")
        return next((str(self.data[name]) for name in names if self.data.get(name)), "")


def of(ticket: Ticket, user: User, sent: StepForm | None = None) -> list[Step]:
    """The buttons of the ticket; `sent` is a form that came back with errors."""
    return [Step(action, _form(action, ticket, user, sent)) for action in advance.possible(ticket, user)]


def bound(name: str, ticket: Ticket, user: User, data: Any) -> StepForm | None:
    """The form of an action as it was sent; None when there is no such action."""
    action = ACTIONS.get(name)
    return StepForm(action, ticket, user, data) if action else None


def _form(action: Action, ticket: Ticket, user: User, sent: StepForm | None) -> StepForm | None:
    if not action.form:
        return None
    if sent is not None and sent.action.name == action.name:
        return sent
    return StepForm(action, ticket, user)


def _service(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    offered = Service.objects.filter(Q(is_archived=False) | Q(pk=ticket.service_id or 0))
    return forms.ModelChoiceField(offered, label=_("Service"), initial=ticket.service_id)


def _urgency(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    return _level(_("Urgency"), ticket.urgency, _("How soon is it needed?"))


def _impact(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    return _level(_("Impact"), ticket.impact, _("How many people or how much work is affected?"))


def _level(label: str, initial: int, hint: str) -> forms.Field:
    return forms.TypedChoiceField(
        label=label, choices=Level.choices, coerce=int, empty_value=None, initial=initial, help_text=hint
    )


def _group(action: Action, ticket: Ticket, user: User) -> forms.Field:
    groups = Group.objects.visible_to(user)
    if action.name == "classify":
        return forms.ModelChoiceField(groups, label=_("Group"), initial=ticket.group_id)
    second_line = ticket.group.second_line_id if ticket.group else None
    return forms.ModelChoiceField(
        groups.exclude(pk=ticket.group_id or 0),
        label=_("Group"),
        initial=second_line,
        empty_label=_("Choose…"),
    )


def _assignee(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    people = User.objects.active().agents().exclude(pk=ticket.assignee_id)
    if ticket.group_id:
        people = people.filter(support_groups=ticket.group_id)
    return forms.ModelChoiceField(people, label=_("Assignee"), empty_label=_("Choose…"))


def _cause(_action: Action, ticket: Ticket, _user: User) -> forms.Field:
    return forms.ChoiceField(
        label=_("Cause"),
        choices=[("", _("Not said")), *Cause.choices],
        initial=ticket.cause,
        help_text=str(_ONLY_US),
    )


def _text(label: Promise, initial: Callable[[Ticket], str] = lambda ticket: "") -> _Maker:
    def make(action: Action, ticket: Ticket, _user: User) -> forms.Field:
        draft = {"rows": 4, "data-draft": f"step-{action.name}-{ticket.pk}"}
        return forms.CharField(
            label=str(label),
            max_length=MAX_TEXT,
            initial=initial(ticket),
            help_text=str(_READERS.get(action.name, _ONLY_US)),
            widget=forms.Textarea(attrs=draft),
        )

    return make


_Maker = Callable[[Action, Ticket, User], forms.Field]
_MAKERS: dict[str, _Maker] = {
    "service": _service,
    "urgency": _urgency,
    "impact": _impact,
    "group": _group,
    "assignee": _assignee,
    "cause": _cause,
    "solution": _text(gettext_lazy("Solution"), lambda ticket: ticket.solution),
    "question": _text(gettext_lazy("Question")),
    "reason": _text(gettext_lazy("Reason")),
}
