"""Proof of what work took and what is set aside: follows the ledger of one contract, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from contracts.models import LedgerEntry, TimeEntry
from contracts.time import rounding
from contracts.time.rounding import Shared

Kind = LedgerEntry.Kind


class Aside:
    """Hours set aside: one reservation a ticket, and each entry says what all of them add up to."""

    def __init__(self) -> None:
        self._standing: dict[int | None, int] = {}
        self._hours = Decimal(0)

    def follow(self, entry: LedgerEntry) -> Iterator[str]:
        if entry.kind == Kind.RESERVE:
            if entry.ticket_id in self._standing:
                yield _("reserves hours for a ticket that has a reservation already.")
            self._standing[entry.ticket_id] = entry.pk
            self._hours -= entry.hours
        elif entry.kind == Kind.RELEASE and entry.reverses and entry.reverses.kind == Kind.RESERVE:
            if self._standing.get(entry.ticket_id) == entry.reverses_id:
                del self._standing[entry.ticket_id]
            self._hours -= entry.hours
        if entry.reserved != self._hours:
            yield _("says %(reserved)s h are reserved, the entries add up to %(sum)s h.") % {
                "reserved": entry.reserved,
                "sum": self._hours,
            }


class Charges:
    """Work: time that still stands is charged once, and time of one slot pays the slot."""

    def __init__(self) -> None:
        self._standing: dict[int, LedgerEntry] = {}
        # Given back though the work stands, and not booked anew yet: release by consumption.
        self._open: dict[int, int] = {}

    def follow(self, entry: LedgerEntry) -> Iterator[str]:
        if entry.kind == Kind.CONSUMPTION:
            self._standing[entry.pk] = entry
            if entry.replaces:
                yield from self._of_replacement(entry, entry.replaces)
        elif entry.kind == Kind.RELEASE and entry.reverses_id in self._standing:
            gone = self._standing.pop(entry.reverses_id)
            if gone.time_entry and gone.time_entry.reversed_at is None:
                self._open[gone.pk] = entry.pk

    def _of_replacement(self, entry: LedgerEntry, former: LedgerEntry) -> Iterator[str]:
        self._open.pop(former.pk, None)
        if former.pk in self._standing:
            yield _("uses hours for work that has used some already.")
        if former.time_entry_id != entry.time_entry_id or former.contract_id != entry.contract_id:
            yield _("replaces the entry of other work.")

    def differences(self) -> Iterator[tuple[int, str]]:
        """What can be told at the end alone, each with the entry that it is about."""
        for release in self._open.values():
            yield release, _("releases the hours of a time entry that is still valid.")
        slots: dict[Shared, list[TimeEntry]] = {}
        taken: dict[Shared, Decimal] = {}
        for entry in self._standing.values():
            among = entry.time_entry and rounding.shared(entry.time_entry)
            if among and entry.time_entry:
                slots.setdefault(among, []).append(entry.time_entry)
                taken[among] = taken.get(among, Decimal(0)) - entry.hours
        last = {one.time_entry_id: pk for pk, one in self._standing.items()}
        for among, works in slots.items():
            minutes = sum(work.minutes for work in works)
            if taken[among] != among.hours(minutes):
                told = {"hours": taken[among], "minutes": minutes, "due": among.hours(minutes)}
                yield (
                    last[works[-1].pk],
                    _("uses %(hours)s h with the time of its slot; %(minutes)s minutes are %(due)s h.")
                    % told,
                )
