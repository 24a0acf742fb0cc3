"""Whom a ticket can be given to: who is away today or not at work, and how much each has to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.lib import formatting
from servicedesk.people import working_hours
from servicedesk.people.models import Absence, User, UserQuerySet
from servicedesk.tickets.assignment import with_open_tickets
from servicedesk.tickets.models import Ticket


class AssigneeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """“Ilya Petrov – away until 3 Dec, 4 open tickets”. One statement when it is shown."""

    def label_from_instance(self, person: Any) -> str:
        count = person.open_tickets
        load = ngettext("%(n)s open ticket", "%(n)s open tickets", count) % {"n": count}
        return f"{person} – {', '.join(filter(None, (_standing(person), load)))}"


def of(ticket: Ticket, group: int | None) -> AssigneeField:
    """The people of a group, all agents without one; whoever has the ticket there already is left out."""
    people = User.objects.active().agents()
    if group == ticket.group_id:
        people = people.exclude(pk=ticket.assignee_id)
    if group:
        people = people.filter(support_groups=group)
    return AssigneeField(_described(people), label=_("Assignee"), empty_label=_("Choose…"))


def _described(people: UserQuerySet) -> UserQuerySet:
    today = Absence.objects.on(timezone.localdate()).filter(user=OuterRef("pk"))
    return with_open_tickets(people).annotate(away_until=Subquery(today.values("ends_on")[:1]))


def _standing(person: Any) -> str:
    if person.away_until:
        return _("away until %(day)s") % {"day": formatting.when(person.away_until)}
    return str(working_hours.presence(person, timezone.now(), []))
