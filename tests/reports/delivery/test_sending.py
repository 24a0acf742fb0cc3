from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from reports import tasks
from reports.delivery import sending as delivery
from reports.models import ReportFile, ReportRun, ReportSchedule
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import Client, User
from tests.factories import UserFactory, contact_of
from tests.reports.conftest import rated, ticket_at

DUE = datetime(2025, 12, 1, 6, tzinfo=UTC)  # 7:00 in Madrid
NOON = datetime(2025, 11, 10, 12, tzinfo=UTC)
State = ReportRun.State


def work(at: datetime) -> None:
    """One sweep and one worker."""
    with time_machine.travel(at, tick=False):
        for run in delivery.runs_to_carry_out(at):
            delivery.carry_out(run, at)


def test_nothing_is_sent_before_its_time(schedule: ReportSchedule) -> None:
    assert delivery.runs_to_carry_out(DUE - timedelta(seconds=1)) == []
    assert not ReportRun.objects.exists()


def test_a_due_schedule_sends_the_last_month_to_all_recipients(
    schedule: ReportSchedule, halden: Client
) -> None:
    rated(ticket_at(NOON, halden, late=True), NOON, 4)
    work(DUE)
    run = ReportRun.objects.get()
    assert (run.period_start, run.period_end, run.state) == (
        date(2025, 11, 1),
        date(2025, 11, 30),
        State.DONE,
    )
    mails = OutgoingMail.objects.order_by("pk")
    assert [mail.to for mail in mails] == ["boss@halden.example", "keeper@quayside.example"]
    assert list(run.mails.order_by("pk")) == list(mails)
    assert mails[0].subject == "Reports for Halden Logistics: 1 November 2025 – 30 November 2025"
    assert "1 request came in, 1 breached the SLA." in mails[0].text
    assert "1 request was rated, 4.00 of 5 on average." in mails[0].text
    assert [file.name for file in mails[0].attachments.all()] == [
        "tickets-halden-logistics-2025-11-01-2025-11-30.csv",
        "ratings-halden-logistics-2025-11-01-2025-11-30.csv",
    ]


def test_the_archive_keeps_what_was_sent(schedule: ReportSchedule) -> None:
    work(DUE)
    for kept in ReportFile.objects.all():
        content = kept.file.read()
        assert kept.size == len(content)
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert ReportFile.objects.count() == 2


def test_the_schedule_moves_on_to_the_next_month(schedule: ReportSchedule) -> None:
    work(DUE)
    schedule.refresh_from_db()
    assert schedule.next_run_at == datetime(2026, 1, 1, 6, tzinfo=UTC)


def test_two_sweepers_and_two_workers_send_once(schedule: ReportSchedule) -> None:
    first, second = delivery.runs_to_carry_out(DUE), delivery.runs_to_carry_out(DUE)
    assert (len(first), second) == (1, [])
    delivery.carry_out(first[0], DUE)
    delivery.carry_out(first[0], DUE)
    assert OutgoingMail.objects.count() == 2
    assert ReportFile.objects.count() == 2


def test_a_worker_that_died_is_replaced_after_a_while(schedule: ReportSchedule) -> None:
    (run,) = delivery.runs_to_carry_out(DUE)
    ReportRun.objects.filter(pk=run).update(
        state=State.CLAIMED, claimed_at=DUE, retry_at=DUE + delivery.CLAIM_HOLDS, attempts=1
    )
    work(DUE + timedelta(minutes=14))
    assert not OutgoingMail.objects.exists()
    work(DUE + timedelta(minutes=15))
    assert OutgoingMail.objects.count() == 2
    assert ReportRun.objects.get().state == State.DONE


def test_a_worker_that_slept_too_long_sends_nothing(
    schedule: ReportSchedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run,) = delivery.runs_to_carry_out(DUE)
    made = delivery.make_files

    def slow(*args: Any) -> Any:
        monkeypatch.setattr(delivery, "make_files", made)
        work(DUE + timedelta(minutes=20))  # another worker takes over meanwhile
        return made(*args)

    monkeypatch.setattr(delivery, "make_files", slow)
    delivery.carry_out(run, DUE)
    assert OutgoingMail.objects.count() == 2
    assert ReportFile.objects.count() == 2
    assert ReportRun.objects.get().attempts == 2


def test_a_message_that_was_lost_is_sent_again(schedule: ReportSchedule) -> None:
    (run,) = delivery.runs_to_carry_out(DUE)
    assert delivery.runs_to_carry_out(DUE + timedelta(minutes=1)) == []
    assert delivery.runs_to_carry_out(DUE + timedelta(minutes=2)) == [run]


def test_missed_months_are_not_made_up_for(schedule: ReportSchedule) -> None:
    work(datetime(2026, 3, 20, tzinfo=UTC))
    run = ReportRun.objects.get()
    assert run.period_start == date(2026, 2, 1)
    schedule.refresh_from_db()
    assert schedule.next_run_at == datetime(2026, 4, 1, 5, tzinfo=UTC)  # summer time


def test_a_failure_is_kept_tried_again_and_given_up(
    schedule: ReportSchedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "render", lambda *_args: 1 / 0)
    moment = DUE
    for _attempt in range(delivery.MOST_ATTEMPTS):
        work(moment)
        moment += timedelta(hours=2)
    run = ReportRun.objects.get()
    assert (run.state, run.attempts, run.retry_at) == (State.FAILED, 5, None)
    assert run.trouble == "ZeroDivisionError: division by zero"
    monkeypatch.undo()
    assert delivery.retry(run, moment)
    delivery.carry_out(run.pk, moment)
    assert OutgoingMail.objects.count() == 2


def test_a_report_that_kills_its_worker_is_given_up(schedule: ReportSchedule) -> None:
    (run,) = delivery.runs_to_carry_out(DUE)
    ReportRun.objects.filter(pk=run).update(
        state=State.CLAIMED, retry_at=DUE, attempts=delivery.MOST_ATTEMPTS
    )
    assert delivery.runs_to_carry_out(DUE) == []
    assert ReportRun.objects.get().trouble == "The worker stopped too often while creating it."


def test_nothing_due_is_one_statement(schedule: ReportSchedule, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert delivery.runs_to_carry_out(DUE - timedelta(days=1)) == []


def test_a_paused_schedule_sends_nothing(schedule: ReportSchedule) -> None:
    ReportSchedule.objects.update(is_active=False)
    assert delivery.runs_to_carry_out(DUE) == []


def test_send_now_takes_the_last_whole_month_once(schedule: ReportSchedule) -> None:
    run = delivery.open_now(schedule, NOON)
    assert run.period_start == date(2025, 10, 1)
    with pytest.raises(delivery.AlreadySent, match="exists already"):
        delivery.open_now(schedule, NOON)


def test_a_period_sent_early_is_not_sent_again_on_its_day(schedule: ReportSchedule) -> None:
    early = datetime(2025, 12, 1, 1, tzinfo=UTC)
    delivery.carry_out(delivery.open_now(schedule, early).pk, early)
    work(DUE)
    assert ReportRun.objects.count() == 1
    assert OutgoingMail.objects.count() == 2


def test_recipients_are_active_people_each_once(schedule: ReportSchedule, halden: Client) -> None:
    contact_of(halden, email="clerk@halden.example")  # not a manager
    contact_of(halden, is_manager=True, email="gone@halden.example", is_active=False)
    schedule.extra_recipients = ["BOSS@halden.example", "archive@halden.example"]
    assert schedule.recipients() == [
        "boss@halden.example",
        "keeper@quayside.example",
        "archive@halden.example",
    ]


def test_a_report_for_nobody_is_archived_and_says_so(schedule: ReportSchedule) -> None:
    ReportSchedule.objects.update(to_client_managers=False, to_account_manager=False)
    work(DUE)
    run = ReportRun.objects.get()
    assert run.trouble == "There were no recipients."
    assert run.files.count() == 2
    assert not run.for_client_managers


def test_all_clients_of_a_person_who_left_are_not_reported(schedule: ReportSchedule, manager: User) -> None:
    ReportSchedule.objects.update(client=None)
    UserFactory._meta.model.objects.filter(pk=manager.pk).update(is_active=False)
    work(DUE)
    schedule.refresh_from_db()
    assert "is not active" in schedule.standstill
    assert not ReportRun.objects.exists()


def test_an_order_whose_keeper_left_before_it_was_carried_out_fails_and_says_so(
    schedule: ReportSchedule, manager: User
) -> None:
    ReportSchedule.objects.update(client=None)
    [run] = delivery.runs_to_carry_out(DUE)
    UserFactory._meta.model.objects.filter(pk=manager.pk).update(is_active=False)
    delivery.carry_out(run, DUE)
    assert "is not active" in ReportRun.objects.get().error
    assert not ReportFile.objects.exists()


def test_the_schedule_of_a_former_client_stands_still_and_goes_on_with_it(
    schedule: ReportSchedule, halden: Client
) -> None:
    Client.objects.filter(pk=halden.pk).update(is_active=False)
    work(DUE)
    assert not ReportRun.objects.exists()
    schedule.refresh_from_db()
    assert schedule.next_run_at > DUE
    assert schedule.is_active
    assert schedule.standstill == "Halden Logistics is not an active client any more."
    with pytest.raises(delivery.Orphaned, match="not an active client"):
        delivery.open_now(schedule, DUE)
    Client.objects.filter(pk=halden.pk).update(is_active=True)
    work(schedule.next_run_at)
    assert ReportRun.objects.get().state == ReportRun.State.DONE


def test_an_address_whose_owner_has_left_gets_no_report(schedule: ReportSchedule) -> None:
    gone = UserFactory(email="gone@halden.example", is_active=False)
    schedule.extra_recipients = [gone.email.upper(), "board@halden.example"]
    assert "board@halden.example" in schedule.recipients()
    assert gone.email.upper() not in schedule.recipients()


def test_the_mail_speaks_the_language_of_the_client(schedule: ReportSchedule, halden: Client) -> None:
    halden.language = "ru"
    halden.save()
    work(DUE)
    mail = OutgoingMail.objects.first()
    assert mail is not None
    assert mail.language == "ru"
    assert "1 ноября 2025" in mail.subject


def test_the_beat_task_hands_runs_to_workers(
    schedule: ReportSchedule, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    carried: list[int] = []
    with time_machine.travel(DUE, tick=False), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks.run, "delay", carried.append)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep_schedules()
    assert carried == [ReportRun.objects.get().pk]


def test_a_schedule_whose_period_cannot_be_told_keeps_no_other_waiting(
    schedule: ReportSchedule, halden: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = ReportSchedule.objects.get(pk=schedule.pk)
    second.pk, second.name = None, "Second"
    second.save(force_insert=True)
    opened = delivery._open_run

    def broken(one: ReportSchedule, moment: datetime, at: datetime) -> tuple[ReportRun, bool]:
        if one.pk == schedule.pk:
            raise KeyError("Europe/Nowhere\x00")
        return opened(one, moment, at)

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_open_run", broken)
        assert len(delivery.runs_to_carry_out(DUE)) == 1
        failed = ReportRun.objects.get(schedule=schedule)
        assert (failed.state, failed.trouble) == (State.FAILED, "KeyError: 'Europe/Nowhere\\x00'")
        assert delivery.runs_to_carry_out(DUE) == []
    assert delivery.retry(failed, DUE)
    delivery.runs_to_carry_out(DUE + timedelta(days=1))
    assert ReportRun.objects.filter(schedule=schedule, period_end=date(2025, 11, 30)).exists()
