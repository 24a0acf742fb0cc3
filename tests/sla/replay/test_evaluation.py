"""A replay under the same terms says what the clocks said; under other terms, what they would have said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from servicedesk.tickets.models import DueKind, EventKind, Message, Ticket
from sla.engine.compiled_calendars import worktime_of
from sla.models import Calendar, Policy, PolicyCell
from sla.replay.evaluation import predict
from sla.replay.new_targets import NewTarget
from sla.replay.other_terms import OtherTerms, TriedCalendar, agree
from sla.replay.outcome import Share, replay
from sla.replay.past_tickets import MET, MISSED, NONE, read
from sla.versions import publishing
from tests.factories import TicketFactory
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C2, C3, HOUR, moscow
from tests.sla.life import ask_client, client_answers, move, reclassify, resolve, say, work
from tests.sla.replay.lives import BEGIN, World

pytestmark = pytest.mark.django_db
LATER = moscow("06-01 12:00")
FIRST, NEXT, RESOLUTION = DueKind.values


def results(other: OtherTerms | None = None, promise: str = RESOLUTION) -> list[int]:
    """The predicted results, in the order in which the tickets were opened."""
    past = read(Ticket.objects.all(), LATER)
    found = predict(past, agree(past, other or OtherTerms()))[promise].result
    return list(found.tolist())


def actual(promise: str = RESOLUTION) -> list[int]:
    return list(read(Ticket.objects.all(), LATER).actual[promise].tolist())


def row(**fields: Any) -> PolicyCell:
    return PolicyCell(pk=1, **({"resolution": 4 * HOUR} | fields))


@pytest.mark.parametrize("seed", [3, 5, 11])
def test_under_the_same_terms_nothing_changes(seed):
    """Lunch, nights, summer time, pauses, rows with calendars, re-opening: as the real clocks have it."""
    world = World(seed)
    for _ in range(40):
        world.ticket()
    past = read(Ticket.objects.all(), BEGIN + timedelta(days=40))
    predicted = predict(past, agree(past, OtherTerms()))
    for promise in DueKind:
        was, would_be = past.actual[promise], predicted[promise].result
        differing = [
            (int(past.keys[i]), int(was[i]), int(would_be[i])) for i in np.flatnonzero(was != would_be)
        ]
        assert differing == [], promise
    assert {MET, MISSED} <= set(past.actual[RESOLUTION].tolist()), "these lives are too dull"


def test_days_and_ends_of_days_are_tried_from_where_each_clock_starts(ticket):
    """Opened on Monday at 10:00, solved on Tuesday at 13:00."""
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-03 13:00")
    tried = {text: results(OtherTerms(targets=[NewTarget(RESOLUTION, text)])) for text in ("1d", "1d 4h")}
    tried |= {text: results(OtherTerms(targets=[NewTarget(RESOLUTION, text)])) for text in ("eod", "eod+1")}
    assert tried == {"1d": [MISSED], "1d 4h": [MET], "eod": [MISSED], "eod+1": [MET]}


def test_a_shorter_target_is_missed_and_a_longer_one_met(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 13:00")
    assert actual() == [MET]
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "3h")])) == [MET]
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "2h")])) == [MISSED]
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "50%")])) == [MISSED]
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "2h", priority=1)])) == [MET]
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "2h", kind="consultation")])) == [MET]


def test_whoever_stops_after_closing_time_is_late_though_no_more_time_was_used(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 20:00")
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "8h")])) == [MISSED]
    assert results(OtherTerms(targets=[NewTarget(RESOLUTION, "8h 1m")])) == [MET]


def test_a_clock_that_stands_and_goes_on_at_the_deadline_is_late(ticket):
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 14:00")
    client_answers(ticket, "03-02 14:00")
    resolve(ticket, "03-02 14:00")
    assert results() == actual() == [MISSED]


def test_the_pauses_of_the_other_row_count(ticket):
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    client_answers(ticket, "03-02 16:00")
    resolve(ticket, "03-02 17:00")
    assert actual() == [MET]
    assert results(OtherTerms(rows=[row(pause_in=[])])) == [MISSED]
    assert results(OtherTerms(rows=[row(pause_in=["waiting_client"])])) == [MET]
    assert results(OtherTerms(rows=[row(pause_in=["waiting_third_party"])])) == [MISSED]


def test_a_pause_that_the_own_row_did_not_have_counts_too(opened):
    policy = Policy.objects.create(name="Strict")
    publishing.publish_policy(policy, [{"resolution": 4 * HOUR, "pause_in": []}], LONG_AGO)
    ticket = opened(policy=policy)
    work(ticket, "03-02 10:30")
    move(ticket, EventKind.THIRD_PARTY_ASKED, "03-02 11:00")
    move(ticket, EventKind.RESUMED, "03-02 16:00")
    resolve(ticket, "03-02 17:00")
    assert actual() == [MISSED]
    assert results(OtherTerms(rows=[row(pause_in=["waiting_third_party"])])) == [MET]


def test_another_calendar_counts_other_hours(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-03 10:00")  # by the office hours 8 + 1 hours
    nine = [NewTarget(RESOLUTION, "9h")]
    around_the_clock = TriedCalendar(0, worktime_of(C3))
    assert results(OtherTerms(targets=nine)) == [MET]
    assert results(OtherTerms(calendar=around_the_clock, targets=nine)) == [MISSED]


def test_a_row_keeps_its_own_calendar_unless_that_one_is_tried(ticket, calendar):
    berlin = Calendar.objects.create(name="Berlin")
    publishing.publish_calendar(berlin, C2, LONG_AGO)
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 14:30")  # from 9:00 to 12:30 in Berlin; 4:30 by the clock on the wall
    four_hours = [row(calendar=berlin)]
    assert results(OtherTerms(rows=four_hours)) == [MET]
    assert results(OtherTerms(rows=four_hours, calendar=TriedCalendar(calendar.pk, worktime_of(C3)))) == [MET]
    assert results(OtherTerms(rows=four_hours, calendar=TriedCalendar(berlin.pk, worktime_of(C3)))) == [
        MISSED
    ]


def test_working_days_have_the_length_of_the_calendar_tried(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-03 10:00")
    one_day = [row(resolution=timedelta(0), days={"resolution": 1})]
    assert results(OtherTerms(rows=one_day)) == [MET]  # nine hours
    assert results(OtherTerms(rows=one_day, calendar=TriedCalendar(0, worktime_of(C3)))) == [MET]  # 24


def test_a_reopened_ticket_goes_on_or_starts_anew_as_the_row_says(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 13:00")
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    resolve(ticket, "03-03 12:00")
    assert actual() == [MISSED]
    assert results(OtherTerms(rows=[row(reopen="continue")])) == [MISSED]
    assert results(OtherTerms(rows=[row(reopen="cycle")])) == [MET]


def test_each_answer_owed_is_judged_and_the_worst_counts(ticket):
    work(ticket, "03-02 10:05")
    say(ticket, Message.Side.STAFF, "03-02 10:30")
    say(ticket, Message.Side.CLIENT, "03-02 11:00")
    say(ticket, Message.Side.CLIENT, "03-02 11:20")
    say(ticket, Message.Side.STAFF, "03-02 11:50")
    say(ticket, Message.Side.CLIENT, "03-02 12:00")
    say(ticket, Message.Side.STAFF, "03-02 12:20", is_public=False)
    say(ticket, Message.Side.STAFF, "03-02 12:40")
    resolve(ticket, "03-02 13:00")
    assert results(promise=NEXT) == actual(NEXT) == [MET]
    assert results(OtherTerms(targets=[NewTarget(NEXT, "45m")]), NEXT) == [MISSED]
    assert results(OtherTerms(targets=[NewTarget(FIRST, "20m")]), FIRST) == [MISSED]


def test_a_row_that_promises_nothing_predicts_nothing(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 13:00")
    assert results(OtherTerms(rows=[row(resolution=None)])) == [NONE]
    assert results(OtherTerms(rows=[row(kind="consultation")])) == [NONE]
    assert results(OtherTerms(rows=[])) == [NONE]
    assert results(OtherTerms(rows=[row(resolution=None)], targets=[NewTarget(RESOLUTION, "4h")])) == [MET]


def test_a_ticket_without_terms_is_predicted_only_with_terms_to_try(calendar):
    ticket = TicketFactory(opened_at=moscow("03-02 10:00"))
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 13:00")
    assert results() == actual() == [NONE]
    assert results(OtherTerms(rows=[row()])) == [NONE]  # nobody knows the hours
    assert results(OtherTerms(rows=[row()], calendar=TriedCalendar(0, worktime_of(C3)))) == [MET]


def test_a_ticket_is_judged_as_it_was_classified_at_the_end(ticket):
    reclassify(ticket, "03-02 10:30", priority=1)
    work(ticket, "03-02 10:40")
    resolve(ticket, "03-02 12:30")
    assert results() == actual() == [MISSED]  # two hours for P1


def test_the_most_specific_row_wins_here_too(ticket):
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 13:00")
    strict = row(resolution=HOUR, service=ticket.service)
    assert results(OtherTerms(rows=[row(priority=ticket.priority), strict])) == [MISSED]


def test_an_open_ticket_is_missed_or_undecided(opened):
    opened("03-02 10:00")
    assert results() == [MISSED]
    opened("06-01 11:00")
    assert results()[-1] == NONE


def test_the_outcome_counts_shares_and_flips(opened):
    for hour, minute in ((11, 0), (12, 0), (13, 30)):
        ticket = opened()
        work(ticket, "03-02 10:30")
        resolve(ticket, f"03-02 {hour}:{minute:02d}")
    outcome = replay(Ticket.objects.all(), OtherTerms(targets=[NewTarget(RESOLUTION, "2h")]), LATER)
    total = outcome.totals()[-1]
    assert (total.actual.percent, total.predicted.percent, total.difference) == (100.0, 66.7, -33.3)
    assert (total.to_missed, total.to_met, len(outcome)) == (1, 0, 3)
    (flip,) = outcome.flips()
    assert (flip.is_missed, flip.used, flip.target) == (True, 3.5 * HOUR, 2 * HOUR)
    (line,) = [line for line in outcome.lines() if line.promise == RESOLUTION]
    assert (line.kind, line.priority, line.predicted.judged) == ("incident", 3, 3)
    assert outcome.flips(missed=False)[:5] == []
    assert len(outcome.flips(RESOLUTION)) == 1
    assert not outcome.flips(FIRST)


def test_almost_all_is_not_all():
    assert Share(100_000, 99_999).percent == 99.9
    assert Share(3, 3).percent == 100.0
    assert Share(0, 0).percent is None


def test_no_tickets_are_no_trouble(db):
    outcome = replay(Ticket.objects.none(), OtherTerms(rows=[row()]), LATER)
    assert (len(outcome), outcome.lines(), list(outcome.flips()), outcome.unjudged) == (0, [], [], 0)


def test_many_tickets_cost_as_many_statements_as_one(opened, django_assert_max_num_queries):
    for _ in range(6):
        resolved = opened()
        work(resolved, "03-02 10:30")
        resolve(resolved, "03-02 13:00")
    with django_assert_max_num_queries(5):
        replay(Ticket.objects.all(), OtherTerms(), LATER)
