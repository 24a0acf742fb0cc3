"""Which bought hours were used by which work: first those that expire first. Pure.

The ledger says how much is left; this says of what. Hours that were added are a lot; work draws from the
lot that expires first (of equals the older), then from those that never expire, and past all of them on
credit, which the next lot pays back. What is given back returns to where it was drawn from, and pays for
what was used on credit meanwhile: as long as hours are owed no lot has any left, so that whatever expires
is there to expire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Movement:
    """One entry of the ledger; `hours` as there.

    `expires_on` is the last day of a lot, `lot` the entry whose rest an expiry takes away,
    `reverses` the entry that a release gives back.
    """

    pk: int
    hours: Decimal
    expires_on: date | None = None
    reverses: int | None = None
    lot: int | None = None


@dataclass
class Lot:
    """Hours added at once."""

    pk: int
    hours: Decimal
    expires_on: date | None
    left: Decimal

    def is_over(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on < on

    def order(self) -> tuple[date, int]:
        return self.expires_on or date.max, self.pk


@dataclass
class Stock:
    """All lots of a contract, and the hours used on credit."""

    lots: dict[int, Lot] = field(default_factory=dict)
    credit: Decimal = ZERO
    # entry → what it drew from which lot
    _draws: dict[int, list[tuple[int, Decimal]]] = field(default_factory=dict)
    # entry → what it drew on credit and no lot has paid yet, the oldest first
    _owed: dict[int, Decimal] = field(default_factory=dict)

    @property
    def left(self) -> Decimal:
        """The balance: what the entries add up to."""
        return sum((lot.left for lot in self.lots.values()), ZERO) - self.credit

    def expiring(self, on: date) -> list[Lot]:
        """Lots whose last day has passed, with something left, the first to expire first."""
        return sorted((lot for lot in self.lots.values() if lot.is_over(on) and lot.left > 0), key=Lot.order)

    def next_expiry(self) -> date | None:
        """The last day of the lot that expires next with something left."""
        lots = (lot for lot in self.lots.values() if lot.left > 0)
        return min((lot.expires_on for lot in lots if lot.expires_on), default=None)

    def take(self, movement: Movement) -> None:
        """Follow one entry. Entries must come in the order in which they were written."""
        if movement.reverses is not None:
            self._give_back(movement)
        elif movement.hours > 0:
            self._add(movement)
        elif movement.lot is not None:
            self.lots[movement.lot].left += movement.hours
        else:
            self._draw(movement)

    def _add(self, movement: Movement) -> None:
        lot = Lot(movement.pk, movement.hours, movement.expires_on, movement.hours)
        self.lots[lot.pk] = lot
        self._pay(lot)

    def _pay(self, lot: Lot) -> None:
        """What the lot has left pays for what was used on credit, the oldest first."""
        while self._owed and lot.left > 0:
            entry, hours = next(iter(self._owed.items()))
            paid = min(hours, lot.left)
            self._draws.setdefault(entry, []).append((lot.pk, paid))
            self._owed[entry] -= paid
            if not self._owed[entry]:
                del self._owed[entry]
            lot.left -= paid
            self.credit -= paid

    def _draw(self, movement: Movement) -> None:
        """Whatever is over has expired before anything is drawn, except what was set aside for the very
        ticket and was opened for its work a moment ago: its last day does not matter.
        """
        wanted, draws = -movement.hours, self._draws.setdefault(movement.pk, [])
        for lot in sorted(self.lots.values(), key=Lot.order):
            drawn = min(lot.left, wanted)
            if drawn > 0:
                lot.left -= drawn
                wanted -= drawn
                draws.append((lot.pk, drawn))
        if wanted:
            self.credit += wanted
            self._owed[movement.pk] = wanted

    def _give_back(self, movement: Movement) -> None:
        assert movement.reverses is not None
        self.credit -= self._owed.pop(movement.reverses, ZERO)
        for owner, hours in self._draws.pop(movement.reverses, []):
            self.lots[owner].left += hours
            self._pay(self.lots[owner])


def stock(movements: Iterable[Movement]) -> Stock:
    """Follow a whole ledger, in the order in which it was written.

    >>> told = [
    ...     Movement(1, Decimal(10)),
    ...     Movement(2, Decimal(5), expires_on=date(2026, 3, 31)),
    ...     Movement(3, Decimal(-6)),
    ... ]
    >>> {lot.pk: str(lot.left) for lot in stock(told).lots.values()}
    {1: '9', 2: '0'}
    """
    followed = Stock()
    for movement in movements:
        followed.take(movement)
    return followed
