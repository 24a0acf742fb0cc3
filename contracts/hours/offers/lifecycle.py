"""Asking for hours: the client asks, the account manager offers, the client accepts; that buys them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import ContractError
from contracts.events import ContractEvent, tell
from contracts.hours import ledger
from contracts.hours import prepaid as ledger_hours
from contracts.models import Contract, HoursOffer
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted

State = HoursOffer.State
MOST = Decimal(100_000)


class OfferRefused(ContractError):
    """An offer that cannot be made, changed or decided now."""


def open_of(contract: Contract) -> HoursOffer | None:
    """What is asked for or offered now; there is never more than one."""
    return contract.offers.filter(state__in=[State.ASKED, State.OFFERED]).first()


def may_decide(user: User, contract: Contract) -> bool:
    """The client's managers."""
    return not user.is_staff and contract.client_id in user.managed_client_ids()


def may_offer(user: User, contract: Contract) -> bool:
    """Administrators and the account manager of the contract or its client."""
    if user.is_superuser:
        return True
    return user.is_account_manager and user.pk in {
        contract.account_manager_id,
        contract.client.account_manager_id,
    }


@transaction.atomic
def ask(contract: Contract, hours: Decimal, *, by: User, wish: str = "") -> HoursOffer:
    """The client's manager would like to buy hours.

    Raises:
        NotPermitted: `by` does not manage the client.
        OfferRefused: no hours, too many, or something is asked for or offered already.
    """
    _require(may_decide(by, contract))
    _lock_without_open(contract)
    _refuse_absurd(hours)
    asked = HoursOffer.objects.create(contract=contract, hours=hours, asked_by=by, wish=wish.strip())
    tell(ContractEvent.ASKED, asked)
    return asked


@transaction.atomic
def offer(
    contract: Contract,
    hours: Decimal,
    *,
    by: User,
    price: Decimal | None = None,
    note: str = "",
    expires_on: date | None = None,
) -> HoursOffer:
    """Offer hours: in answer to what was asked for, or unasked; an offer still open is replaced.

    Raises:
        NotPermitted: `by` does not keep the contract.
        OfferRefused: no hours, too many, a day that has passed.
    """
    _require(may_offer(by, contract))
    _refuse_absurd(hours)
    if expires_on and expires_on < timezone.localdate():
        raise OfferRefused(_("The last day of these hours has passed."))
    ledger.lock(contract)
    made = open_of(contract) or HoursOffer(contract=contract)
    values: dict[str, Any] = {
        "state": State.OFFERED,
        "hours": hours,
        "price": price,
        "expires_on": expires_on,
    }
    values |= {"offered_by": by, "offered_at": timezone.now(), "note": note.strip()}
    for name, value in values.items():
        setattr(made, name, value)
    made.save()
    tell(ContractEvent.OFFERED, made)
    return made


@transaction.atomic
def accept(offered: HoursOffer, *, by: User) -> HoursOffer:
    """Buy what is offered: the purchase stands on the ledger at once. Twice does no harm twice.

    Raises:
        NotPermitted: `by` does not manage the client.
        OfferRefused: it is not on offer any more, or its hours would be over already.
    """
    standing = _standing(offered, by, {State.OFFERED})
    note = _("Offer %(number)s") % {"number": standing.pk}
    entry = ledger_hours.purchase(
        standing.contract, standing.hours, by=by, note=note, expires_on=standing.expires_on
    )
    standing.purchase = entry
    done = _decided(standing, State.ACCEPTED, by)
    tell(ContractEvent.ACCEPTED, done)
    return done


@transaction.atomic
def decline(offered: HoursOffer, *, by: User, reason: str = "") -> HoursOffer:
    """The client does not want it."""
    done = _decided(_standing(offered, by, {State.OFFERED}), State.DECLINED, by, reason)
    tell(ContractEvent.DECLINED, done)
    return done


@transaction.atomic
def withdraw(asked: HoursOffer, *, by: User) -> HoursOffer:
    """The client does not ask any more, or the account manager takes the offer back."""
    contract = asked.contract
    _require(may_decide(by, contract) or may_offer(by, contract))
    return _decided(_locked(asked, {State.ASKED, State.OFFERED}), State.WITHDRAWN, by)


def _standing(offered: HoursOffer, by: User, states: set[str]) -> HoursOffer:
    _require(may_decide(by, offered.contract))
    return _locked(offered, states)


def _locked(offered: HoursOffer, states: set[str]) -> HoursOffer:
    ledger.lock(offered.contract)
    standing = HoursOffer.objects.select_related("contract").get(pk=offered.pk)
    if standing.state not in states:
        raise OfferRefused(_("It is “%(state)s” already.") % {"state": standing.get_state_display()})
    return standing


def _decided(standing: HoursOffer, state: str, by: User, reason: str = "") -> HoursOffer:
    standing.state, standing.decided_by, standing.decided_at = state, by, timezone.now()
    standing.reason = reason.strip()
    standing.save()
    return standing


def _lock_without_open(contract: Contract) -> None:
    ledger.lock(contract)
    if standing := open_of(contract):
        raise OfferRefused(
            _("Hours are %(state)s already.") % {"state": standing.get_state_display().lower()}
        )


def _refuse_absurd(hours: Decimal) -> None:
    if hours <= 0:
        raise OfferRefused(_("Hours must be more than zero."))
    if hours > MOST:
        raise OfferRefused(_("This many hours looks like a mistake."))


def _require(is_right: bool) -> None:
    if not is_right:
        raise NotPermitted
