"""What may be asked for: categories, services, request types with their form and plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog import checks, hours_used_up, knowledge_links
from catalog.fulfilment import request_type_check
from servicedesk.lib.localized import Named
from servicedesk.lib.unique_names import OneName
from servicedesk.people.models import Group


class Kind(models.TextChoices):
    """The type of a ticket; each has its process and its rows in the SLA matrix."""

    INCIDENT = "incident", _("Incident")
    SERVICE_REQUEST = "service_request", _("Service request")
    CONSULTATION = "consultation", _("Consultation")


class Level(models.IntegerChoices):
    """Urgency and impact: 1 is the strongest."""

    HIGH = 1, _("High")
    MEDIUM = 2, _("Medium")
    LOW = 3, _("Low")


class AtZero(models.TextChoices):
    """What happens when the prepaid hours are used up."""

    ALLOW = "allow", _("Continue")
    WARN = "warn", _("Continue with a warning")
    ASK = "ask", _("Ask the client first")
    REFUSE = "refuse", _("Reject the time entry")


class Category(Named):
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]
        constraints = [OneName(fields=["name_key"], name="category_name_once")]


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self) -> ServiceQuerySet:
        return self.filter(is_archived=False, category__is_archived=False)

    def offered_or(self, kept: int | None) -> ServiceQuerySet:
        """To choose from: what is offered, and what a row has already."""
        return self.offered() | self.filter(pk=kept or 0)


class Service(Named):
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="services", verbose_name=_("category")
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    description_translations = models.JSONField(default=dict, blank=True)
    icon = models.CharField(_("icon"), max_length=30, default="box")
    group = models.ForeignKey(
        Group, models.PROTECT, related_name="services", verbose_name=_("responsible group")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_restricted = models.BooleanField(
        _("only by contract"),
        default=False,
        help_text=_("Clients see it only while one of their contracts includes it."),
    )
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "name"]
        constraints = [OneName(fields=["category", "name_key"], name="service_name_once")]


class RequestTypeQuerySet(models.QuerySet["RequestType"]):
    def offered(self) -> RequestTypeQuerySet:
        return self.filter(
            is_archived=False, service__is_archived=False, service__category__is_archived=False
        )

    def offered_or(self, kept: int | None) -> RequestTypeQuerySet:
        """To choose from: what is offered, and what a row has already."""
        return self.offered() | self.filter(pk=kept or 0)


class RequestType(Named):
    """One thing a client can ask for.

    `form` is a list of questions, described in `catalog.questions.kinds`. `approvals` is a list of levels
    asked one after another, `plan` a list of stages done in order; both are described in
    `catalog.fulfilment.approval_levels` and `catalog.fulfilment.plan`, and checked by
    `catalog.fulfilment.request_type_check`. `links` lead to knowledge and are described in
    `catalog.knowledge_links`.
    """

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="request_types", verbose_name=_("service")
    )
    kind = models.CharField(_("type"), max_length=20, choices=Kind, default=Kind.INCIDENT)
    description = models.CharField(_("description"), max_length=300, blank=True)
    description_translations = models.JSONField(default=dict, blank=True)
    group = models.ForeignKey(
        Group,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="request_types",
        verbose_name=_("responsible group"),
        help_text=_("Empty: the group of the service."),
    )
    default_urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Level, default=Level.MEDIUM)
    default_impact = models.PositiveSmallIntegerField(_("impact"), choices=Level, default=Level.MEDIUM)
    form = models.JSONField(_("form"), default=list, blank=True)
    plan = models.JSONField(_("fulfilment plan"), default=list, blank=True)
    approvals = models.JSONField(_("approvals"), default=list, blank=True)
    links = models.JSONField(_("knowledge"), default=list, blank=True)
    estimated_hours = models.DecimalField(
        _("estimated hours"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What it usually takes. Levels of approval may ask only above a limit."),
    )
    price = models.DecimalField(
        _("price"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What it costs the client if it is billed outside the contract."),
    )
    at_zero = models.CharField(
        _("when no hours are left"),
        max_length=6,
        choices=AtZero,
        blank=True,
        help_text=_("Empty: as the contract says."),
    )
    needs_verification = models.BooleanField(_("checked by a tester"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = RequestTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("request type")
        verbose_name_plural = _("request types")
        ordering = ["position", "name"]
        constraints = [
            OneName(fields=["service", "name_key"], name="request_type_name_once"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="request_type_kind_known"),
            models.CheckConstraint(
                condition=models.Q(at_zero__in=["", *AtZero.values]), name="request_type_at_zero_known"
            ),
        ]

    def clean(self) -> None:
        """Refuse what could not be carried out, and links that lead astray."""
        known = request_type_check.Known.read(self.approvals, self.plan)
        found = request_type_check.mistakes(self.approvals, self.plan, self.form, kind=self.kind, known=known)
        found += knowledge_links.check(self.links)
        if found:
            raise ValidationError([checks.placed(one.path, one.sentence) for one in found])

    def responsible_group(self) -> Group:
        return self.group or self.service.group

    def when_used_up(self) -> str:
        """What happens when no hours are left, as a sentence; "" when the contract says it."""
        return hours_used_up.sentence(self.at_zero)

    def snapshot(self) -> dict[str, Any]:
        """What an opened ticket keeps of this item, whatever the catalog becomes later."""
        return {
            "request_type": self.pk,
            "name": self.name,
            "translations": self.translations,
            "form": self.form,
            "plan": self.plan,
            "approvals": self.approvals,
            "estimated_hours": _text(self.estimated_hours),
            "price": _text(self.price),
            "at_zero": self.at_zero,
            "needs_verification": self.needs_verification,
        }


def _text(amount: Decimal | None) -> str | None:
    """Amounts are kept as text, because JSON knows no decimals."""
    return None if amount is None else str(amount)
