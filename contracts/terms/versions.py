"""How the terms of a contract come about: the only writer of `ContractVersion`.

A version that is applied holds all terms as they came into force. One that is planned holds all terms as
they were agreed, and in `changes` the names of those that differed from what was in force then. Only these
are set on its day: what was changed at once meanwhile stays. Its number is always the one after
`contract.version`; applied, it holds all terms again. There is at most one, and `contract.next_version_on`
says its day.

What was agreed for a ticket when it was opened is never touched (R7).
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from contracts.errors import ContractError
from contracts.hours import ledger
from contracts.hours.expiry import day_of
from contracts.models import Contract, ContractVersion
from contracts.terms import values as terms
from contracts.terms.values import Terms
from servicedesk.people.models import Client, User

logger = structlog.get_logger(__name__)


class TermsMoved(ContractError):
    """Somebody else changed or planned terms since they were read."""

    def __init__(self) -> None:
        super().__init__(_("Someone else has changed these terms in the meantime."))


class UnfitDay(ContractError):
    """Terms cannot come into force on this day."""


def lock(contract: Contract) -> Contract:
    """Read the contract anew and keep others from its terms until the transaction ends.

    The client's row comes first, so that of two overlapping contracts made at once one is refused.
    """
    # no_key: new tickets may go on to refer to the client meanwhile.
    client = Client.objects.select_for_update(no_key=True).order_by().get(pk=contract.client_id)
    held = ledger.lock(contract)
    held.client = client
    return held


def planned(contract: Contract) -> ContractVersion | None:
    """What is agreed and not in force yet; one statement, none when `next_version_on` says no."""
    if contract.next_version_on is None:
        return None
    return contract.versions.filter(applied_at=None).select_related("made_by").first()


def mark(contract: Contract) -> str:
    """What a page has seen: another version, plan or closing of the books, another mark."""
    coming = planned(contract)
    return f"{contract.version}-{coming.pk if coming else 0}-{contract.closed_until or ''}"


def to_come(now: Terms, coming: ContractVersion) -> Terms:
    """All terms as they will be, if nothing else changes before."""
    return terms.merged(now, coming.terms, coming.terms.get("changes", ()))


def terms_on(contract: Contract, day: date) -> Terms:
    """The terms on a day from today on: those in force, or with those planned until then."""
    now, coming = terms.of(contract, contract.services.all()), planned(contract)
    return to_come(now, coming) if coming and coming.starts_on <= day else now


def record_first(contract: Contract, found: Terms, *, by: User | None, note: str, at: datetime) -> None:
    """Version 1 of a contract that was just made."""
    _write(contract, 1, contract.starts_on, found, made_by=by, note=note, made_at=at, applied_at=at)


def record(
    contract: Contract, before: Terms, after: Terms, *, by: User | None, note: str, at: datetime
) -> None:
    """The next version, in force from today; `contract` comes from `lock` and its caller saves `version`."""
    _record_baseline(contract, before, at)
    contract.version += 1
    contract.versions.filter(applied_at=None).update(number=contract.version + 1)
    since = max(day_of(contract, at), date.fromisoformat(after["starts_on"]))
    _write(contract, contract.version, since, after, made_by=by, note=note, made_at=at, applied_at=at)


def plan(
    contract: Contract,
    before: Terms,
    after: Terms,
    *,
    day: date,
    by: User | None,
    note: str,
    at: datetime,
) -> None:
    """Keep terms for a day to come, in place of those planned before; `contract` comes from `lock`.

    Raises:
        ContractError: nothing would change.
        UnfitDay: the contract would have ended by then.
    """
    changes = terms.changed(before, after)
    if not changes:
        raise ContractError(_("These are the terms in force: nothing would change on that day."))
    if after["ends_on"] and after["ends_on"] < day.isoformat():
        text = _("The contract ends on %(day)s, before these terms would come into force.")
        raise UnfitDay(text % {"day": contract_formats.day(after["ends_on"])})
    _record_baseline(contract, before, at)
    contract.versions.filter(applied_at=None).delete()
    _write(
        contract, contract.version + 1, day, after | {"changes": changes}, made_by=by, note=note, made_at=at
    )
    _set_next(contract, day)


@transaction.atomic
def withdraw(contract: Contract, coming: int, *, by: User) -> date:
    """Take planned terms back, by the key of their version; return the day they were planned for.

    Raises:
        ContractError: they are in force by now, or replaced by others.
    """
    held = lock(contract)
    standing = held.versions.filter(pk=coming, applied_at=None).first()
    if standing is None:
        raise ContractError(_("These terms are in force already, or were withdrawn or replaced."))
    standing.delete()
    _set_next(held, None)
    logger.info("terms_withdrawn", contract=held.pk, by=by.pk, day=standing.starts_on.isoformat())
    return standing.starts_on


def due(contracts: Iterable[Contract], day: date) -> bool:
    """Is there one whose planned terms are to hold on this day, the client's own? No statement."""
    return any(one.next_version_on is not None and one.next_version_on <= day for one in contracts)


def apply(contract: Contract, at: datetime) -> bool:
    """Bring into force what is planned for the client's day of `at`; True if that changed the contract.

    Safe to call twice at once: under its lock the contract is asked again. `contract` itself is left as it
    was, so read it anew. Terms that cannot be agreed any more stay planned, with a line in the log each day.
    """
    try:
        with transaction.atomic():
            return _apply(contract, at)
    except (ContractError, IntegrityError) as refused:
        _report(contract, refused, at)
        return False


def apply_due_for(client: Client, at: datetime) -> bool:
    """The same for all contracts of a client; one statement when nothing is due."""
    today = at.astimezone(ZoneInfo(client.time_zone)).date()
    found = client.contracts.filter(next_version_on__lte=today).order_by("pk")
    return sum(apply(contract, at) for contract in found) > 0


def sweep(at: datetime) -> int:
    """Bring into force whatever is due; return how many contracts changed.

    One indexed statement when there is nothing. Each contract has a transaction of its own, and one that
    cannot be done does not hold up the others. Those of a former client wait until it is one again.
    """
    # A day ahead: it may be tomorrow already where the client is.
    ahead = at.date() + timedelta(days=1)
    # In the order of the index: by key, SQLite would read the whole table.
    found = Contract.objects.filter(next_version_on__lte=ahead, client__is_active=True)
    found = found.select_related("client")
    found = found.order_by("next_version_on", "pk")
    return sum(_apply_alone(one, at) for one in found if due([one], day_of(one, at)))


def obstacle(contract: Contract, coming: ContractVersion) -> str:
    """Why planned terms could not come into force as things stand; "" if they could."""
    if not contract.client.is_active:
        return _("%(client)s is not an active client any more.") % {"client": contract.client}
    after = to_come(terms.of(contract, contract.services.all()), coming)
    try:
        _judged(copy(contract), after, coming)
    except ContractError as refused:
        return str(refused)
    return ""


def _apply_alone(contract: Contract, at: datetime) -> bool:
    try:
        return apply(contract, at)
    except Exception:  # one contract that cannot be changed must not keep the others from theirs
        logger.exception("terms_sweep_failed", contract=contract.pk)
        return False


def _apply(contract: Contract, at: datetime) -> bool:
    held = lock(contract)
    coming = planned(held) if due([held], day_of(held, at)) else None
    if coming is None:
        return False
    now = terms.of(held, held.services.all())
    after = _judged(held, to_come(now, coming), coming)
    coming.terms, coming.number, coming.applied_at = after, held.version + 1, at
    coming.save(update_fields=["terms", "number", "applied_at"])
    held.version, held.next_version_on = coming.number, None
    keep(held, terms.changed(now, after), after["services"])
    logger.info("terms_applied", contract=held.pk, version=held.version)
    return True


def _judged(contract: Contract, after: Terms, coming: ContractVersion) -> Terms:
    """The terms to come without rows that are gone, put into `contract`; nothing is saved."""
    found = terms.still_there(after, coming.terms.get("changes", ()))
    terms.put(contract, found)
    changes = coming.terms.get("changes", terms.TERMS)
    terms.judge(contract, found["services"], rows=changes, since=coming.starts_on)
    return found


def keep(contract: Contract, changes: Iterable[str], services: Iterable[int]) -> None:
    """Save what differs, and which version holds and which comes; `contract` comes from `lock`."""
    names = set(changes)
    keys = ["number_key"] if "number" in names else []
    contract.save(update_fields=[*(names - {"services"}), *keys, "version", "next_version_on"])
    if "services" in names:
        contract.services.set(list(services))


def _record_baseline(contract: Contract, before: Terms, at: datetime) -> None:
    """A contract from before there were versions gets its terms, as they were, as the first one."""
    if not contract.versions.exclude(applied_at=None).exists():
        _write(contract, contract.version, contract.starts_on, before, made_at=at, applied_at=at)


def _write(contract: Contract, number: int, starts_on: date, found: Terms, **facts: Any) -> None:
    facts["note"] = facts.get("note", "").strip()[:300]
    ContractVersion.objects.create(
        contract=contract, number=number, starts_on=starts_on, terms=found, **facts
    )


def _set_next(contract: Contract, day: date | None) -> None:
    contract.next_version_on = day
    contract.save(update_fields=["next_version_on"])


def _report(contract: Contract, refused: Exception, at: datetime) -> None:
    """An error in the log, once for each day that the terms wait longer than agreed."""
    coming, today = planned(contract), day_of(contract, at).isoformat()
    if coming is None or coming.terms.get("refused_on") == today:
        return
    logger.error("terms_not_applied", contract=contract.pk, number=coming.number, reason=str(refused))
    kept = coming.terms | {"refused_on": today}
    ContractVersion.objects.filter(pk=coming.pk, applied_at=None).update(terms=kept)
