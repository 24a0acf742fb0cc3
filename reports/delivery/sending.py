"""From a schedule to mails and an archive, exactly once a period.

1. `open_due_runs` moves the schedule on and writes the run, in one transaction.
2. `carry_out` claims the run, makes the files outside any transaction, and then, in one
   transaction and only if the claim still holds, marks it done, archives the files and queues
   the mails. A worker that died or slept too long loses its claim, so nothing goes out twice.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Value
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reports import datasets
from reports.delivery import mail_text
from reports.formats import Format
from reports.models import ReportFile, ReportRun, ReportSchedule
from reports.periods import Period
from reports.render import render
from reports.report import Report
from servicedesk.lib.refusals import Refusal
from servicedesk.mail import charsets
from servicedesk.mail.outgoing import outbox
from servicedesk.tickets.attachments import Upload

logger = logging.getLogger(__name__)
State = ReportRun.State

HEAD_START = timedelta(minutes=2)  # before the sweeper doubts that a worker got the message
CLAIM_HOLDS = timedelta(minutes=15)  # three times what a task may take
MOST_ATTEMPTS = 5


class AlreadySent(Refusal):
    """The period has its run already."""


class Orphaned(Refusal):
    """The client, or the person whose view of all clients was reported, has left."""


@dataclass(frozen=True)
class MadeFile:
    report: Report
    format: Format
    content: bytes

    @property
    def name(self) -> str:
        return self.format.file_name(self.report)


def runs_to_carry_out(at: datetime) -> list[int]:
    """Return the runs a worker must take now: new ones of due schedules, and stuck ones.

    One indexed statement when there is nothing to do. Safe beside another sweeper.
    """
    due = ReportSchedule.objects.due(at).order_by().values_list("pk", Value("due"))
    stuck = ReportRun.objects.stuck(at).order_by().values_list("pk", Value("stuck"))
    found = []
    for pk, why in due.union(stuck, all=True):
        try:
            run = _open_due_run(pk, at) if why == "due" else _freed(pk, at)
        except Exception as error:  # one order that cannot be carried out must not keep the others waiting
            logger.exception("Report %s %s could not be ordered", why, pk)
            run = None
            if why == "due":
                _give_up(pk, error, at)
        if run is not None:
            found.append(run)
    return found


@transaction.atomic
def _give_up(schedule_id: int, error: Exception, at: datetime) -> None:
    """A schedule whose period cannot be told: a failed run with the reason, and the next try a day later."""
    schedule = ReportSchedule.objects.select_for_update(of=("self",)).due(at).filter(pk=schedule_id).first()
    if schedule is None:
        return
    day = schedule.next_run_at.date()
    ReportRun.objects.get_or_create(
        schedule=schedule,
        period_start=day,
        period_end=day,
        defaults={
            "client_id": schedule.client_id,
            "time_zone": settings.TIME_ZONE,
            "state": State.FAILED,
            "created_at": at,
            "finished_at": at,
            "error": _sentence(error),
        },
    )
    ReportSchedule.objects.filter(pk=schedule_id).update(next_run_at=at + timedelta(days=1))


@transaction.atomic
def _open_due_run(schedule_id: int, at: datetime) -> int | None:
    """Write the run of a due schedule and move the schedule on. Missed periods are not made up for:
    after a long silence only the last one is sent. One that stands still goes on to its next moment."""
    rows = ReportSchedule.objects.select_for_update(of=("self",)).select_related("client", "created_by")
    schedule = rows.due(at).filter(pk=schedule_id).first()
    if schedule is None:
        return None  # another sweeper took it
    due_at = schedule.timetable.latest_until(at)
    schedule.next_run_at = schedule.timetable.next_after(at)
    schedule.save(update_fields=["next_run_at"])
    if schedule.standstill:
        logger.info("Report schedule %s stands still: %s", schedule.pk, schedule.standstill)
        return None
    run, is_new = _open_run(schedule, due_at, at)
    return run.pk if is_new else None


def _open_run(schedule: ReportSchedule, moment: datetime, at: datetime) -> tuple[ReportRun, bool]:
    period = schedule.timetable.period_sent_at(moment)
    return ReportRun.objects.get_or_create(
        schedule=schedule,
        period_start=period.first,
        period_end=period.last,
        defaults={
            "client": schedule.client,
            "time_zone": period.zone,
            "created_at": at,
            "retry_at": at + HEAD_START,
        },
    )


def _freed(run_id: int, at: datetime) -> int | None:
    """Take a stuck run from whoever had it; give it up after too many attempts."""
    stuck = ReportRun.objects.stuck(at).filter(pk=run_id)
    if stuck.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, retry_at=None, finished_at=at):
        return None
    return run_id if stuck.update(state=State.WAITING, retry_at=at + HEAD_START) else None


@transaction.atomic
def open_now(schedule: ReportSchedule, at: datetime) -> ReportRun:
    """Order the report of the last whole period at once, before its time or instead of a missed one.

    Raises:
        AlreadySent: this period was ordered before; what was sent is in the archive.
        Orphaned: its client, or who set it up, is not active any more.
    """
    if schedule.standstill:
        raise Orphaned(schedule.standstill)
    run, is_new = _open_run(schedule, at, at)
    if not is_new:
        raise AlreadySent(
            _("The report for %(period)s exists already. It is in the archive.") % {"period": run.period}
        )
    return run


def retry(run: ReportRun, at: datetime) -> bool:
    """Order a failed run again. False if it is not failed (any more)."""
    failed = ReportRun.objects.filter(pk=run.pk, state=State.FAILED)
    return bool(failed.update(state=State.WAITING, attempts=0, error="", retry_at=at + HEAD_START))


def carry_out(run_id: int, at: datetime) -> None:
    """Make and send one run if it waits; do nothing if another worker has it or it is finished."""
    claimed = ReportRun.objects.filter(pk=run_id, state=State.WAITING).update(
        state=State.CLAIMED, claimed_at=at, retry_at=at + CLAIM_HOLDS, attempts=F("attempts") + 1
    )
    if not claimed:
        return
    run = ReportRun.objects.select_related("schedule__client", "schedule__created_by", "client").get(
        pk=run_id
    )
    try:
        with translation.override(run.schedule.spoken):
            _refuse_standstill(run.schedule)
            reports = make_reports(run.schedule, run.period)
            _finish(run, reports, list(make_files(run.schedule, reports)))
    except Exception as error:  # whatever it is: the row says so, and it is tried again
        logger.exception("Report run %s failed", run_id)
        _fail(run, error, at)


def _refuse_standstill(schedule: ReportSchedule) -> None:
    """Between the order and the sending a client may have left."""
    if schedule.standstill:
        raise Orphaned(schedule.standstill)


def make_reports(schedule: ReportSchedule, period: Period) -> list[Report]:
    """Build what the schedule asks for on `period`. Writes nothing.

    Raises:
        Orphaned: it is about all clients of a person who does not work here any more.
    """
    if schedule.client is None:
        _refuse_standstill(schedule)
    return [datasets.build(kind, schedule.scope(period)) for kind in schedule.kinds]


def make_files(schedule: ReportSchedule, reports: Sequence[Report]) -> Iterator[MadeFile]:
    for report in reports:
        for name in schedule.formats:
            yield MadeFile(report, Format(name), render(report, Format(name)))


@transaction.atomic
def _finish(run: ReportRun, reports: Sequence[Report], files: Sequence[MadeFile]) -> None:
    schedule, recipients = run.schedule, run.schedule.recipients()
    still_ours = ReportRun.objects.filter(pk=run.pk, state=State.CLAIMED, claimed_at=run.claimed_at)
    if not still_ours.update(
        state=State.DONE,
        finished_at=timezone.now(),
        retry_at=None,
        error="",
        for_client_managers=schedule.to_client_managers and schedule.client is not None,
    ):
        return
    for made in files:
        _archive(run, made)
    _queue_mails(run, recipients, mail_text.write(reports, [made.name for made in files]), files)


def _archive(run: ReportRun, made: MadeFile) -> None:
    ReportFile.objects.create(
        run=run,
        kind=made.report.kind,
        format=made.format,
        file=ContentFile(made.content, name=f"report.{made.format.value}"),
        name=made.name,
        size=len(made.content),
        sha256=hashlib.sha256(made.content).hexdigest(),
    )


def _queue_mails(
    run: ReportRun, recipients: Sequence[str], written: mail_text.Letter, files: Sequence[MadeFile]
) -> None:
    uploads = [Upload(made.name, made.format.content_type, made.content) for made in files]
    mails = [
        outbox.queue(
            to=address,
            subject=written.subject,
            text=written.text,
            kind="report",
            dedupe_key=f"report-run:{run.pk}:{address.casefold()}"[:200],
            attachments=uploads,
            language=run.schedule.spoken,
        )
        for address in recipients
    ]
    run.mails.add(*mails)


def _fail(run: ReportRun, error: Exception, at: datetime) -> None:
    """Keep the reason; try again later, a little later each time, or give up."""
    gives_up = run.attempts >= MOST_ATTEMPTS
    ReportRun.objects.filter(pk=run.pk, state=State.CLAIMED, claimed_at=run.claimed_at).update(
        state=State.FAILED if gives_up else State.WAITING,
        finished_at=at if gives_up else None,
        retry_at=None if gives_up else at + run.attempts * CLAIM_HOLDS,
        error=_sentence(error),
    )


def _sentence(error: Exception) -> str:
    return charsets.storable(f"{type(error).__name__}: {error}")[:2000]
