"""What of the background work is late: `/health/ready` and the red line of administrators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from servicedesk.health import lateness, recording
from servicedesk.health.models import Heartbeat, ScheduleRun
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from tests.factories import GroupFactory, UserFactory, agent_of

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def all_is_well(at: datetime | None = None) -> None:
    """A worker and a schedule live, and every entry ran a moment ago."""
    now = at or timezone.now()
    for kind in ("worker", "beat"):
        Heartbeat.objects.create(name=f"{kind}@here", kind=kind, started_at=now, seen_at=now)
    recording.take_up_schedule()
    ScheduleRun.objects.update(started_at=now, finished_at=now)


def ready() -> tuple[int, dict[str, Any]]:
    lateness.forget()
    answer = Browser().get("/health/ready")
    return answer.status_code, answer.json()


def late() -> list[tuple[str, str]]:
    return [(each["kind"], each["name"]) for each in ready()[1]["late"]]


def test_ready_when_everything_runs() -> None:
    all_is_well()
    status, told = ready()
    assert status == 200
    assert told["status"] == "ready"
    assert (told["database"], told["broker"], told["late"]) == ("ok", "ok", [])
    assert told["workers"] == told["beats"] == 1
    assert told["schedule"]["send-waiting-mail"]["last_finished"] is not None


def test_it_answers_with_and_without_a_slash_and_is_never_kept() -> None:
    all_is_well()
    for path in ("/health/ready", "/health/ready/"):
        answer = Browser().get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("kind", ["beat", "worker"])
def test_a_killed_process_is_late_after_ninety_seconds(kind: str) -> None:
    all_is_well()
    Heartbeat.objects.filter(kind=kind).update(seen_at=timezone.now() - 80 * SECOND)
    assert late() == []
    Heartbeat.objects.filter(kind=kind).update(seen_at=timezone.now() - 100 * SECOND)
    status, told = ready()
    assert status == 503
    assert [(each["kind"], each["name"]) for each in told["late"]] == [(kind, kind)]
    assert told["late"][0]["since"] is not None


def test_another_living_worker_is_enough() -> None:
    all_is_well()
    long_ago = timezone.now() - timedelta(hours=1)
    Heartbeat.objects.create(name="worker@dead", kind="worker", started_at=long_ago, seen_at=long_ago)
    assert late() == []


@pytest.mark.parametrize(
    ("entry", "seconds", "is_late"),
    [
        ("send-waiting-mail", 145, False),
        ("send-waiting-mail", 155, True),
        ("retry-stored-mail", 385, False),
        ("retry-stored-mail", 395, True),
        ("wipe-secrets", 3950, False),
        ("wipe-secrets", 3970, True),
    ],
)
def test_a_schedule_is_late_past_its_interval(entry: str, seconds: int, is_late: bool) -> None:
    all_is_well()
    ScheduleRun.objects.filter(entry=entry).update(finished_at=timezone.now() - seconds * SECOND)
    assert late() == ([("schedule", entry)] if is_late else [])


def test_what_was_never_done_counts_from_when_the_schedule_took_it_up() -> None:
    all_is_well()
    run = ScheduleRun.objects.filter(entry="send-waiting-mail")
    run.update(finished_at=None, started_at=None)
    assert late() == []
    run.update(known_since=timezone.now() - timedelta(minutes=5))
    assert late() == [("schedule", "send-waiting-mail")]


def test_a_desk_without_worker_and_schedule_says_so_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "_SERVING_SINCE", timezone.now())
    assert late() == []
    monkeypatch.setattr(lateness, "_SERVING_SINCE", timezone.now() - timedelta(hours=2))
    assert {kind for kind, _ in late()} == {"beat", "worker", "schedule"}


def test_a_run_that_raised_shows_until_the_next_good_one() -> None:
    all_is_well()
    recording.ended("sweep-sla-clocks", timezone.now(), ValueError("no such a@quayside.example\nmore"))
    status, told = ready()
    assert status == 503
    assert [each["kind"] for each in told["late"]] == ["failing"]
    assert told["schedule"]["sweep-sla-clocks"]["is_failing"] is True
    assert "quayside" not in str(told)
    recording.ended("sweep-sla-clocks", timezone.now(), None)
    assert late() == []


def test_what_waited_before_the_start_gets_its_first_round(monkeypatch: pytest.MonkeyPatch) -> None:
    all_is_well()
    mail = outbox.queue(to="a@b.example", subject="Hello", text="Words")
    due = timezone.now() - timedelta(hours=2)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="queued", next_attempt_at=due)
    monkeypatch.setattr(lateness, "_SERVING_SINCE", timezone.now() - 170 * SECOND)
    assert late() == []
    monkeypatch.setattr(lateness, "_SERVING_SINCE", timezone.now() - 190 * SECOND)
    assert late() == [("queue", "outgoing-mail")]


def test_mail_that_nobody_sends_is_late_after_three_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "_SERVING_SINCE", timezone.now() - timedelta(hours=2))
    all_is_well()
    mail = outbox.queue(to="a@b.example", subject="Hello", text="Words")
    due = OutgoingMail.objects.filter(pk=mail.pk)
    due.update(state="queued", next_attempt_at=timezone.now() - 170 * SECOND)
    assert late() == []
    due.update(next_attempt_at=timezone.now() - 190 * SECOND)
    assert late() == [("queue", "outgoing-mail")]


def test_an_unreachable_broker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from servicedesk.celery import app

    all_is_well()
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    status, told = ready()
    assert status == 503
    assert told["broker"] == "unreachable"
    assert [each["kind"] for each in told["late"]] == ["broker"]


def test_an_unreachable_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def fail(_at: datetime) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(lateness, "look", fail)
    assert ready() == (503, {"status": "late", "database": "unreachable"})


def test_it_costs_a_statement_a_queue_and_two_and_is_asked_once_in_five_seconds(
    settings: Any, django_assert_num_queries: Any
) -> None:
    all_is_well()
    lateness.forget()
    with django_assert_num_queries(2 + len(settings.HEALTH_QUEUES) + 1):  # reports ask for two sorts
        Browser().get("/health/ready")
    with django_assert_num_queries(0):
        Browser().get("/health/ready")


def page(person: Any, path: str = "/desk/") -> str:
    lateness.forget()
    browser = Browser()
    browser.force_login(person)
    return browser.get(path).content.decode()


@pytest.mark.parametrize(
    "path", ["/desk/", "/setup/sla/policies/", "/clients/", "/reports/", "/preferences/"]
)
def test_an_administrator_reads_on_every_page_what_is_late_since_when_and_what_to_do(path: str) -> None:
    all_is_well()
    administrator = UserFactory(is_superuser=True)
    assert "late-work" not in page(administrator, path)
    Heartbeat.objects.filter(kind="beat").update(seen_at=timezone.now() - timedelta(minutes=3))
    shown = page(administrator, path)
    assert '<div class="late-work" role="alert">' in shown
    assert "The schedule has not run since " in shown
    assert "Start it: python -m deploy.programs beat" in shown


def test_a_known_cause_hides_what_follows_from_it() -> None:
    all_is_well(timezone.now() - timedelta(minutes=10))
    shown = page(UserFactory(is_superuser=True))
    assert shown.count("<li>The schedule has not run since ") == 1
    assert shown.count("<li>No worker has sent a heartbeat since ") == 1
    assert "last done at" not in shown


def test_a_failing_sweep_is_told_with_its_error() -> None:
    all_is_well()
    recording.ended("sweep-sla-clocks", timezone.now(), ValueError("<b>broken</b>"))
    shown = page(UserFactory(is_superuser=True))
    assert "Deadlines and escalations: failed at " in shown
    assert "ValueError: &lt;b&gt;broken&lt;/b&gt;" in shown


def test_others_see_no_red_line_and_pay_nothing_for_it() -> None:
    all_is_well(timezone.now() - timedelta(minutes=10))
    for person in (agent_of(GroupFactory()), UserFactory(is_account_manager=True)):
        assert "late-work" not in page(person)
        assert lateness._last == []


def test_every_entry_and_queue_has_a_name_for_people(settings: Any) -> None:
    from servicedesk.health.words import NAMES

    assert set(NAMES) == {*settings.CELERY_BEAT_SCHEDULE, *settings.HEALTH_QUEUES}


def test_each_queue_is_asked_with_an_index(settings: Any) -> None:
    """One of them alone reads a small table whole: changes of terms."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as statements:
        list(lateness._queues(timezone.now()))
    assert len(statements) == len(settings.HEALTH_QUEUES) + 1
    assert all("LIMIT 1" in each["sql"] or "sla_termschange" in each["sql"] for each in statements)
