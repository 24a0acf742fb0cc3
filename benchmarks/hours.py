"""The hours of a contract with a long ledger: balance, totals, statement; and the promise before a request.

The ledger is written directly, all of it rolled back. Milliseconds of the clock on the wall for the ledger,
because the database works too; processor time for the promise.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.measuring import RUNS, Statements, measure, say
from catalog.models import RequestType
from contracts.hours import account, ledger, prepaid
from contracts.hours.statement.statement import statement
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from servicedesk.people.models import User
from servicedesk.portal.deadline import applicable_terms
from servicedesk.tickets.models import Ticket

LONG, YEAR = 100_000, 5_000  # entries of the ledger, and of them in the year of the statement
BATCH = 5_000
BEGIN = datetime(2005, 1, 1, 9, tzinfo=UTC)
LAST_YEAR = date(2025, 1, 1), date(2025, 12, 31)
QUARTER = Decimal("0.25")


def run(person: User) -> None:
    """Print a JSON line for each measure; `person` is a contact of a client with a contract."""
    _promise(person)
    with transaction.atomic():
        contract = _long(Contract.objects.select_related("client").order_by("pk")[0])
        _wall("balance of 100,000 entries", lambda: ledger.balance(contract))
        _wall("totals of 100,000 entries", lambda: prepaid.totals(contract))
        _wall("account page data of 100,000 entries", lambda: account.account(contract, timezone.now()))
        _wall("statement of a year with 5,000 entries", lambda: statement(contract, *LAST_YEAR))
        transaction.set_rollback(True)


def _promise(person: User) -> None:
    item = RequestType.objects.offered().select_related("service").order_by("pk")[0]
    client = person.memberships.select_related("client")[0].client
    asked = applicable_terms.asked_of(item, item.service, {})
    measure("promise before a request", lambda: applicable_terms.expected(client, asked, timezone.now()))


def _wall(name: str, act: Callable[[], Any]) -> None:
    taken, counted = [], 0
    for _ in range(RUNS):
        gc.collect()
        counter, started = Statements(), time.perf_counter()
        with connection.execute_wrapper(counter):
            act()
        taken.append((time.perf_counter() - started) * 1000)
        counted = counter.count
    say(name, unit="ms wall", median=round(statistics.median(taken), 2), runs=RUNS, statements=counted)


def _long(like: Contract) -> Contract:
    """A contract of the same client with a long ledger: bought once, drawn in quarters of an hour.

    The entries of the last year are spread over it, those before over the years before.
    """
    contract = Contract.objects.get(pk=like.pk)
    contract.pk, contract.number = None, "bench-hours"
    contract.save(force_insert=True)
    contract.client = like.client
    moments = _moments()
    work = _work(moments[1:])
    left = Decimal(LONG)
    rows = [_entry(contract, LedgerEntry.Kind.PURCHASE, left, left, moments[0], None)]
    for entry, at in zip(work, moments[1:], strict=True):
        left -= QUARTER
        rows.append(_entry(contract, LedgerEntry.Kind.CONSUMPTION, -QUARTER, left, at, entry))
    LedgerEntry.objects.bulk_create(rows, batch_size=BATCH)
    return contract


def _moments() -> list[datetime]:
    year = datetime.combine(LAST_YEAR[0], datetime.min.time(), UTC)
    before = (year - BEGIN) / (LONG - YEAR)
    within = timedelta(days=365) / YEAR
    return [BEGIN + n * before for n in range(LONG - YEAR)] + [
        year + timedelta(hours=12) + n * within for n in range(YEAR)
    ]


def _work(moments: list[datetime]) -> list[TimeEntry]:
    ticket = Ticket.objects.order_by("pk")[0]
    person = User.objects.agents().order_by("pk")[0]
    return TimeEntry.objects.bulk_create(
        [
            TimeEntry(ticket=ticket, person=person, work_kind="remote", minutes=15, spent_on=at.date())
            for at in moments
        ],
        batch_size=BATCH,
    )


def _entry(
    contract: Contract, kind: str, change: Decimal, left: Decimal, at: datetime, work: TimeEntry | None
) -> LedgerEntry:
    return LedgerEntry(
        contract=contract,
        kind=kind,
        hours=change,
        balance=left,
        at_zero=AtZero.WARN,
        occurred_at=at,
        time_entry=work,
    )
