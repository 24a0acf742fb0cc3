"""Why a ticket is covered, or why not."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts import coverage_text
from contracts.models.contract import Contract
from servicedesk.tickets.models import Ticket


class Coverage(models.Model):
    """Which contract stands behind a ticket, and why this one or none. Written by `coverage`."""

    class Reason(models.TextChoices):
        COVERED = "covered", _("covered")
        NO_CONTRACT = "no_contract", _("no contract")
        EXPIRED = "expired", _("contract ended")
        NOT_YET = "not_yet", _("contract not begun")
        SERVICE_NOT_COVERED = "service_not_covered", _("service not covered")
        CHANNEL_NOT_COVERED = "channel_not_covered", _("channel not covered")

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="coverage")
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="coverages",
        verbose_name=_("contract"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    # Names and dates as they were, so that the sentence stays true when the contract changes.
    details: Any = models.JSONField(default=dict, blank=True)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason="covered", contract__isnull=False)
                | (~Q(reason="covered") & Q(contract=None)),
                name="coverage_has_contract_when_covered",
            ),
        ]

    def __str__(self) -> str:
        return self.reason_text()

    def reason_text(self) -> str:
        """One sentence in the active language; asks the database nothing."""
        return coverage_text.sentence(self.reason, self.details)
