"""Who is to have the ticket next: another group, a person, or nobody, which is back to the queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.desk.ticket.steps import assignee_field, text_field
from servicedesk.lib.choices import with_stored
from servicedesk.lib.form_sent import refuse_nothing
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Ticket
from workflows.steps import ownership
from workflows.steps.actions import Action
from workflows.steps.ownership import Way

NAME = "reassign"


class GroupField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Groups to choose from; the one that usually gets it next says so."""

    second_line: int | None = None

    def label_from_instance(self, group: Any) -> str:
        if group.pk != self.second_line:
            return str(group)
        return _("%(group)s – second line") % {"group": group}


class ReassignForm(forms.Form):
    """What of it this person may do decides which fields there are and whom they offer."""

    def __init__(
        self,
        action: Action,
        ticket: Ticket,
        ways: frozenset[Way],
        groups: Iterable[Group],
        data: Any = None,
        chosen: str = "",
    ) -> None:
        """`chosen` is the group whose people are offered when nothing was sent yet."""
        super().__init__(data, auto_id=f"{action.name}_%s")
        self.action, self.ticket, self.ways = action, ticket, ways
        if Way.GROUP in ways:
            self.fields["group"] = _group(ticket, groups)
        self.group = self._chosen(data.get("group", "") if data is not None else chosen)
        self.fields["assignee"] = self._assignee()
        self.fields["reason"] = text_field.of(_("Reason"), action, ticket)
        self.fields["reason"].required = False
        if Way.GROUP in ways:
            self.fields["reason"].help_text = _(
                "Only colleagues read it. Required when another group gets the ticket."
            )

    @property
    def held(self) -> str:
        """Who has the ticket on the page that shows this form; not a field, so that an answer with errors
        shows it anew."""
        return ownership.held(self.ticket)

    @property
    def people_url(self) -> str:
        return reverse("desk:ticket-reassign-people", args=[self.ticket.pk]) if "group" in self.fields else ""

    def clean(self) -> dict[str, Any]:
        refuse_nothing(self)  # nobody chosen means the queue, a request without any field means nothing
        given = super().clean() or {}
        is_moved = ownership.way_of(self.ticket, given.get("group"), None) == Way.GROUP
        if is_moved and not given.get("reason"):
            self.add_error("reason", _("Say why another group should do it."))
        return given | {"held": str(self.data.get("held", ""))}

    def typed_text(self) -> str:
        return str(self.data.get("reason", ""))

    def _chosen(self, sent: str) -> int | None:
        """The group that was chosen if it is offered, else the present one."""
        if not sent or sent == str(self.ticket.group_id) or "group" not in self.fields:
            return self.ticket.group_id
        try:
            return int(self.fields["group"].clean(sent).pk)
        except ValidationError:
            return self.ticket.group_id

    def _assignee(self) -> forms.Field:
        field = assignee_field.of(self.ticket, self.group)
        if Way.QUEUE in self.ways or not self.ways:  # without any way the step says who has it
            field.required, field.empty_label = False, _("Unassigned, to the queue")
        if Way.PERSON not in self.ways and self.group == self.ticket.group_id:
            field.queryset = User.objects.none()
        field.error_messages["invalid_choice"] = _("Choose somebody who works in the chosen group.")
        return field


def make(
    action: Action, ticket: Ticket, user: User, tasks: Iterable[Any], data: Any = None, chosen: str = ""
) -> ReassignForm:
    """The form for the first of the open steps at which this person may reassign."""
    possible = (found for task in tasks if (found := ownership.ways(user, ticket, task)))
    groups = with_stored(Group.objects.visible_to(user), ticket.group_id)
    return ReassignForm(action, ticket, next(possible, frozenset()), groups, data, chosen)


def _group(ticket: Ticket, groups: Any) -> forms.Field:
    field = GroupField(
        groups,
        label=_("Group"),
        initial=ticket.group_id,
        required=False,
        empty_label=None if ticket.group_id else _("No group"),
    )
    field.second_line = ticket.group.second_line_id if ticket.group else None
    return field
