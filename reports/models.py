"""Reports that are sent by themselves: the order, each time it was carried out, what was sent."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.due_dates import Timetable
from reports.formats import Format
from reports.periods import Period, Span
from reports.report import ReportKind
from reports.scope import Scope
from servicedesk.mail.models import OutgoingMail
from servicedesk.people import addresses, still_active
from servicedesk.people.models import Client, User, known_time_zone


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, user: User) -> ReportScheduleQuerySet:
        """Administrators: all. Account managers: their clients', and what they set up for all clients."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        if user.is_account_manager:
            own = models.Q(client=None, created_by=user)
            return self.filter(own | models.Q(client__in=Client.objects.kept_by(user)))
        return self.none()

    def due(self, at: datetime) -> ReportScheduleQuerySet:
        return self.filter(is_active=True, next_run_at__lte=at)


class ReportSchedule(models.Model):
    """An order: which reports, on which calendar period, for whom, when.

    Without a client it tells about all that `created_by` may see.
    """

    name = models.CharField(_("name"), max_length=150)
    kinds = models.JSONField(_("reports"), default=list)
    client = models.ForeignKey(
        Client,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="report_schedules",
        verbose_name=_("client"),
        help_text=_("Empty: all clients that you may see."),
    )
    span = models.CharField(_("period"), max_length=8, choices=Span, default=Span.MONTH)
    send_day = models.PositiveSmallIntegerField(
        _("day"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("Day after the end of the period: 1 is the first. Weeks begin on Monday."),
    )
    send_at = models.TimeField(_("time"), default=time(7), help_text=_("In the time zone of the schedule."))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[known_time_zone],
        help_text=_("Empty: the client’s. Example: Europe/Madrid."),
    )
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the client’s."),
    )
    formats = models.JSONField(_("formats"), default=list)
    to_client_managers = models.BooleanField(_("to the client’s managers"), default=True)
    to_account_manager = models.BooleanField(
        _("to the account manager"), default=True, help_text=_("Without a client: to you.")
    )
    extra_recipients = models.JSONField(_("further recipients"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("set up by"))
    next_run_at = models.DateTimeField(_("next time"), editable=False)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("report schedule")
        verbose_name_plural = _("report schedules")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(
                fields=["next_run_at"], condition=models.Q(is_active=True), name="report_schedule_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(span__in=Span.values), name="report_schedule_span_known"
            ),
            models.CheckConstraint(
                condition=models.Q(send_day__range=(1, 28)), name="report_schedule_day_1_to_28"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        return self.time_zone or (self.client.time_zone if self.client else settings.TIME_ZONE)

    @property
    def spoken(self) -> str:
        """The language of the reports and the mail."""
        return self.language or (self.client.language if self.client else settings.LANGUAGE_CODE)

    @property
    def standstill(self) -> str:
        """Why nothing is sent by itself although it is not paused; "" when it is."""
        if self.client and not self.client.is_active:
            return gettext("%(client)s is not an active client any more.") % {"client": self.client}
        if self.client is None and not (self.created_by.is_active and self.created_by.is_staff):
            return gettext("%(person)s, who set this up, is not active.") % {"person": self.created_by}
        return ""

    @property
    def timetable(self) -> Timetable:
        return Timetable(Span(self.span), self.zone, self.send_day, self.send_at)

    @property
    def kind_labels(self) -> list[str]:
        return [str(ReportKind(kind).label) for kind in self.kinds]

    @property
    def format_labels(self) -> list[str]:
        return [str(Format(name).label) for name in self.formats]

    def scope(self, period: Period) -> Scope:
        """What its reports are about; the tickets of a client are told whole, private groups included."""
        viewer = None if self.client else self.created_by
        return Scope(period, self.spoken, self.client, viewer)

    def plan(self, at: datetime) -> None:
        """Set (not save) when it is due next, after `at`; what was missed until then is not made up for."""
        self.next_run_at = self.timetable.next_after(at)

    def recipients(self) -> list[str]:
        """Addresses, each once, of people who are still active; the client's managers come first.

        A further address is left out only when its owner is known to have left.
        """
        people = User.objects.active()
        found: list[str] = []
        if self.client and self.to_client_managers:
            found += still_active.managers_of(self.client).values_list("email", flat=True)
        if self.to_account_manager:
            theirs = (
                people.filter(managed_clients=self.client)
                if self.client
                else people.filter(pk=self.created_by_id)
            )
            found += theirs.values_list("email", flat=True)
        owners = addresses.owners(self.extra_recipients) if self.extra_recipients else {}
        left = {address for address, owner in owners.items() if not owner.is_active}
        found += [one for one in self.extra_recipients if addresses.spelled(one) not in left]
        once: dict[str, str] = {}
        for address in found:
            once.setdefault(address.casefold(), address)
        return list(once.values())


class ReportRunQuerySet(models.QuerySet["ReportRun"]):
    def visible_to(self, user: User) -> ReportRunQuerySet:
        return self.filter(schedule__in=ReportSchedule.objects.visible_to(user)).filter(
            models.Q(client=None) | models.Q(client__in=Client.objects.visible_to(user))
        )

    def stuck(self, at: datetime) -> ReportRunQuerySet:
        """Nobody took it, its worker died, or it is time to try again."""
        return self.filter(retry_at__lte=at)


class ReportRun(models.Model):
    """One carrying out of a schedule: exactly one a period. Keeps whom it was about, whatever changes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("In progress")
        DONE = "done", _("Sent")
        FAILED = "failed", _("Failed")

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="runs", db_index=False)
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="+", verbose_name=_("client"))
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"), help_text=_("The last day, included."))
    time_zone = models.CharField(max_length=64)
    for_client_managers = models.BooleanField(
        default=False,
        help_text=_("It was sent to the client’s managers, so they may read it in the archive."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    retry_at = models.DateTimeField(null=True, help_text=_("Next retry by the background job."))
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(_("error"), blank=True)
    mails = models.ManyToManyField(OutgoingMail, related_name="report_runs")

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")
        ordering = ["-period_end", "-pk"]
        indexes = [
            models.Index(
                fields=["retry_at"], condition=models.Q(retry_at__isnull=False), name="report_run_stuck"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "period_start", "period_end"], name="report_run_once_a_period"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "claimed", "done", "failed"]),
                name="report_run_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id}: {self.period_start} – {self.period_end}"

    @property
    def trouble(self) -> str:
        """What went wrong, for people; empty if nothing did. Reads `mails`: prefetch them in lists."""
        if self.error:
            return self.error
        if self.state == ReportRun.State.FAILED:
            return gettext("The worker stopped too often while creating it.")
        if self.state == ReportRun.State.DONE and not self.mails.all():
            return gettext("There were no recipients.")
        return ""

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_end, self.time_zone)


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, user: User) -> ReportFileQuerySet:
        """Staff: the files of the runs they see. A client's managers: what was sent to them."""
        if not user.is_active:
            return self.none()
        if user.is_staff:
            return self.filter(run__in=ReportRun.objects.visible_to(user))
        return self.filter(run__for_client_managers=True, run__client__in=user.managed_client_ids())


class ReportFile(models.Model):
    """The archive: each file as it was sent."""

    run = models.ForeignKey(ReportRun, models.CASCADE, related_name="files")
    kind = models.CharField(_("report"), max_length=10, choices=ReportKind)
    format = models.CharField(_("format"), max_length=4, choices=Format)
    file = models.FileField(upload_to="reports/%Y/%m/")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
