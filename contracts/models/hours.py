"""Work done, and the prepaid hours it used."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import AtZero
from contracts.models.contract import Contract, Rounding
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.visible_name import Named

MINUTES_A_DAY = 24 * 60


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def standing(self) -> TimeEntryQuerySet:
        """Without those taken back."""
        return self.filter(reversed_at=None)

    def with_charge(self) -> Any:
        """Add `charged`: the hours it has taken from a contract and kept; None where it was not charged."""
        moved = LedgerEntry.objects.filter(time_entry=OuterRef("pk")).order_by().values("time_entry")
        return self.annotate(charged=Subquery(moved.annotate(sum=-Sum("hours")).values("sum")))

    def visible_to(self, user: User) -> TimeEntryQuerySet:
        """Time on the tickets this person sees; `internal_note` is for the desk alone."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class TimeEntry(models.Model):
    """Work done on a ticket. Never edited: `time.correct_time` takes it back, then log anew."""

    class WorkKind(models.TextChoices):
        REMOTE = "remote", _("Remote")
        ON_SITE = "on_site", _("On site")
        CONSULTATION = "consultation", _("Consultation")
        DEVELOPMENT = "development", _("Development")
        TRAVEL = "travel", _("Travel")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="time_entries", verbose_name=_("ticket"))
    person = models.ForeignKey(
        User, models.PROTECT, related_name="time_entries", verbose_name=_("person"), db_index=False
    )
    work_kind = models.CharField(_("kind of work"), max_length=20, choices=WorkKind)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    spent_on = models.DateField(_("day"))
    note = models.TextField(_("note for the client"), blank=True)
    internal_note = models.TextField(_("note for us"), blank=True)
    is_billable = models.BooleanField(
        _("billable outside contract"),
        default=False,
        help_text=_("Billable outside the contract; otherwise within it."),
    )
    started_at = models.DateTimeField(
        _("started at"), null=True, blank=True, help_text=_("When the work began, if known.")
    )
    rate_name = models.CharField(_("rate class"), max_length=60, blank=True, editable=False)
    factor = models.DecimalField(
        _("factor"), max_digits=4, decimal_places=2, default=1, editable=False,
        help_text=_("Hours charged for one hour worked."),
    )  # fmt: skip
    rounding = models.CharField(
        _("rounded up"), max_length=6, choices=Rounding, default=Rounding.ENTRY, db_default=Rounding.ENTRY,
        editable=False,
    )  # fmt: skip
    slot = models.PositiveSmallIntegerField(
        _("minimum slot"), null=True, editable=False,
        help_text=_("Minutes, as agreed when it was logged. Empty: nothing is charged."),
    )  # fmt: skip
    logged_at = models.DateTimeField(_("logged at"), default=timezone.now, editable=False)
    reversed_at = models.DateTimeField(_("voided at"), null=True, editable=False)
    reversed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("voided by")
    )
    reversal_reason = models.TextField(_("reason"), blank=True, editable=False)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("time entry")
        verbose_name_plural = _("time entries")
        ordering = ["spent_on", "pk"]
        indexes = [
            models.Index(fields=["person", "spent_on"], name="time_of_person"),  # timesheet, day limit
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(1, MINUTES_A_DAY)), name="time_one_minute_to_one_day"
            ),
            models.CheckConstraint(
                condition=Q(reversed_at=None, reversed_by=None)
                | Q(reversed_at__isnull=False, reversed_by__isnull=False),
                name="time_reversed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.minutes} min"

    named: Named | None = None  # its ticket as one reader may know it, where a list is shown


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    """Reads and adds; what is written stays written.

    `LedgerEntry.save()` of a stored row ends in `_update` here, because this is also the base
    manager; so it is refused without overriding `save`.
    """

    def update(self, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly

    def _update(self, values: Any) -> NoReturn:
        raise LedgerIsAppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly

    def delete(self) -> NoReturn:
        raise LedgerIsAppendOnly


class LedgerIsAppendOnly(RuntimeError):
    """Our bug: somebody tried to change history. Write a correction instead."""

    def __init__(self) -> None:
        super().__init__("The hours ledger is append-only; write a correction.")


class LedgerEntry(models.Model):
    """One movement of a contract's prepaid hours. Written by `contracts.hours.prepaid` alone.

    `balance` is what was left after it and `at_zero` the rule by which it was judged, so the database
    itself refuses to pass the floor, and what is left is one row away however long the ledger. So are the
    hours that were set aside then: `reserved`, by all reservations that stand.

    Work within the plan has one consumption that stands, even where it takes nothing of its own because time
    before it has paid for the slot. When another entry of the same slot goes, its share is booked anew: the
    former consumption is given back, and the new one `replaces` it.

    The rule is that of the ticket's request type for work and reservations (see `contracts.hours.exhausted`),
    that of the contract for all else. It is “allow” for hours that were the ticket's before and so are not
    judged again: within what was set aside for it, or within what the entry gave back that this one replaces.
    """

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        RESERVE = "reserve", _("Reservation")
        CONSUMPTION = "consumption", _("Consumption")
        RELEASE = "release", _("Release")
        EXPIRY = "expiry", _("Expiry")
        ROLLOVER = "rollover", _("Roll-over")
        CORRECTION = "correction", _("Correction")

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="ledger", verbose_name=_("contract"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    hours = models.DecimalField(
        _("hours"), max_digits=8, decimal_places=2, help_text=_("Positive adds, negative takes away.")
    )
    balance = models.DecimalField(_("left"), max_digits=8, decimal_places=2)
    reserved = models.DecimalField(_("reserved"), max_digits=8, decimal_places=2, default=0, db_default=0)
    at_zero = models.CharField(max_length=6, choices=AtZero)
    occurred_at = models.DateTimeField(_("when"), default=timezone.now)
    time_entry = models.ForeignKey(
        TimeEntry, models.PROTECT, null=True, blank=True, related_name="ledger_entries",
        verbose_name=_("time entry"),
    )  # fmt: skip
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals",
        verbose_name=_("reverses"),
        db_index=False,
    )  # fmt: skip
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replacements", db_index=False,
        verbose_name=_("replaces"), help_text=_("The earlier consumption of the same work."),
    )  # fmt: skip
    expires_on = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day of hours added. Empty: no end.")
    )
    lot = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="endings",
        verbose_name=_("of the hours"), help_text=_("The entry whose rest expires or rolls over."),
    )  # fmt: skip
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="ledger_entries",
        verbose_name=_("ticket"), help_text=_("For which hours are reserved."),
    )  # fmt: skip
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["pk"]
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["contract", "-id"], name="ledger_last_balance"),
            models.Index(fields=["contract", "occurred_at"], name="ledger_period"),  # statements
            models.Index(fields=["contract", "kind"], name="ledger_kind"),  # what came
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["purchase", "rollover"], hours__gt=0)
                | Q(kind__in=["reserve", "expiry"], hours__lt=0)
                # Time may cost nothing of its own: the slot was paid by time before it.
                | Q(kind="consumption", hours__lte=0)
                | Q(kind="release", hours__gte=0)
                | (Q(kind="correction") & ~Q(hours=0)),
                name="ledger_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(at_zero=AtZero.REFUSE) | Q(balance__gte=0) | Q(hours__gt=0),
                name="ledger_never_below_floor",
            ),
            models.CheckConstraint(
                condition=~Q(kind="consumption") | Q(time_entry__isnull=False),
                name="ledger_consumption_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind="release") | Q(reverses__isnull=False), name="ledger_release_has_cause"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(hours__gt=0), name="ledger_only_added_hours_expire"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["expiry", "rollover"], lot__isnull=False)
                | (~Q(kind__in=["expiry", "rollover"]) & Q(lot=None)),
                name="ledger_expiry_has_lot",
            ),
            models.CheckConstraint(
                condition=~Q(kind="reserve") | Q(ticket__isnull=False), name="ledger_reserve_has_ticket"
            ),
            models.UniqueConstraint(
                fields=["time_entry"],
                condition=Q(kind="consumption", replaces=None),
                name="ledger_time_used_once",
            ),
            models.UniqueConstraint(fields=["replaces"], name="ledger_replaced_once"),
            models.CheckConstraint(
                condition=Q(replaces=None) | Q(kind="consumption"), name="ledger_only_work_is_replaced"
            ),
            models.UniqueConstraint(fields=["reverses"], name="ledger_reversed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.hours:+} h"

    named: Named | None = None  # its ticket as one reader may know it, where a list is shown
    reason: str = ""  # why it is there, beside its ticket

    @property
    def about(self) -> Ticket | None:
        """The ticket that was worked on, or for which hours are set aside."""
        return self.time_entry.ticket if self.time_entry else self.ticket

    @property
    def ticket_key(self) -> int | None:
        return self.time_entry.ticket_id if self.time_entry else self.ticket_id

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly
