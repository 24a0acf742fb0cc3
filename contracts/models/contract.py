"""What was promised to whom, and for how long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import AtZero, Service
from contracts import errors
from servicedesk.lib.unique_names import KeyField, OneName
from servicedesk.people import still_active
from servicedesk.people.models import Absence, Client, User

# Minutes. Each is a whole number of hundredths of an hour, so the ledger adds up to the minute.
SLOTS = (3, 6, 15, 30, 60)


class Rounding(models.TextChoices):
    """What is added up before it is rounded up to the minimum slot."""

    ENTRY = "entry", _("Each entry")
    DAY = "day", _("Each ticket and day")
    TICKET = "ticket", _("Each ticket")


def default_alerts() -> list[int]:
    """80 % used, and nearly all."""
    return [80, 95]


class Silence(models.TextChoices):
    """Which days count until a resolved request is closed because nobody answers."""

    CALENDAR = "calendar", _("Calendar days")
    WORKING = "working", _("Working days of the intake hours")


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> ContractQuerySet:
        """Agents and administrators: all. Account managers: their clients'. A client's manager:
        the company's. An ordinary contact: none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_agent or user.is_superuser:
            return self
        if user.is_account_manager:
            away = Absence.objects.covered_by(user)
            theirs = Q(account_manager=user) | Q(client__account_manager=user)
            return self.filter(theirs | Q(client__account_manager__in=away))
        return self.filter(client__in=user.managed_client_ids())

    def in_use(self) -> ContractQuerySet:
        return self.filter(is_archived=False)

    def valid_on(self, day: date) -> ContractQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def knowing(self, service: Service | int | None) -> ContractQuerySet:
        """Add `is_specific` (lists services at all) and `names_service` (lists this one)."""
        listed = Contract.services.through.objects.filter(contract=OuterRef("pk"))
        facts = {"is_specific": Exists(listed), "names_service": Exists(listed.filter(service=service))}
        return self.annotate(**facts)

    def overlapping(self, contract: Contract, services: Collection[int]) -> ContractQuerySet:
        """Other contracts of the client that promise the same in part of the same time.

        A contract for named services may stand beside one for all: the named one wins.
        """
        others = self.in_use().filter(client=contract.client_id).exclude(pk=contract.pk)
        others = others.filter(Q(ends_on=None) | Q(ends_on__gte=contract.starts_on))
        if contract.ends_on:
            others = others.filter(starts_on__lte=contract.ends_on)
        if not services:
            return others.filter(services=None)
        return others.filter(services__in=services).distinct()


class Contract(models.Model):
    """An agreement with a client. Make one with `agreements.agree`, which looks for overlaps."""

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="contracts", verbose_name=_("client"), db_index=False
    )
    number = models.CharField(_("number"), max_length=40)
    number_key = KeyField(of="number")
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("valid from"))
    ends_on = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day. Empty: no end.")
    )
    policy = models.ForeignKey(
        "sla.Policy", models.PROTECT, related_name="contracts", verbose_name=_("SLA policy")
    )
    calendar = models.ForeignKey(
        "sla.Calendar", models.PROTECT, related_name="contracts", verbose_name=_("intake hours")
    )
    services = models.ManyToManyField(
        Service, blank=True, related_name="contracts", verbose_name=_("services"),
        help_text=_("Empty: all services."),
    )  # fmt: skip
    channels: Any = models.JSONField(
        _("channels"), default=list, blank=True,
        help_text=_("Channels for new requests. Empty: all."),
    )  # fmt: skip
    work_kinds: Any = models.JSONField(
        _("kinds of work"), default=list, blank=True,
        help_text=_("Covered by the hours; others are billable outside the contract. Empty: all."),
    )  # fmt: skip
    account_manager = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="managed_contracts",
        verbose_name=_("account manager"), help_text=_("Empty: the account manager of the client."),
    )  # fmt: skip
    hourly_rate = models.DecimalField(
        _("hourly rate"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    monthly_fee = models.DecimalField(
        _("monthly fee"), max_digits=10, decimal_places=2, null=True, blank=True,
        help_text=_("What the client pays each month, hours or not."),
    )  # fmt: skip
    alert_percents = models.JSONField(
        _("alerts"), default=default_alerts, blank=True,
        help_text=_("Percent of the bought hours; at this usage both sides are notified."),
    )  # fmt: skip
    closed_until = models.DateField(
        _("closed until"), null=True, blank=True,
        help_text=_("Up to this day the books are closed: no time is logged or removed."),
    )  # fmt: skip
    at_zero = models.CharField(_("when no hours are left"), max_length=6, choices=AtZero, default=AtZero.WARN)
    minimum_slot = models.PositiveSmallIntegerField(
        _("minimum slot"), default=15, choices=[(slot, slot) for slot in SLOTS],
        help_text=_("Minutes. Booked time is rounded up to it."),
    )  # fmt: skip
    rounding = models.CharField(
        _("rounded up"), max_length=6, choices=Rounding, default=Rounding.ENTRY, db_default=Rounding.ENTRY,
        help_text=_("Summed before rounding: 3 entries of 5 minutes are 15 minutes, or 3 slots."),
    )  # fmt: skip
    rollover_hours = models.DecimalField(
        _("hours that roll over"), max_digits=6, decimal_places=2, null=True, blank=True,
        help_text=_("At most so many of the hours that expire stay usable. Empty: none."),
    )  # fmt: skip
    rollover_days = models.PositiveSmallIntegerField(
        _("days they stay usable"), default=90, help_text=_("Counted from the expiry.")
    )
    silence = models.CharField(
        _("closing after silence"), max_length=8, choices=Silence, default=Silence.CALENDAR,
        db_default="calendar",
        help_text=_("Which days count until a resolved request is closed because nobody answers."),
    )  # fmt: skip
    next_expiry_on = models.DateField(
        null=True, editable=False, help_text=_("The last day of the hours that expire next.")
    )
    version = models.PositiveSmallIntegerField(
        _("version"), default=1, editable=False, help_text=_("The number of the terms in force.")
    )
    next_version_on = models.DateField(
        null=True, editable=False, help_text=_("The first day of terms that are agreed and not yet in force.")
    )
    is_archived = models.BooleanField(_("archived"), default=False)

    # Put there by `ContractQuerySet.knowing`.
    is_specific: bool
    names_service: bool

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["client", "-starts_on"]
        indexes = [
            models.Index(fields=["client", "starts_on"], name="contract_of_client"),  # coverage
            models.Index(
                fields=["next_expiry_on"],
                name="contract_hours_to_expire",
                condition=Q(next_expiry_on__isnull=False),
            ),
            models.Index(
                fields=["next_version_on"],
                name="contract_terms_to_come",
                condition=Q(next_version_on__isnull=False),
            ),
        ]
        constraints = [
            OneName(fields=["number_key"], name="contract_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message=_("A contract cannot end before it starts."),
            ),
            models.CheckConstraint(condition=Q(at_zero__in=AtZero.values), name="contract_at_zero_known"),
            models.CheckConstraint(condition=Q(minimum_slot__in=SLOTS), name="contract_slot_known"),
            models.CheckConstraint(condition=Q(rounding__in=Rounding.values), name="contract_rounding_known"),
            models.CheckConstraint(condition=Q(silence__in=Silence.values), name="contract_silence_known"),
            models.CheckConstraint(
                condition=Q(rollover_hours=None) | Q(rollover_hours__gt=0, rollover_days__gt=0),
                name="contract_rollover_is_something",
            ),
            models.CheckConstraint(
                condition=Q(monthly_fee=None) | Q(monthly_fee__gte=0), name="contract_fee_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(hourly_rate=None) | Q(hourly_rate__gte=0), name="contract_rate_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse an overlap with another contract; the services of a new row are not known yet."""
        if not self.pk or self.is_archived or not self.starts_on:
            return
        services = list(self.services.values_list("pk", flat=True))
        other = Contract.objects.overlapping(self, services).first()
        if other:
            raise ValidationError(errors.overlap(other.name, other.starts_on, other.ends_on))

    @property
    def responsible_manager(self) -> User | None:
        """Theirs, else the client's, whoever still works here."""
        return next(iter(still_active.present(self.account_manager, self.client.account_manager)), None)
