"""Whatever happens to a clock, its proof adds up and says what the clock's row says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.tickets.models import Ticket
from sla.clocks import display
from sla.clocks import lifecycle as clocks
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import FactKind, Rule, State
from sla.models import Calendar, CalendarVersion, Clock, Policy
from sla.proof.as_json import of_proof
from sla.proof.calculation import explain
from sla.versions import publishing
from tests.factories import TicketFactory
from tests.profiles import examples
from tests.sla.example_calendars import C1, C2, C4D, HOUR, moscow

pytestmark = pytest.mark.django_db
START = moscow("03-27 10:00")

happenings = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "retarget", "calendar", "stop", "reopen", "cancel", "revoke"]),
        st.integers(0, 40 * 3600 * 10**6).map(lambda micros: timedelta(microseconds=micros)),
        st.sampled_from([Rule.KEEP, Rule.CHANGE, Rule.RECOMPUTE]),
        st.sampled_from([Rule.CONTINUE, Rule.CYCLE]),
        st.integers(1, 30),  # hours of a new target
        st.booleans(),
    ),
    max_size=9,
)


class Life:
    """A clock to which things are told through `TicketClocks`, as the desk does."""

    def __init__(self, policy: Policy, calendar: Calendar, ticket: Ticket) -> None:
        clocks.start(ticket, policy=policy, calendar=calendar, at=START)
        self.ticket, self.calendar, self.at = ticket, calendar, START

    def tell(self, what: str, later: timedelta, retarget: Rule, reopen: Rule, hours: int, flag: bool) -> None:
        self.at += later
        ticket_clocks = TicketClocks.load(self.ticket)
        clock = ticket_clocks.clocks["resolution"]
        match what:
            case "pause" if clock.state == State.RUNNING:
                ticket_clocks.add(clock, FactKind.PAUSE, self.at, reason="waiting_client")
            case "retarget":
                target = hours * HOUR
                ticket_clocks.add(
                    clock, FactKind.RETARGET, self.at, target=target, rule=retarget, restart=flag
                )
            case "calendar":
                clock.calendar_version = self._version(C4D if flag else C2)
                version = clock.calendar_version
                ticket_clocks.add(clock, FactKind.CALENDAR, self.at, calendar_version=version)
            case "reopen":
                ticket_clocks.add(clock, FactKind.REOPEN, self.at, rule=reopen)
            case "revoke":
                self._revoke(ticket_clocks, clock)
            case "resume" | "stop" | "cancel":
                ticket_clocks.add(clock, FactKind(what), self.at)
        ticket_clocks.write()

    def _version(self, definition: dict[str, object]) -> CalendarVersion:
        count = self.calendar.versions.count()
        return publishing.publish_calendar(
            self.calendar, definition, START + count * timedelta(microseconds=1)
        )

    def _revoke(self, ticket_clocks: TicketClocks, clock: Clock) -> None:
        terms = [one.pk for one in ticket_clocks.events[clock.kind] if one.kind in ("retarget", "calendar")]
        if terms:
            ticket_clocks.revoke(clock, [terms[-1]], self.at)
            named = [one.details.get("calendar_version") for one in ticket_clocks.events[clock.kind]]
            clock.calendar_version = CalendarVersion.objects.get(pk=[key for key in named if key][-1])


@given(happenings, st.integers(0, 90 * 3600).map(lambda seconds: timedelta(seconds=seconds)))
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_proof_of_any_life_adds_up(policy: Policy, happened: list[tuple], later: timedelta) -> None:  # type: ignore[type-arg]
    calendar = Calendar.objects.create(name=f"Office {Calendar.objects.count()}")
    publishing.publish_calendar(calendar, C1, START - timedelta(days=900))
    life = Life(policy, calendar, TicketFactory(opened_at=START))
    for one in happened:
        life.tell(*one)
    holds(life, life.at + later)


def test_terms_that_came_while_it_stood_begin_one_cycle_together(policy: Policy) -> None:
    calendar = Calendar.objects.create(name="Office")
    publishing.publish_calendar(calendar, C1, START - timedelta(days=900))
    life = Life(policy, calendar, TicketFactory(opened_at=START))
    for what, reopen, restart in (
        ("stop", Rule.CONTINUE, False),
        ("retarget", Rule.CONTINUE, True),
        ("calendar", Rule.CONTINUE, False),
        ("reopen", Rule.CYCLE, False),
    ):
        life.tell(what, timedelta(0), Rule.KEEP, reopen, 1, restart)
    holds(life, life.at)


def holds(life: Life, at: datetime) -> None:
    proof = explain(life.ticket, "resolution", at)
    assert proof is not None
    assert proof.stored == {}
    assert [run.adds_up() for run in proof.runs] == [True] * len(proof.runs)
    clock = life.ticket.clocks.get(kind="resolution")
    seen = display.view(clock, at)
    assert (proof.counted, proof.target, proof.due_at) == (seen.elapsed, clock.target, clock.due_at)
    last = of_proof(proof)["runs"][-1]
    parts = [row["seconds"] for row in last["rows"] if row["kind"] == "counted"]
    assert sum(parts) == pytest.approx(last["counted"], abs=1e-5)
