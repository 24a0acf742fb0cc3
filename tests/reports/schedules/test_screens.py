from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from reports.delivery import sending as delivery
from reports.models import ReportFile, ReportRun, ReportSchedule
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import Absence, Client, User
from tests.factories import ClientFactory, UserFactory, contact_of
from tests.reports.conftest import ticket_at

NOW = datetime(2025, 11, 5, 12, tzinfo=UTC)
FILLED = {
    "name": "For the board",
    "kinds": ["tickets", "reopened"],
    "formats": ["pdf", "xlsx"],
    "span": "week",
    "send_day": "1",
    "send_at": "08:30",
    "to_client_managers": "on",
    "extra_recipients": "board@halden.example, cfo@halden.example",
}


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(client: Browser, manager: User) -> Browser:
    client.force_login(manager)
    return client


@pytest.fixture
def sent(schedule: ReportSchedule) -> ReportRun:
    """The run of October, done and archived."""
    run = delivery.open_now(schedule, NOW)
    delivery.carry_out(run.pk, NOW)
    return run


def test_an_empty_list_offers_the_first_schedule(browser: Browser) -> None:
    text = browser.get(reverse("reports:schedules")).content.decode()
    assert "No report schedules yet" in text
    assert reverse("reports:schedule-new") in text


def test_an_agent_is_told_who_keeps_schedules(client: Browser, schedule: ReportSchedule) -> None:
    client.force_login(UserFactory(is_agent=True))
    text = client.get(reverse("reports:schedules")).content.decode()
    assert "No schedules for you" in text
    assert client.get(reverse("reports:schedule-new")).status_code == 403


def test_a_schedule_is_set_up(browser: Browser, halden: Client, manager: User) -> None:
    response = browser.post(reverse("reports:schedule-new"), {**FILLED, "client": halden.pk})
    assert response.status_code == 302
    schedule = ReportSchedule.objects.get()
    assert schedule.kinds == ["tickets", "reopened"]
    assert schedule.extra_recipients == ["board@halden.example", "cfo@halden.example"]
    assert schedule.created_by == manager
    assert schedule.next_run_at == datetime(2025, 11, 10, 7, 30, tzinfo=UTC)  # Monday 8:30 in Madrid


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kinds": []}, "Choose at least one report."),
        ({"formats": []}, "Choose at least one format."),
        ({"extra_recipients": "nobody"}, "“nobody” is not an e-mail address."),
        ({"extra_recipients": "", "to_client_managers": ""}, "Choose who receives it, or write an address."),
        ({"send_day": "8"}, "A week has seven days"),
        ({"time_zone": "Moon/Base"}, "“Moon/Base” is not a time zone."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_says_so_and_keeps_what_was_typed(
    browser: Browser, halden: Client, changes: dict[str, Any], sentence: str
) -> None:
    response = browser.post(reverse("reports:schedule-new"), {**FILLED, "client": halden.pk, **changes})
    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert 'value="08:30"' in text
    assert not ReportSchedule.objects.exists()


def test_a_schedule_for_the_client_of_another_manager_is_refused(browser: Browser) -> None:
    other = ClientFactory()
    response = browser.post(reverse("reports:schedule-new"), {**FILLED, "client": other.pk})
    assert response.status_code == 422


def test_the_client_of_a_schedule_cannot_be_changed(
    browser: Browser, schedule: ReportSchedule, halden: Client, manager: User
) -> None:
    other = ClientFactory(account_manager=manager)
    browser.post(reverse("reports:schedule", args=[schedule.pk]), {**FILLED, "client": other.pk})
    schedule.refresh_from_db()
    assert schedule.name == "For the board"
    assert schedule.client == halden


def test_another_account_manager_does_not_see_it(client: Browser, sent: ReportRun) -> None:
    client.force_login(UserFactory(is_account_manager=True))
    pk = sent.schedule_id
    assert "Monthly" not in client.get(reverse("reports:schedules")).content.decode()
    assert "Halden" not in client.get(reverse("reports:archive")).content.decode()
    for name in ("reports:schedule", "reports:schedule-preview"):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    for name in ("reports:schedule-pause", "reports:schedule-send"):
        assert client.post(reverse(name, args=[pk])).status_code == 404


def test_a_pause_ends_without_making_up_for_it(browser: Browser, schedule: ReportSchedule) -> None:
    url = reverse("reports:schedule-pause", args=[schedule.pk])
    assert browser.get(url).status_code == 405
    browser.post(url)
    schedule.refresh_from_db()
    assert not schedule.is_active
    with time_machine.travel(datetime(2026, 2, 10, tzinfo=UTC), tick=False):
        browser.force_login(schedule.created_by)
        browser.post(url)
    schedule.refresh_from_db()
    assert schedule.next_run_at == datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_a_preview_shows_the_mail_and_writes_nothing(
    browser: Browser, schedule: ReportSchedule, halden: Client
) -> None:
    ticket_at(datetime(2025, 10, 10, 12, tzinfo=UTC), halden, late=True)
    text = browser.get(reverse("reports:schedule-preview", args=[schedule.pk])).content.decode()
    assert "Reports for Halden Logistics: 1 October 2025 – 31 October 2025" in text
    assert "1 request came in, 1 breached the SLA." in text
    assert "boss@halden.example" in text
    assert not ReportRun.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_send_now_sends_once(
    browser: Browser, schedule: ReportSchedule, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    url = reverse("reports:schedule-send", args=[schedule.pk])
    settings.CELERY_TASK_ALWAYS_EAGER = True
    from servicedesk.celery import app

    app.conf.task_always_eager = True
    try:
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(url)
            again = browser.post(url, follow=True)
    finally:
        app.conf.task_always_eager = False
    assert "exists already" in again.content.decode()
    assert OutgoingMail.objects.count() == 2


def test_the_archive_shows_files_and_what_became_of_the_mails(browser: Browser, sent: ReportRun) -> None:
    text = browser.get(reverse("reports:archive"), {"schedule": sent.schedule_id}).content.decode()
    assert "1 October 2025 – 31 October 2025" in text
    assert "keeper@quayside.example" in text
    assert "Not sent (no mail server is configured)" in text
    for kept in ReportFile.objects.all():
        assert reverse("reports:archive-file", args=[kept.pk]) in text


def test_a_failed_run_can_be_tried_again(browser: Browser, sent: ReportRun) -> None:
    ReportRun.objects.update(state="failed", error="OSError: disk full")
    assert "disk full" in browser.get(reverse("reports:archive")).content.decode()
    browser.post(reverse("reports:run-retry", args=[sent.pk]))
    assert ReportRun.objects.get().state == "waiting"


def test_the_lists_cost_the_same_whatever_their_length(
    browser: Browser, sent: ReportRun, halden: Client, manager: User, django_assert_max_num_queries: Any
) -> None:
    for length in (5, 15):
        for number in range(length):
            copy = ReportSchedule(
                name=f"{length} {number}",
                kinds=["tickets"],
                formats=["csv"],
                client=halden,
                created_by=manager,
            )
            copy.plan(NOW)
            copy.save()
            delivery.carry_out(delivery.open_now(copy, NOW).pk, NOW)
        for name in ("reports:schedules", "reports:archive"):
            with django_assert_max_num_queries(8):
                browser.get(reverse(name))


def archive_answer(browser: Browser, user: User, run: ReportRun) -> int:
    browser.force_login(user)
    kept = run.files.first()
    assert kept is not None
    return browser.get(reverse("reports:archive-file", args=[kept.pk])).status_code


def test_an_archived_file_opens_for_those_it_concerns(
    client: Browser, sent: ReportRun, halden: Client, manager: User
) -> None:
    assert archive_answer(client, manager, sent) == 200
    assert archive_answer(client, contact_of(halden, is_manager=True), sent) == 200
    assert archive_answer(client, UserFactory(is_superuser=True), sent) == 200


def test_an_archived_file_is_not_there_for_others(client: Browser, sent: ReportRun, halden: Client) -> None:
    strangers: list[User] = [
        contact_of(halden),
        contact_of(ClientFactory(), is_manager=True),
        UserFactory(is_account_manager=True),
        UserFactory(is_agent=True),
    ]
    for stranger in strangers:
        assert archive_answer(client, stranger, sent) == 404


def test_what_was_not_sent_to_the_client_is_not_theirs_to_read(
    client: Browser, schedule: ReportSchedule, halden: Client
) -> None:
    ReportSchedule.objects.update(to_client_managers=False)
    run = delivery.open_now(schedule, NOW)
    delivery.carry_out(run.pk, NOW)
    assert archive_answer(client, contact_of(halden, is_manager=True), run) == 404


def test_a_file_that_was_lost_is_not_a_crash(browser: Browser, sent: ReportRun, manager: User) -> None:
    for kept in sent.files.all():
        kept.file.storage.delete(str(kept.file.name))
    assert archive_answer(browser, manager, sent) == 404


def test_a_deputy_sees_the_reports_of_whom_they_cover_and_sets_up_none(
    client: Browser, schedule: ReportSchedule, halden: Client, manager: User
) -> None:
    deputy = UserFactory(is_account_manager=True)
    Absence.objects.create(user=manager, starts_on=NOW.date(), ends_on=NOW.date(), deputy=deputy)
    client.force_login(deputy)
    answer = client.post(reverse("reports:schedule-new"), FILLED | {"client": str(halden.pk)})
    assert answer.status_code == 422
    assert answer.context["form"].errors["client"]
    assert list(ReportSchedule.objects.all()) == [schedule]


def test_whoever_sets_up_a_schedule_sees_it_afterwards(client: Browser, halden: Client) -> None:
    """An agent who is an account manager too sees all clients, and keeps the schedules of their own alone."""
    both = UserFactory(is_account_manager=True, is_agent=True)
    client.force_login(both)
    mine = ClientFactory(account_manager=both)
    for chosen in (halden, mine):
        client.post(reverse("reports:schedule-new"), FILLED | {"client": str(chosen.pk)})
    assert [one.client for one in ReportSchedule.objects.all()] == [mine]
    assert list(ReportSchedule.objects.visible_to(both)) == list(ReportSchedule.objects.all())


def test_the_preview_escapes_the_name_of_a_client(browser: Browser, schedule: ReportSchedule) -> None:
    assert schedule.client_id
    Client.objects.filter(pk=schedule.client_id).update(name="<img src=x onerror=alert(1)>")
    page = browser.get(reverse("reports:schedule-preview", args=[schedule.pk])).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
