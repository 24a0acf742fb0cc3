"""Resolving a whole together with its parts: a box in the dialog of the whole."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketQuerySet
from servicedesk.tickets.statuses import Status
from workflows.many_tickets import bulk
from workflows.steps.actions import Action

NAME = "with_parts"


def of(action: Action, ticket: Ticket, user: User) -> dict[str, forms.Field]:
    """The box, where the step resolves and there are parts still to resolve; one statement there."""
    number = to_resolve(ticket, user).count() if action.name == "resolve" else 0
    if not number:
        return {}
    label = ngettext("Resolve its %(number)s open part too", "Resolve its %(number)s open parts too", number)
    hint = _("Each client of a part gets the solution as a message and is asked to confirm.")
    return {
        NAME: forms.BooleanField(label=label % {"number": number}, required=False, help_text=hint),
    }


def to_resolve(ticket: Ticket, user: User) -> TicketQuerySet:
    found: TicketQuerySet = bulk.parts_of(ticket, user).open().exclude(status=Status.RESOLVED)
    return found
