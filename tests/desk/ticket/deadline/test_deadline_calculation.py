"""“Why 15:02?” at the desk: the page, the part of the ticket's page, and the PDF."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from servicedesk.tickets.models import Ticket
from sla.models import PolicyCell
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.desk.ticket.pages import page
from workflows import advance

HOUR = timedelta(hours=1)


def at(hours: float) -> time_machine.travel:
    return time_machine.travel(MONDAY_9 + hours * HOUR, tick=False)


@pytest.fixture
def paused_thrice(cast: Cast) -> Iterator[Ticket]:
    """From 9 to 13 with three pauses of half an hour; eight hours promised, 5:30 left."""
    ticket = accepted(cast.ticket(), cast.marta)
    for hour in (1, 2, 3):
        with at(hour):
            advance.act(ticket, "ask_client", by=cast.marta, question="Which phone is it?")
        with at(hour + 0.5):
            advance.answer(ticket, by=cast.helen)
    with at(4):
        yield ticket


def url_of(ticket: Ticket, name: str = "ticket-clock", kind: str = "resolution") -> str:
    return reverse(f"desk:{name}", args=[ticket.pk, kind])


def seconds_of(html: str, kind: str) -> list[int]:
    """The amounts of the rows of this kind, read back from the page."""
    rows = re.findall(rf'data-kind="{kind}">(.*?)</tr>', html, re.DOTALL)
    return [int(value) for row in rows for value in re.findall(r'<data value="(\d+)"', row)]


def text_of(paper: bytes) -> str:
    return " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(paper)).pages).split())


def explained(ticket: Ticket, *more: str) -> Any:
    output = StringIO()
    call_command("sla_explain", ticket.reference, *more, stdout=output)
    return output.getvalue()


def test_three_pauses_add_up_on_the_page(cast: Cast, paused_thrice: Ticket) -> None:
    html = signed_in(cast.marta).get(url_of(paused_thrice)).content.decode()
    assert seconds_of(html, "counted") == [3600, 1800, 1800, 1800]
    assert seconds_of(html, "target") == [8 * 3600]
    assert seconds_of(html, "left") == [8 * 3600 - 9000]
    assert sum(seconds_of(html, "counted") + seconds_of(html, "ahead")) == 8 * 3600
    assert html.count("Paused by Marta Vidal. Resumed by Helen Marsh.") == 3
    assert "C-" in html
    assert "Tue 6 Jan 09:30" in html


def test_three_pauses_add_up_in_the_pdf(cast: Cast, paused_thrice: Ticket) -> None:
    response = signed_in(cast.marta).get(url_of(paused_thrice, "ticket-clock-pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert f"{paused_thrice.reference}-resolution.pdf" in response["Content-Disposition"]
    text = text_of(response.content)
    for expected in (
        "Brightwater Clinics", paused_thrice.reference, "Mon 5 Jan 09:00–10:00", "8h − 2h 30m", "5h 30m",
        "due Tue 6 Jan 09:30", "Resumed by Helen Marsh", "2h 30m + 5h 30m = 8h",
    ):  # fmt: skip
        assert expected in text
    assert text.count("Waiting for client") == 3


def test_three_pauses_add_up_as_json(paused_thrice: Ticket) -> None:
    told = json.loads(explained(paused_thrice, "--format", "json"))
    [run] = told["runs"]
    counted = [row for row in run["rows"] if row["kind"] == "counted"]
    measured = [
        (datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"])).total_seconds()
        for row in counted
    ]
    assert [row["seconds"] for row in counted] == measured
    assert sum(measured) == run["counted"] == 9000
    assert run["counted"] + sum(row.get("seconds", 0) for row in run["ahead"]) == run["target"]
    assert run["ahead"][-1]["end"] == run["due_at"] == "2026-01-06T09:30:00+00:00"
    pauses = [(row["by"], row["ended_by"]) for row in run["rows"] if row["kind"] == "paused"]
    assert pauses == [("Marta Vidal", "Helen Marsh")] * 3
    assert (told["adds_up"], told["contract"]["name"]) == (True, "Gold Brightwater Clinics")


def test_the_command_prints_columns(paused_thrice: Ticket) -> None:
    text = explained(paused_thrice)
    assert "  Counted                     1h  Mon 5 Jan 09:00–10:00" in text
    assert "  Left                    5h 30m  8h − 2h 30m, due Tue 6 Jan 09:30" in text
    assert explained(paused_thrice, "--at", "2026-01-05T09:30:00+00:00").count("Paused") == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["SD-999999"], "There is no ticket “SD-999999”"),
        (["mail"], "There is no ticket “mail”"),
        (["--at", "yesterday"], "“yesterday” is no moment"),
        (["--at", "2026-01-05T09:30:00"], "is no moment with an offset"),
        (["--at", "2020-01-05T09:30:00+00:00"], "has no clock for resolution"),
        (["--kind", "next_response"], "has no clock for next response"),
    ],
)
def test_what_the_command_does_not_understand(cast: Cast, arguments: list[str], sentence: str) -> None:
    reference = [] if arguments[0][:2] != "--" else [cast.ticket().reference]
    with pytest.raises(CommandError, match=re.escape(sentence)) as refused:
        call_command("sla_explain", *reference, *arguments)
    assert refused.value.returncode == 2


def test_a_proof_that_does_not_add_up_is_a_failure(paused_thrice: Ticket) -> None:
    paused_thrice.clocks.filter(kind="resolution").update(target=9 * HOUR)
    with pytest.raises(CommandError, match="Stored otherwise: target") as refused:
        explained(paused_thrice)
    assert refused.value.returncode == 1


def test_each_promise_has_its_tab(cast: Cast, paused_thrice: Ticket) -> None:
    html = signed_in(cast.marta).get(url_of(paused_thrice, kind="first_response")).content.decode()
    assert url_of(paused_thrice) in html
    assert 'aria-current="page">First response</a>' in html
    assert signed_in(cast.marta).get(url_of(paused_thrice, kind="next_response")).status_code == 404


def test_a_clock_without_pauses_and_one_with_three_cost_the_same(
    cast: Cast, paused_thrice: Ticket, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(cast.marta)
    for ticket in (cast.ticket(), paused_thrice):
        with django_assert_max_num_queries(12):
            assert browser.get(url_of(ticket), headers={"HX-Request": "true"}).status_code == 200


def test_the_proof_speaks_russian_on_paper(cast: Cast, paused_thrice: Ticket) -> None:
    cast.marta.language = "ru"
    cast.marta.full_name = "Марта Видаль"
    cast.marta.save()
    text = text_of(signed_in(cast.marta).get(url_of(paused_thrice, "ticket-clock-pdf")).content)
    translation.activate("en")
    assert "Марта Видаль" in text
    assert "пн 5" in text


def test_a_client_and_a_stranger_find_no_pdf(cast: Cast) -> None:
    ticket = cast.ticket()
    assert signed_in(cast.helen).get(url_of(ticket, "ticket-clock-pdf")).status_code == 404


def test_a_promise_in_days_says_how_long_a_day_is(cast: Cast) -> None:
    PolicyCell.objects.update(days={"resolution": 2}, resolution=HOUR)
    ticket = cast.ticket()
    html = signed_in(cast.marta).get(url_of(ticket)).content.decode()
    assert "2d 1h = 19h, a day is 9h." in html
    assert url_of(ticket) in page(cast.marta, ticket)


def test_a_paused_clock_can_be_asked_why_it_has_no_deadline(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    advance.act(ticket, "ask_client", by=cast.marta, question="Which phone is it?")
    html = page(cast.marta, ticket)
    assert "Why no deadline?" in html
    assert url_of(ticket) in html


def test_a_long_way_to_the_deadline_is_folded_up(cast: Cast) -> None:
    PolicyCell.objects.update(days={"resolution": 20})
    ticket = cast.ticket()
    html = signed_in(cast.marta).get(url_of(ticket)).content.decode()
    assert html.index("<summary") < html.index("Up to the deadline") < html.index('data-kind="ahead"')
