"""A clock reckoned from its facts: the state, the deadline, the breaches. Pure arithmetic (R1).

`evaluate` sorts the facts by when they happened and folds them; the order they were stored in does not
matter. All it needs besides are the target and the compiled calendar that the facts carry.

The deadline is the instant at which the counted working time reaches the target: counted stretches end
with a pause or a stop, each has the calendar that was valid for it. A clock is late when it runs, or was
stopped, after that instant; to the very instant it is met (R2).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sla.engine.clock_state import ClockState
from sla.engine.facts import Evaluation, Fact, FactKind


def evaluate(facts: Iterable[Fact], at: datetime | None = None) -> Evaluation:
    """Fold the facts; with `at`, as things stood at that moment (facts after it are left out).

    Without `at` only what the facts themselves show is judged: a clock that still runs is “running”.

    Raises:
        FactError: something happened before the start, or a pause within a pause.
        NoWorkingTime: the calendar never reaches the target.
    """
    known = sorted(facts, key=Fact.order)
    fold = ClockState()
    for fact in known:
        if (at is None or fact.at <= at) and fact.kind is not FactKind.REVOKE:
            fold.apply(fact)
    return fold.result(at)
