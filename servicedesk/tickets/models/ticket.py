"""The ticket and who takes part in it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind, Level, RequestType, Service
from servicedesk.people.models import Absence, Client, Group, User
from servicedesk.tickets.models.choices import Cause, Channel, DueKind, Priority
from servicedesk.tickets.statuses import Status, merged_words


def seen_by_staff(user: User) -> models.Q:
    """What agents and account managers see, of anything that has a `group` and a `client` as tickets do."""
    theirs = models.Q(pk__in=[])
    if user.is_agent:
        public = models.Q(group=None) | models.Q(group__is_private=False)
        theirs |= public | models.Q(group__in=user.group_ids())
    if user.is_account_manager:
        theirs |= models.Q(client__account_manager=user)
        theirs |= models.Q(client__account_manager__in=Absence.objects.covered_by(user))
    return theirs


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> TicketQuerySet:
        return self.filter(OPEN)

    def over(self) -> TicketQuerySet:
        return self.filter(OVER)

    def unassigned(self) -> TicketQuerySet:
        return self.filter(assignee=None)

    def visible_to(self, user: User) -> TicketQuerySet:
        """The rows this person may see; every screen, link and file starts here.

        Administrators: all. Agents: all but other private groups'. Account managers: their clients',
        and those of a colleague who is away and whose deputy they are. A client's manager: the
        company's. A contact: what they asked or follow.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        theirs = seen_by_staff(user)
        if not user.is_staff:
            own = models.Q(requester=user) | models.Q(
                pk__in=Participant.objects.filter(user=user).values("ticket")
            )
            theirs |= own & models.Q(client__in=user.client_ids())
            theirs |= models.Q(client__in=user.managed_client_ids())
        return self.filter(theirs)

    def for_list(self) -> TicketQuerySet:
        return self.select_related("client", "requester", "assignee", "group", "service")


# As the database knows it: indexes of open tickets serve whoever asks in these very words.
OVER = models.Q(status__in=Status.finished())
OPEN = ~OVER

# What verbs change after a ticket is opened; who asked for what stays.
CHANGING = (
    *("kind", "service", "group", "assignee", "status", "urgency", "impact", "priority", "solution"),
    *("request_type", "catalog_snapshot", "answers", "cause", "merged_into"),
    *("updated_at", "resolved_at", "closed_at", "reopened_count", "rating", "rating_comment", "rated_at"),
    *("due_at", "due_kind", "is_overdue"),
)


class Ticket(models.Model):
    """The aggregate root. `status` is written by `lifecycle` alone."""

    subject = models.CharField(_("subject"), max_length=250)
    kind = models.CharField(_("type"), max_length=20, choices=Kind)
    client = models.ForeignKey(
        Client, models.PROTECT, related_name="tickets", verbose_name=_("client"), db_index=False
    )
    requester = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="requested_tickets",
        verbose_name=_("requester"),
        db_index=False,
    )
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("service")
    )
    request_type = models.ForeignKey(
        RequestType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("request type"),
    )
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("group")
    )
    assignee = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.NEW, editable=False)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Level, default=Level.MEDIUM)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Level, default=Level.MEDIUM)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.P3)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PORTAL)
    catalog_snapshot = models.JSONField(default=dict, blank=True, editable=False)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    solution = models.TextField(_("solution"), blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    follows = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("continues"),
    )

    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    reopened_count = models.PositiveSmallIntegerField(_("re-opened"), default=0, editable=False)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, editable=False)
    rating_comment = models.TextField(_("rating comment"), blank=True, editable=False)
    rated_at = models.DateTimeField(_("rated at"), null=True, editable=False)

    # Written by `sla`: the promise that falls due next, so that lists need no arithmetic.
    due_at = models.DateTimeField(_("due at"), null=True, editable=False)
    due_kind = models.CharField(max_length=20, choices=DueKind, blank=True, editable=False)
    is_overdue = models.BooleanField(
        _("overdue"), default=False, editable=False, help_text=_("An SLA target of this ticket was breached.")
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-opened_at"]
        indexes = [
            # the queue, nearest deadline first
            models.Index(fields=["due_at", "priority", "id"], condition=OPEN, name="ticket_due"),
            # folders and groups are counted without reading rows; and open tickets in the order of their keys
            models.Index(
                fields=["id", "status", "group", "assignee", "client", "due_at"],
                condition=OPEN,
                name="ticket_open",
            ),
            models.Index(fields=["assignee", "due_at"], condition=OPEN, name="ticket_my_open"),
            # the archive of what is over, in the orders it is read in
            models.Index(fields=["-updated_at", "-id"], condition=OVER, name="ticket_over_newest"),
            models.Index(
                fields=["priority", "-updated_at", "-id"], condition=OVER, name="ticket_over_priority"
            ),
            models.Index(
                fields=["rated_at"], condition=models.Q(rated_at__isnull=False), name="ticket_rated"
            ),
            models.Index(fields=["client", "-opened_at"], name="ticket_client_period"),
            models.Index(fields=["requester", "-opened_at"], name="ticket_my_requests"),
            models.Index(fields=["-opened_at"], name="ticket_opened"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="ticket_kind_known"),
            models.CheckConstraint(condition=models.Q(priority__range=(1, 4)), name="ticket_priority_1_to_4"),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)), name="ticket_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("pk")), name="ticket_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    def lock(self) -> None:
        """Lock the row until the transaction ends, and read anew whatever can have changed meanwhile.

        Only this table: after a wait PostgreSQL reads the locked row again, but not what is joined to it.
        """
        self.refresh_from_db(fields=CHANGING, from_queryset=Ticket.objects.select_for_update().order_by())

    @property
    def reference(self) -> str:
        """The number people quote, and the mark in the subject of a mail."""
        return f"SD-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status not in Status.finished()

    @property
    def is_merged(self) -> bool:
        """It goes on in another one, and counts for nothing by itself."""
        return self.merged_into_id is not None

    @property
    def status_words(self) -> str:
        """How it stands, for the desk."""
        return self._merged_words() or str(Status(self.status).label)

    @property
    def client_status(self) -> str:
        """How it stands, for its client."""
        return self._merged_words() or str(Status(self.status).client_label)

    def _merged_words(self) -> str:
        return merged_words(self.merged_into_id) if self.merged_into_id else ""


class Participant(models.Model):
    """Somebody besides the requester who follows the ticket: copy-to addresses included."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="participations")
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "user"], condition=~models.Q(user=None), name="participant_once"
            ),
            models.UniqueConstraint(
                fields=["ticket", "email"], condition=~models.Q(email=""), name="participant_address_once"
            ),
            models.CheckConstraint(condition=~models.Q(user=None, email=""), name="participant_is_somebody"),
        ]

    def __str__(self) -> str:
        return str(self.user or self.email)
