"""A proof of days and ends of days, and of a deadline at closing time; moments are shown in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.tickets.models import Ticket
from sla.models import Calendar, Policy
from sla.proof import wording
from sla.versions import publishing
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C1, HOUR
from tests.sla.life import resolve, work
from tests.sla.proof.test_runs import proof_of

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]


@pytest.mark.parametrize(
    ("promised", "note"),
    [
        ({"resolution": timedelta(0), "days": {"resolution": "eod+1"}},
         "eod+1 = 16h: up to closing time 1 working day after Thu 5 Mar 07:00."),
        ({"resolution": timedelta(0), "days": {"resolution": "eod"}},
         "eod = 8h: up to closing time of the working day of Thu 5 Mar 07:00."),
        ({"resolution": HOUR, "days": {"resolution": 2}},
         "2d 1h = 18h: to the same time of day, counted from Thu 5 Mar 07:00."),
    ],
)  # fmt: skip
def test_a_proof_says_from_where_days_are_counted(
    opened: Opener, policy: Policy, calendar: Calendar, promised: dict[str, Any], note: str
) -> None:
    short = C1 | {"week": C1["week"] | {"fri": ["09:00-17:00"]}}
    publishing.publish_calendar(calendar, short, LONG_AGO + timedelta(days=1))
    publishing.publish_policy(policy, [promised], LONG_AGO + timedelta(days=1))
    proof = proof_of(opened("03-05 10:00"), "03-05 11:00")
    assert wording.notes(proof.rows[0])[0] == note


def test_a_deadline_at_closing_missed_by_a_second_is_over_by_a_second(opened: Opener) -> None:
    ticket = opened("03-02 14:00")  # due at closing time
    work(ticket, "03-02 14:10")
    resolve(ticket, "03-02 18:00:01")
    proof = proof_of(ticket, "03-03 10:00")
    end = proof.rows[-1]
    assert (proof.current.state, wording.label(end), end.late) == ("breached", "Over", timedelta(seconds=1))
    assert wording.notes(end) == ["In calendar time: no working time has passed since the deadline."]
