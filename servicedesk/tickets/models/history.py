"""The history: what happened, in the past tense."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models.ticket import Ticket


class EventKind(models.TextChoices):
    """What can happen to a ticket, in the past tense."""

    OPENED = "opened", _("opened")
    CLASSIFIED = "classified", _("classified")
    ACCEPTED = "accepted", _("accepted")
    RELEASED = "released", _("returned to the queue")
    HANDED_OVER = "handed_over", _("reassigned")
    ESCALATED = "escalated", _("reassigned to another group")
    APPROVAL_ASKED = "approval_asked", _("approval requested")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    FULFILMENT_STARTED = "fulfilment_started", _("fulfilment started")
    TASK_DONE = "task_done", _("task done")
    CLIENT_ASKED = "client_asked", _("client asked")
    CLIENT_ANSWERED = "client_answered", _("client answered")
    THIRD_PARTY_ASKED = "third_party_asked", _("third party requested")
    RESUMED = "resumed", _("work resumed")
    VERIFICATION_ASKED = "verification_asked", _("verification requested")
    RESOLVED = "resolved", _("resolved")
    REOPENED = "reopened", _("re-opened")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")
    RATED = "rated", _("rated")
    MESSAGE_POSTED = "message_posted", _("message posted")
    TIME_LOGGED = "time_logged", _("time logged")
    SLA_AT_RISK = "sla_at_risk", _("deadline at risk")
    SLA_BREACHED = "sla_breached", _("SLA breached")
    SLA_ESCALATED = "sla_escalated", _("deadline escalated")
    SLA_TERMS_CHANGED = "sla_terms_changed", _("deadlines changed")
    SLA_TERMS_RESTORED = "sla_terms_restored", _("deadlines restored")
    TYPE_CORRECTED = "type_corrected", _("type corrected")
    ASSIGNED = "assigned", _("assigned by rule")
    APPROVAL_GIVEN = "approval_given", _("one approval given")
    APPROVAL_REMINDED = "approval_reminded", _("approval reminder sent")
    APPROVAL_PASSED_ON = "approval_passed_on", _("approval escalated")
    TASK_TAKEN = "task_taken", _("task taken")
    TASK_RETURNED = "task_returned", _("task returned")
    TASK_SKIPPED = "task_skipped", _("task skipped")
    LINKED = "linked", _("linked")
    UNLINKED = "unlinked", _("link removed")
    MERGED = "merged", _("merged into another ticket")
    TOOK_IN = "took_in", _("another ticket merged in")
    UNMERGED = "unmerged", _("merge undone")
    SPLIT_OFF = "split_off", _("split off")
    SECRET_REVEALED = "secret_revealed", _("secret viewed")
    ESTIMATE_OFFERED = "estimate_offered", _("estimate sent")
    ESTIMATE_DECIDED = "estimate_decided", _("estimate decided")
    STEP_RETRIED = "step_retried", _("failed step retried")


class TicketEvent(models.Model):
    """One line of history. Written by `events.record` alone, never changed."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=24, choices=EventKind)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField(default=timezone.now)
    details: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["happened_at", "pk"]
        indexes = [
            models.Index(fields=["ticket", "happened_at"], name="event_history"),
            models.Index(fields=["kind", "happened_at"], name="event_kind_period"),  # reports
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"
