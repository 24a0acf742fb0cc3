from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from servicedesk.lib import clock_text, formatting

NOW = datetime(2025, 11, 18, 14, 10, tzinfo=UTC)  # a Tuesday


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(minutes=52, seconds=59), "52m"),
        (timedelta(hours=1, minutes=10), "1h 10m"),
        (timedelta(hours=26, minutes=5), "26h 05m"),
        (timedelta(hours=8), "8h"),
        (timedelta(seconds=45), "45s"),
        (timedelta(0), "0s"),
        (timedelta(hours=-1, minutes=-40), "−1h 40m"),
        (None, "–"),
    ],
)
def test_duration_is_cut_to_minutes(value: timedelta | None, text: str) -> None:
    assert formatting.duration(value) == text


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("en", Decimal("18.50"), "18.5"),
        ("en", Decimal("60"), "60"),
        ("en", Decimal("1250.25"), "1,250.25"),
        ("en", Decimal("-0.5"), "−0.5"),
        ("ru", Decimal("18.5"), "18,5"),
        ("es", Decimal("1250.25"), "1.250,25"),
        ("en", timedelta(minutes=90), "1.5"),
        ("en", None, "–"),
    ],
)
def test_hours_are_plain_numbers_of_the_language(language: str, value: Any, text: str) -> None:
    with translation.override(language):
        assert formatting.hours(value) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2025, 11, 18, 15, 2, tzinfo=UTC), "today 16:02"),
        (datetime(2025, 11, 17, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2025, 11, 17, 9, 0, tzinfo=UTC), "yesterday 10:00"),
        (datetime(2025, 11, 19, 9, 0, tzinfo=UTC), "tomorrow 10:00"),
        (datetime(2025, 11, 14, 9, 0, tzinfo=UTC), "Fri 10:00"),
        (datetime(2025, 11, 11, 9, 0, tzinfo=UTC), "11 Nov 10:00"),
        (datetime(2024, 11, 18, 9, 0, tzinfo=UTC), "18 Nov 2024 10:00"),
        (date(2025, 11, 21), "Fri"),
        (None, "–"),
    ],
)
def test_moments_read_as_near_or_far_in_the_readers_zone(moment: datetime | None, text: str) -> None:
    with timezone.override(ZoneInfo("Europe/Madrid")):
        assert formatting.when(moment, at=NOW) == text


def test_months_follow_the_language() -> None:
    moment = datetime(2025, 3, 5, 9, 0, tzinfo=UTC)
    with translation.override("ru"):
        assert formatting.when(moment, at=NOW).startswith("5 мар")


@time_machine.travel(NOW, tick=False)
def test_when_is_a_time_element_with_the_exact_moment() -> None:
    html = render("{{ moment|when }}", moment=NOW)
    assert html == (
        '<time datetime="2025-11-18T14:10:00+00:00" title="18 November 2025, 14:10">today 14:10</time>'
    )


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (18_432, "18 KB"), (2_516_582, "2.4 MB"), (None, "0 B")]
)
def test_sizes_are_short(size: int | None, text: str) -> None:
    assert formatting.filesize(size) == text


def test_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "clock" %}')
    assert "icons.svg#i-clock" in render('{% icon "clock" %}')
    named = render('{% icon "clock" label=label %}', label='A "late" one')
    assert 'role="img" aria-label="A &quot;late&quot; one"' in named
    assert "aria-hidden" not in named


def test_avatar_escapes_initials_and_takes_nobody() -> None:
    person = SimpleNamespace(initials="<M", hue=20)
    assert render("{% avatar person %}", person=person) == (
        '<span class="av" style="--h:20" aria-hidden="true">&lt;M</span>'
    )
    assert "av none lg" in render('{% avatar person "lg" %}', person=None)


@pytest.mark.parametrize(
    ("stopped", "figure"),
    [(timedelta(seconds=1), "−1s"), (timedelta(microseconds=3), "−1s"), (timedelta(hours=2), "−2h")],
)
def test_a_deadline_at_closing_is_missed_by_the_clock(stopped: timedelta, figure: str) -> None:
    """No working time has passed since, and that is never called nothing."""
    missed = clock("breach", None, timedelta(hours=8))
    missed.stopped_at = missed.due_at + stopped
    assert render("{{ clock|clock_figure }}", clock=missed) == figure


def clock(state: str, remaining: timedelta | None, elapsed: timedelta) -> Any:
    return SimpleNamespace(
        kind="resolution", state=state, percent=89, remaining=remaining, elapsed=elapsed,
        target=timedelta(hours=8), due_at=NOW + timedelta(minutes=52), stopped_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "remaining", "figure", "sign", "note"),
    [
        ("risk", timedelta(minutes=52), "52m", "flag", "left of 8h"),
        ("paused", timedelta(hours=3), "3h", "pause", "left of 8h"),
        ("breach", timedelta(minutes=-100), "−1h 40m", "alert", "over 8h"),
        ("breach", None, "−1h 40m", "alert", "over 8h"),
        ("met", None, "9h 40m", "check", "of 8h"),
    ],
)
def test_clock_says_its_state_in_words_and_sign(
    state: str, remaining: timedelta | None, figure: str, sign: str, note: str
) -> None:
    shown = clock(state, remaining, timedelta(hours=9, minutes=40))
    assert clock_text.figure(shown) == figure
    assert clock_text.icon(shown) == sign
    assert clock_text.note(shown) == note


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("state", "stopped", "words"),
    [
        ("ok", None, "Due today 15:02"),
        ("breach", None, "Was due today 15:02"),
        ("breach", NOW, "Done late, today 14:10"),
        ("met", NOW, "Done today 14:10"),
        ("paused", None, "Paused, this time does not count"),
    ],
)
def test_clock_says_when_it_falls_due(state: str, stopped: datetime | None, words: str) -> None:
    shown = clock(state, timedelta(minutes=52), timedelta(hours=7))
    shown.stopped_at = stopped
    assert clock_text.due(shown) == words


@time_machine.travel(NOW, tick=False)
def test_clock_bar_carries_what_the_browser_needs_to_tick() -> None:
    source = "{% clock_bar clock %}"
    html = render(source, clock=clock("risk", timedelta(minutes=52), timedelta(hours=7)))
    assert 'data-s="risk" style="--u:89"' in html
    assert 'data-left="3120" data-target="28800"' in html
    assert 'data-due="2025-11-18T15:02:00+00:00"' in html
    assert 'data-s="none"' in render(source, clock=None)


class Questions(forms.Form):
    subject = forms.CharField(help_text="One line.")
    text = forms.CharField(required=False)
    agreed = forms.BooleanField()


def field(name: str, data: dict[str, str] | None = None) -> str:
    source = '{% include "components/field.html" with field=field only %}'
    return render(source, field=Questions(data)[name])


def test_field_ties_label_hint_and_error_to_its_control() -> None:
    html = field("subject", {"subject": ""})
    assert '<label for="id_subject">' in html
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html
    assert 'id="id_subject_helptext"' in html
    assert '<div id="id_subject_error" role="alert">' in html
    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html


def test_field_marks_what_may_be_left_out() -> None:
    assert "(optional)" in field("text")
    assert "(optional)" not in field("subject")


def test_checkbox_has_its_label_behind_it() -> None:
    assert '<label class="check" for="id_agreed">' in field("agreed")


def message(**changes: Any) -> Any:
    person = SimpleNamespace(pk=1, full_name="Helen Marsh", initials="HM", hue=195)
    files = SimpleNamespace(all=list)
    fields = {
        "pk": 7, "author": person, "author_id": 1, "side": "client", "visibility": "public", "body": "Hello",
        "addressee": None, "quoted": "", "attachments": files, "sent_at": NOW,
    }  # fmt: skip
    return SimpleNamespace(**fields | changes)


def talk(viewer_pk: int = 2, private: bool = True, **changes: Any) -> str:
    source = (
        '{% include "components/message.html" with message=message viewer=viewer company_name="Quayside"'
        ' client_name="Brightwater" private=private only %}'
    )
    viewer = SimpleNamespace(pk=viewer_pk)
    return render(source, message=message(**changes), viewer=viewer, private=private)


def test_message_shows_markup_as_text_and_links_without_trust() -> None:
    html = talk(body="<script>alert(1)</script> see https://example.com/x")
    assert "<script>" not in html
    assert '<a href="https://example.com/x" rel="nofollow">' in html


@pytest.mark.parametrize(
    ("visibility", "words"), [("internal", "Internal, agents only"), ("public", "Public, from client")]
)
def test_message_says_who_can_read_it(visibility: str, words: str) -> None:
    assert words in talk(visibility=visibility)
    assert words not in talk(visibility=visibility, private=False)


def test_own_internal_note_is_painted_as_internal() -> None:
    assert 'class="msg internal"' in talk(viewer_pk=1, visibility="internal")
    assert 'class="msg mine"' in talk(viewer_pk=1)


def test_quoted_part_is_folded() -> None:
    assert "<details" in talk(quoted="> before")
    assert "<details" not in talk()


def test_the_parts_of_an_exact_duration_add_up() -> None:
    assert formatting.exact_duration(timedelta(hours=15, seconds=5)) == "15h 5s"
    assert formatting.exact_duration(timedelta(minutes=-9, seconds=-30)) == "−9m 30s"
    assert formatting.exact_duration(timedelta(0)) == "0m"
