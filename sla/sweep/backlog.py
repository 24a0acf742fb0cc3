"""Since when the clocks' work waits, for the question whether the background work is late."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from sla.models import Clock, EscalationNotice, TermsChange

State = TermsChange.State


def deadlines(at: datetime) -> datetime | None:
    """Since when the sweep could have looked at the longest waiting clock; None when none waits."""
    due = Clock.objects.filter(wake_at__lte=at).order_by("wake_at")
    return due.values_list("wake_at", flat=True).first()


def notices(at: datetime) -> datetime | None:
    """Since when somebody could have been told of an escalation."""
    waiting = EscalationNotice.objects.filter(sent_at=None, not_before__lte=at).order_by("not_before")
    return waiting.values_list("not_before", flat=True).first()


def changes(at: datetime) -> datetime | None:
    """Since when a change of terms could have gone on."""
    to_do = Q(state=State.WAITING, at__lte=at) | Q(state__in=[State.RUNNING, State.UNDOING])
    moments = [
        beat_at or due for due, beat_at in TermsChange.objects.filter(to_do).values_list("at", "beat_at")
    ]
    return min(moments, default=None)
