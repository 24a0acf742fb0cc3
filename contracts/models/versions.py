"""How the terms of a contract came to be, one version after another."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from servicedesk.people.models import User


class ContractVersion(models.Model):
    """Terms that were agreed on, as they were then. Written by `contracts.terms.versions` alone.

    `terms` maps the names of the contract's columns to JSON values: keys of rows, amounts and days as text,
    services as a list of keys. A version without `applied_at` is agreed and comes into force on `starts_on`.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField(_("version"))
    starts_on = models.DateField(_("in force from"))
    terms: Any = models.JSONField(default=dict)
    note = models.CharField(_("why"), max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of a contract")
        verbose_name_plural = _("versions of contracts")
        ordering = ["contract", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_version_once"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(applied_at=None), name="contract_version_one_to_come"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="contract_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}/{self.number}"
