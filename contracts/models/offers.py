"""Hours asked for and offered, and estimates of a single request."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.hours import LedgerEntry
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


class HoursOffer(models.Model):
    """A client asks for hours, the account manager offers, the client's manager accepts: a purchase."""

    class State(models.TextChoices):
        ASKED = "asked", _("Requested")
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="offers", verbose_name=_("contract"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, null=True, blank=True)
    expires_on = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day of these hours. Empty: no end.")
    )
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    wish = models.TextField(_("what the client wrote"), blank=True)
    offered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note for the client"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    purchase = models.OneToOneField(
        LedgerEntry, models.PROTECT, null=True, blank=True, related_name="offer", verbose_name=_("purchase")
    )

    class Meta:
        verbose_name = _("offer of hours")
        verbose_name_plural = _("offers of hours")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="hours_offer_of_something"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state__in=["asked", "offered"]), name="hours_offer_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(purchase__isnull=False),
                name="hours_offer_accepted_is_bought",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.hours} h"


class Estimate(models.Model):
    """How long a request will take, put to the client; approved, it is set aside and work stops at it."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Waiting for the client")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        REPLACED = "replaced", _("Replaced")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="estimates", verbose_name=_("ticket"))
    hours = models.DecimalField(_("hours"), max_digits=7, decimal_places=2)
    note = models.TextField(_("what is in it"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OFFERED)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="estimate_of_something"),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="offered"), name="estimate_one_waiting"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="approved"), name="estimate_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.hours} h"
