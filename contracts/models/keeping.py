"""What is kept around a contract: documents, alerts, timers, weeks of time, the rule without contract."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.visible_name import Named


class ContractDocument(models.Model):
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="documents")
    file = models.FileField(_("file"), upload_to="contracts/%Y/")
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    is_for_client = models.BooleanField(_("the client may read it"), default=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class HoursAlert(models.Model):
    """So much of the hours is used: told once for each threshold since the last purchase."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="alerts", db_index=False)
    percent = models.PositiveSmallIntegerField(help_text=_("Used, of what was bought."))
    since = models.PositiveBigIntegerField(help_text=_("The ledger entry of the last purchase."))
    reached_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("alert about hours")
        verbose_name_plural = _("alerts about hours")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["reached_at"], condition=models.Q(sent_at=None), name="hours_alert_to_tell"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "percent", "since"], name="hours_alert_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.percent} %"


class RunningTimer(models.Model):
    """Somebody works on a ticket right now; one at a time."""

    person = models.OneToOneField(User, models.CASCADE, related_name="running_timer")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="timers")
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("running timer")
        verbose_name_plural = _("running timers")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.ticket_id}"

    named: Named | None = None  # its ticket as the person may know it by now, where it is shown


class TimesheetWeek(models.Model):
    """A person's week of time, once it is handed in; approved, its entries stay as they are."""

    person = models.ForeignKey(User, models.PROTECT, related_name="timesheet_weeks", db_index=False)
    monday = models.DateField()
    handed_in_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    returned_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("timesheet")
        verbose_name_plural = _("timesheets")
        ordering = ["-monday"]
        constraints = [models.UniqueConstraint(fields=["person", "monday"], name="timesheet_week_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.monday}"


class IntakeRule(models.Model):
    """What happens to a request that no contract covers. One row, made when it is first changed."""

    class Without(models.TextChoices):
        ACCEPT = "accept", _("Accept it without deadlines")
        ASK = "ask", _("Accept it and ask the account manager")
        REFUSE = "refuse", _("Reject it with a message")

    without_contract = models.CharField(
        _("without a contract"), max_length=8, choices=Without, default=Without.ACCEPT
    )
    after_end = models.CharField(
        _("after the end of a contract"), max_length=8, choices=Without, blank=True,
        help_text=_("Empty: as without a contract."),
    )  # fmt: skip
    words = models.TextField(_("rejection message"), blank=True)
    words_translations: Any = models.JSONField(default=dict, blank=True)
    approve_timesheets = models.BooleanField(_("leaders approve timesheets"), default=False)

    class Meta:
        verbose_name = _("intake rule")
        verbose_name_plural = _("intake rules")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="intake_rule_is_one")]

    def __str__(self) -> str:
        return self.without_contract
