"""What became of a client's word, told to the client."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contracts.coverage.intake_rule.rule import RequestRefused
from servicedesk.tickets.errors import FileRefused, TicketError
from workflows.approvals import DecidedMeanwhile, NotAsked


def said(outcome: str) -> str:
    """`outcome` is that of `intake.client_reply.ClientReply`."""
    match outcome:
        case "resumed":
            return _("Thank you for the answer. Work continues.")
        case "reopened":
            return _("The request is re-opened. We will review it again.")
        case "new_ticket":
            return _("The former request was closed long ago, so we opened a new one that continues it.")
    return _("Your message is sent.")


def only_follows() -> str:
    return _("You follow this request. Only the requester or a company manager can confirm the solution.")


def refused(error: TicketError | RequestRefused) -> str:
    """Nearly always a stale page; the desk's own sentence would speak of its insides."""
    if isinstance(error, FileRefused | DecidedMeanwhile | NotAsked | RequestRefused):
        return str(error)
    return _("This request has changed meanwhile. The page shows its current state.")
