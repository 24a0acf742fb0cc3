"""Why a word on an approval is not taken: each a sentence for the person who spoke."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted, StepGone, TicketError
from servicedesk.tickets.models import Ticket
from workflows.models import Approval

Decision = Approval.Decision


class NotAsked(NotPermitted):
    def __init__(self) -> None:
        super().__init__(_("You are not an approver of this request."))


class ReasonMissing(TicketError):
    def __init__(self) -> None:
        super().__init__(_("Write the reason for the rejection."))


class DecidedMeanwhile(TicketError):
    """By the person themselves, by somebody else, or because nobody did."""


def refusal(ticket: Ticket, by: User, asked: int | None = None) -> TicketError:
    """What happened to that which this person was asked; `asked` is the row their page showed."""
    mine = ticket.approvals.filter(Q(approver=by) | Q(on_behalf_of=by) | Q(decided_by=by) | Q(pk=asked))
    last = mine.exclude(decided_at=None).select_related("decided_by").order_by("-decided_at", "-pk").first()
    if last is None:
        return StepGone() if mine.open().exists() else NotAsked()
    if last.decision == Decision.DROPPED:
        last = _deciding(last) or last
    return _sentence(last, by)


def _deciding(dropped: Approval) -> Approval | None:
    """The decision that made the others of its level needless."""
    said = Approval.objects.filter(run=dropped.run_id, level=dropped.level).exclude(decided_by=None)
    return said.select_related("decided_by").order_by("-decided_at", "-pk").first()


def _sentence(last: Approval, by: User) -> TicketError:
    if last.decision == Decision.EXPIRED:
        return DecidedMeanwhile(_("The approval has expired. The page shows what happened next."))
    if last.decided_by is None:  # withdrawn, merged, or of another type now
        return StepGone()
    is_yes = last.decision == Decision.APPROVED
    if last.decided_by_id == by.pk:
        return DecidedMeanwhile(
            _("You have approved this already.") if is_yes else _("You have rejected this already.")
        )
    said = (
        _("%(person)s has approved it in the meantime.")
        if is_yes
        else _("%(person)s has rejected it in the meantime.")
    )
    return DecidedMeanwhile(said % {"person": last.decided_by})
