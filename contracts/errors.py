"""What contracts, hours and time refuse. `str(error)` may be shown to the person who asked."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from contracts import wording
from servicedesk.lib.refusals import Refusal


class ContractError(Refusal):
    """The agreement says no; the text says why and what to do instead."""


class OverlappingContracts(ContractError):
    """Another contract of the client covers the same service at the same time."""


class NoHoursLeft(ContractError):
    """The booking would pass zero and the contract refuses that. `left` and `asked` in hours."""

    def __init__(self, contract: object, *, left: Decimal, asked: Decimal) -> None:
        self.left, self.asked = left, asked
        super().__init__(
            _(
                "%(contract)s has %(left)s h left, and this takes %(asked)s h. "
                "Log it as billable or let the client buy hours."
            )
            % {"contract": contract, "left": wording.hours(left), "asked": wording.hours(asked)}
        )


class ClientNotAsked(ContractError):
    """The hours are used up and the contract wants the client asked before work goes on."""

    def __init__(self, contract: object, *, left: Decimal) -> None:
        super().__init__(
            _(
                "%(contract)s has %(left)s h left, and the client wants to be asked before work goes on. "
                "Send an estimate, or log it as billable."
            )
            % {"contract": contract, "left": wording.hours(left)}
        )


class EstimateExceeded(ContractError):
    """The work would take more than the client has approved."""

    def __init__(self, *, approved: Decimal, taken: Decimal, asked: Decimal) -> None:
        super().__init__(
            _(
                "The client has approved %(approved)s h, %(taken)s h are used, and this takes %(asked)s h. "
                "Send a new estimate, or log it as billable."
            )
            % {
                "approved": wording.hours(approved),
                "taken": wording.hours(taken),
                "asked": wording.hours(asked),
            }
        )


class HoursRefused(ContractError):
    """Hours that cannot be booked: zero, negative, or taken back already."""


class TimeRefused(ContractError):
    """A time entry that cannot be right: no time, too much, in the future, on a finished ticket."""


class TimeUnreadable(ContractError):
    def __init__(self, text: str) -> None:
        super().__init__(
            _("“%(text)s” is not a time. Examples: 1h 20m, 1:20, 80 (minutes).") % {"text": text.strip()[:40]}
        )
