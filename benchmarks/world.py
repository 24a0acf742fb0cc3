"""A desk with many tickets, each with all its rows: `python -m benchmarks.world --tickets 100000`.

A few hundred lives are played through the real door and the real verbs (`servicedesk.demo.stage`), in a
world whose calendar is the same every week. All other tickets are copies of these, written by the database
itself (`benchmarks.copying`): later keys, other clients, some whole weeks earlier, so that deadlines and
proofs still hold. What is open stays where it is in time; balances of hours are added up anew.

Fills the empty, migrated database that DATABASE_URL names. A million takes about as many rows as a thousand
tickets a day leave in three years.
"""

from __future__ import annotations

import argparse
import os
import time
from contextlib import nullcontext, suppress
from datetime import date, datetime, timedelta
from typing import Any

YEARS = timedelta(days=4 * 365)  # over which what is over is spread
OPEN_SHARE, MOST_OPEN = 10, 10_000  # one of so many is open, and no more of them


def fill(*, tickets: int, clients: int = 300, lives: int = 240, until: datetime | None = None) -> None:
    """Write at least `clients` clients and exactly `tickets` tickets, as they stand at `until` (now).

    Of `lives`, which are played one by one, there are no more than tickets. Needs an empty database.
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from benchmarks import copying
    from servicedesk.tickets.models import Ticket

    at = until or timezone.now().replace(minute=0, second=0, microsecond=0)
    # On SQLite one transaction; on PostgreSQL each step is its own, so that no lock is held for minutes.
    with transaction.atomic() if connection.vendor == "sqlite" else nullcontext():
        with transaction.atomic():
            _play(min(lives, tickets), at)
            copies = -(-clients // _companies())
            strides = copying.companies(copies)
        wanted = copying.Wanted(
            total=tickets,
            open=min(MOST_OPEN, tickets // OPEN_SHARE),
            copies=copies,
            weeks=YEARS // timedelta(weeks=1),
        )
        copying.tickets(wanted, strides)
        _recount()
    assert Ticket.objects.count() == tickets


def _recount() -> None:
    """The copies did not pass the pen. A former state of the product kept no tally."""
    with suppress(ImportError):
        from servicedesk.tickets import tally

        tally.recount()


def _companies() -> int:
    from servicedesk.people.models import Client

    return Client.objects.count()


def _play(lives: int, at: datetime) -> None:
    """The lives that the others are copied from, and what the minute's jobs make of them."""
    from servicedesk.demo import stage, world
    from workflows.analytics import summaries

    people = world.build()
    for company in people.companies:  # a week like any other: no holidays, no summer time
        company.country = ""
        company.client.time_zone = "UTC"
        company.client.save(update_fields=["time_zone"])
    stage.play(people, seed=7, tickets=lives, until=at, progress=lambda _done, _total: None)
    for _number in summaries.batches():
        pass
    _hold_for_years((at - YEARS - timedelta(days=400)).date())
    _make_private()


def _hold_for_years(since: date) -> None:
    """What was agreed held before the oldest copies were opened."""
    from contracts.models import Contract, ContractVersion
    from sla.models import CalendarVersion, PolicyVersion

    Contract.objects.update(starts_on=since)
    for version in ContractVersion.objects.all():
        version.starts_on, version.terms = since, version.terms | {"starts_on": since.isoformat()}
        version.save()
    CalendarVersion.objects.update(effective_from=f"{since} 00:00+00:00")
    PolicyVersion.objects.update(effective_from=f"{since} 00:00+00:00")


def _make_private() -> None:
    """One group, so that what agents see has to be asked for."""
    from servicedesk.demo.world import SIGN_INS
    from servicedesk.people.models import Group

    agent = dict(SIGN_INS)["agent"]
    last = Group.objects.exclude(members__email=agent).order_by("-pk")[:1]
    Group.objects.filter(pk__in=[group.pk for group in last]).update(is_private=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.world")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=300)
    parser.add_argument("--lives", type=int, default=240, help="played one by one; the others are copies")
    asked: Any = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    import django

    django.setup()
    started = time.monotonic()
    fill(tickets=asked.tickets, clients=asked.clients, lives=asked.lives)
    print(f"{asked.tickets} tickets in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
