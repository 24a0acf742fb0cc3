"""What contracts, hours and time refuse. `str(error)` may be shown to the person who asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from servicedesk.lib.refusals import Refusal


class ContractError(Refusal):
    """The agreement says no; the text says why and what to do instead."""


class OverlappingContracts(ContractError):
    """Another contract of the client covers the same service at the same time."""


class NoHoursLeft(ContractError):
    """The booking would pass zero, which the contract refuses, or the request type alone.

    `left` and `asked` in hours; `request_type` is the name of a type whose rule is stricter.
    """

    def __init__(self, contract: object, *, left: Decimal, asked: Decimal, request_type: str = "") -> None:
        self.left, self.asked = left, asked
        told = {
            "contract": contract,
            "left": contract_formats.hours(left),
            "asked": contract_formats.hours(asked),
        }
        super().__init__(self._sentence(bool(request_type)) % {**told, "type": request_type})

    @staticmethod
    def _sentence(is_of_type: bool) -> str:
        if is_of_type:
            return _(
                "“%(type)s” needs prepaid hours: %(contract)s has %(left)s h left, and this takes "
                "%(asked)s h. Log it as billable outside the contract, or let the client buy hours."
            )
        return _(
            "%(contract)s has %(left)s h left, and this takes %(asked)s h. Log it as billable "
            "outside the contract, or let the client buy hours."
        )


class ClientNotAsked(ContractError):
    """The hours are used up and the contract, or the request type, wants the client asked first."""

    def __init__(self, contract: object, *, left: Decimal, request_type: str = "") -> None:
        told = {"contract": contract, "left": contract_formats.hours(left), "type": request_type}
        super().__init__(self._sentence(bool(request_type)) % told)

    @staticmethod
    def _sentence(is_of_type: bool) -> str:
        if is_of_type:
            return _(
                "For “%(type)s” the client must approve work without prepaid hours: %(contract)s has "
                "%(left)s h left. Send an estimate, or log it as billable outside the contract."
            )
        return _(
            "%(contract)s has %(left)s h left, and the client must approve further work. Send an "
            "estimate, or log it as billable outside the contract."
        )


class EstimateExceeded(ContractError):
    """The work would take more than the client has approved."""

    def __init__(self, *, approved: Decimal, taken: Decimal, asked: Decimal) -> None:
        super().__init__(
            _(
                "The client has approved %(approved)s h, %(taken)s h are used, and this takes "
                "%(asked)s h. Send a new estimate, or log it as billable outside the contract."
            )
            % {
                "approved": contract_formats.hours(approved),
                "taken": contract_formats.hours(taken),
                "asked": contract_formats.hours(asked),
            }
        )


class HoursRefused(ContractError):
    """Hours that cannot be booked: zero, negative, or taken back already."""


class TimeRefused(ContractError):
    """A time entry that cannot be right: no time, too much, in the future, on a finished ticket.

    `field` names what it is about, as `time.log_time` calls it; empty for all of it.
    """

    def __init__(self, text: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(text)


class TimeUnreadable(ContractError):
    def __init__(self, text: str) -> None:
        super().__init__(
            _("“%(text)s” is not a time. Examples: 1h 20m, 1:20, 80 (minutes).") % {"text": text.strip()[:40]}
        )


def overlap(name: str, starts_on: date, ends_on: date | None) -> str:
    """Two contracts of one client would promise the same at the same time."""
    values = {
        "contract": name,
        "starts": contract_formats.day(starts_on),
        "ends": contract_formats.day(ends_on) if ends_on else "",
    }
    if ends_on:
        return (
            _(
                "The contract %(contract)s covers the same from %(starts)s to %(ends)s. "
                "Change the dates or the services."
            )
            % values
        )
    return (
        _(
            "The contract %(contract)s covers the same from %(starts)s on, without an end. "
            "Change the dates or the services."
        )
        % values
    )
