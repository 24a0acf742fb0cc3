"""The figures of a sample: by hand, and against a slow count that shares no code with them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import groupby, pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.tickets.models import Ticket
from tests.factories import TicketFactory
from tests.workflows.analytics.conftest import MONDAY_9
from workflows.analytics import figures
from workflows.analytics.loops import Part, folded, unfolded
from workflows.analytics.sample import Question, Sample
from workflows.analytics.step_names import ENDINGS, Party
from workflows.analytics.tickets_behind import UnknownFigure, behind
from workflows.models import RunSummary, TicketProcess, TicketRun

PLAIN, LOOP = "classify>accept>work>confirm", "classify>accept>work>wait_client>review>work>confirm"


def sample(*rows: tuple[int, str, str], reopened: tuple[int, ...] = ()) -> Sample:
    """From (ticket, path, stays); the runs of a ticket in the order given."""
    return Sample.of(
        (ticket, run, path, stays, ticket in reopened) for run, (ticket, path, stays) in enumerate(rows)
    )


@pytest.fixture
def three() -> Sample:
    """Two plain ways and one with a question."""
    return sample(
        (1, PLAIN, "60>60>3600>0"), (2, PLAIN, "120>60>7200>600"), (3, LOOP, "60>180>600>9000>300>900>60")
    )


def test_a_step_has_its_visits_its_median_and_its_share(three):
    work = next(one for one in figures.of(three).steps if one.step == "work")
    # 600, 900, 3600, 7200: the middle lies between the second and the third
    assert (work.visits, work.tickets) == (4, 3)
    assert work.per_ticket == pytest.approx(4 / 3)
    assert (work.median, work.total) == (2250, 12300)
    # nine tenths of the way from the first to the last: 3600 + 0.7 × 3600
    assert work.p90 == pytest.approx(6120)
    assert work.share == pytest.approx(12300 / 22800)


def test_the_whole_way_is_the_sum_of_its_stays(three):
    found = figures.of(three)
    # 3720, 7980, 11100
    assert (found.tickets, found.median, found.total) == (3, 7980, 22800)
    assert found.p90 == pytest.approx(7980 + 0.8 * 3120)


def test_the_commonest_way_comes_first(three):
    first, second = figures.of(three).paths
    assert (first.steps, first.tickets, first.median) == (tuple(PLAIN.split(">")), 2, 5850)
    assert first.share == pytest.approx(2 / 3)
    assert first.p90 == pytest.approx(3720 + 0.9 * 4260)
    assert (second.tickets, second.steps[3]) == (1, "wait_client")


def test_time_is_split_by_whom_a_step_waits_for():
    found = figures.of(
        sample(
            (1, "approve>accept>work>wait_third_party>work>wait_client>review>confirm", "5>1>2>40>3>20>4>25")
        )
    )
    assert {one.party: one.total for one in found.parties} == {
        Party.US: 10,
        Party.CLIENT: 45,
        Party.THIRD_PARTY: 40,
        Party.APPROVAL: 5,
    }
    assert [one.share for one in found.parties] == [0.1, 0.45, 0.4, 0.05]


def test_two_runs_of_a_ticket_are_one_way():
    found = figures.of(sample((7, PLAIN, "1>2>3>4"), (7, "verification>confirm", "5>6"), reopened=(7,)))
    assert (found.tickets, found.reopened, found.median) == (1, 1, 21)
    assert found.paths[0].steps == (*PLAIN.split(">"), "verification", "confirm")
    assert found.gone["confirm", "verification"] == 1
    assert found.gone["confirm", "end"] == 1


def test_an_ending_is_said_in_the_way_and_is_no_step():
    found = figures.of(sample((1, "classify>cancelled", "9>0"), (2, PLAIN, "1>1>1>1")))
    assert (found.cancelled, found.paths[1].steps) == (1, ("classify", "cancelled"))
    assert "cancelled" not in {one.step for one in found.steps}
    assert found.gone["classify", "accept"] == 1
    assert not {pair for pair in found.gone if "cancelled" in pair}


def test_a_ticket_that_goes_a_way_twice_is_counted_once_on_it():
    found = figures.of(sample((1, "work>wait_client>work>wait_client>work", "1>1>1>1>1")))
    assert found.gone["work", "wait_client"] == 1


def test_nothing_gives_figures_of_nothing():
    found = figures.of(sample())
    assert (found.tickets, found.median, found.p90, found.steps, found.paths) == (0, 0, 0, [], [])
    assert all(one.share == 0 for one in found.parties)


def test_a_run_without_a_step_counts_as_a_ticket():
    found = figures.of(sample((1, "", ""), (2, "work", "4")))
    assert (found.tickets, found.median) == (2, 2)


# The slow count: plain loops over the rows.

STEPS = ["classify", "accept", "work", "wait_client", "wait_third_party", "approve", "confirm"]
ways = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10**6)), max_size=7)
lives = st.lists(st.tuples(st.integers(1, 9), ways, st.booleans()), max_size=14)


Life = tuple[int, list[tuple[str, int]], bool]


def as_rows(lives: list[Life]) -> list[tuple[int, str, str]]:
    rows = []
    for ticket, way, is_cancelled in lives:
        stays = [*way, *([("cancelled", 0)] if is_cancelled else [])]
        rows.append((ticket, ">".join(name for name, _ in stays), ">".join(str(time) for _, time in stays)))
    return rows


def quantile(values: list[int], tenths: int) -> float:
    """By the definition: so many tenths of the way from the first to the last."""
    ordered = sorted(values)
    whole, part = divmod(tenths * (len(ordered) - 1), 10)
    above = ordered[min(whole + 1, len(ordered) - 1)]
    return ordered[whole] + part / 10 * (above - ordered[whole])


def by_ticket(rows: list[tuple[int, str, str]]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = {}
    for ticket, path, stays in rows:
        pairs = zip(path.split(">"), map(int, stays.split(">")), strict=True) if path else []
        found.setdefault(ticket, []).extend(pairs)
    return found


@given(lives)
def test_every_step_agrees_with_a_slow_count(lives):
    rows = as_rows(lives)
    stays = [(ticket, *stay) for ticket, way in by_ticket(rows).items() for stay in way]
    found = {one.step: one for one in figures.of(sample(*rows)).steps}
    assert set(found) == {name for _ticket, name, _time in stays} - set(ENDINGS)
    for name, one in found.items():
        times = [time for _ticket, step, time in stays if step == name]
        assert (one.visits, one.total) == (len(times), sum(times))
        assert one.tickets == len({ticket for ticket, step, _time in stays if step == name})
        assert one.median == pytest.approx(quantile(times, 5))
        assert one.p90 == pytest.approx(quantile(times, 9))


@given(lives)
def test_ways_and_sums_agree_with_a_slow_count(lives):
    rows = as_rows(lives)
    tickets = by_ticket(rows)
    found = figures.of(sample(*rows))
    taken = [tuple(name for name, _time in way) for way in tickets.values()]
    assert {one.steps: one.tickets for one in found.paths} == {way: taken.count(way) for way in set(taken)}
    assert [one.tickets for one in found.paths] == sorted((one.tickets for one in found.paths), reverse=True)
    totals = [sum(time for _name, time in way) for way in tickets.values()]
    assert (found.tickets, found.total) == (len(tickets), sum(totals))
    if totals:
        assert found.median == pytest.approx(quantile(totals, 5))
        assert found.p90 == pytest.approx(quantile(totals, 9))
        assert sum(one.share for one in found.paths) == pytest.approx(1)
    assert sum(one.total for one in found.parties) == sum(totals)
    gone: Counter[tuple[str, str]] = Counter()
    for way in taken:
        end = () if way[-1:] == ("cancelled",) else ("end",)
        gone.update({pair for pair in pairwise(("start", *way, *end)) if pair[1] != "cancelled"})
    assert found.gone == gone


@given(lives)
def test_the_tickets_behind_the_figures_are_as_many_as_they_say(lives):
    data = sample(*as_rows(lives))
    found = figures.of(data)
    assert len(behind(data, "all").tickets) == found.tickets
    assert len(behind(data, "cancelled").tickets) == found.cancelled
    for step in found.steps:
        tickets = behind(data, f"step.{step.step}")
        assert (len(tickets.tickets), sum(tickets.seconds)) == (step.tickets, step.total)
        assert tickets.seconds == sorted(tickets.seconds, reverse=True)
    for path in found.paths:
        assert len(behind(data, f"path.{path.key}").tickets) == path.tickets
    for (before, after), count in found.gone.items():
        assert len(behind(data, f"way.{before}.{after}").tickets) == count
    for party in found.parties:
        assert sum(behind(data, f"party.{party.party}").seconds) == party.total


@pytest.mark.parametrize(
    "figure", ["", "nothing", "step", "step.a.b", "path.", "path.0", "way.x", "party.", "party.us.", "all.x"]
)
def test_a_figure_that_is_none_is_refused(three, figure):
    with pytest.raises(UnknownFigure):
        behind(three, figure)


def test_a_loop_is_folded_with_how_often():
    way = ("accept", "work", "wait_client", "review", "work", "wait_client", "review", "work", "confirm")
    assert folded(way) == [
        Part(("accept",), 1),
        Part(("work", "wait_client", "review"), 2),
        Part(("work", "confirm"), 1),
    ]
    assert folded(("fulfil", "fulfil", "fulfil", "confirm")) == [Part(("fulfil",), 3), Part(("confirm",), 1)]
    assert folded(()) == []


@given(st.lists(st.sampled_from("abc"), max_size=14).map(tuple))
def test_folding_loses_nothing(way):
    parts = folded(way)
    assert unfolded(parts) == way
    # what repeats by a single step at once is always folded
    assert all(len(set(part.steps)) > 1 or len(part.steps) == 1 for part in parts)
    assert len(parts) <= len(list(groupby(way)))


# What a question reads.


def summarised(ticket: Ticket, days: float = 0, flow: str = "IncidentFlow", path: str = PLAIN) -> RunSummary:
    run = TicketRun.objects.create(
        ticket=ticket,
        process=TicketProcess.objects.create(flow_class="workflows/flows.incident.IncidentFlow"),
    )
    stays = ">".join("60" for _ in path.split(">"))
    return RunSummary.objects.create(
        run=run,
        ticket=ticket,
        flow=flow,
        finished_at=MONDAY_9 + timedelta(days=days),
        path=path,
        stays=stays,
    )


@pytest.mark.django_db
def test_a_question_chooses_by_process_tickets_and_period():
    mine, other = TicketFactory(), TicketFactory()
    for ticket, days, flow in [
        (mine, 0, "IncidentFlow"),
        (mine, 1, "IncidentFlow"),
        (mine, 2, "IncidentFlow"),
        (mine, 1, "ConsultationFlow"),
        (other, 1, "IncidentFlow"),
    ]:
        summarised(ticket, days, flow)
    tickets = Ticket.objects.filter(pk=mine.pk)
    found = Question(
        "IncidentFlow", tickets, MONDAY_9 + timedelta(days=1), MONDAY_9 + timedelta(days=2)
    ).read()
    assert (found.tickets.tolist(), len(found.seconds)) == ([mine.pk], 4)
    assert len(Question("IncidentFlow", tickets).read().seconds) == 12


@pytest.mark.django_db
def test_a_question_costs_one_statement_however_many_tickets():
    costs = []
    for count in (5, 45):
        for _ in range(count):
            summarised(TicketFactory())
        with CaptureQueriesContext(connection) as statements:
            found = figures.of(Question("IncidentFlow", Ticket.objects.all()).read())
        costs.append((len(statements), found.tickets))
    assert costs == [(1, 5), (1, 50)]
