"""Since when mail waits, for the question whether the background work is late."""

from __future__ import annotations

from datetime import datetime

from servicedesk.mail.models import OutgoingMail, RawMail


def outgoing(at: datetime) -> datetime | None:
    """Since when the oldest mail could have been sent; None when none waits by `at`."""
    due = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, next_attempt_at__lte=at)
    return due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def incoming(at: datetime) -> datetime | None:
    """When the oldest mail came in that nobody has gone through."""
    stored = RawMail.objects.filter(state=RawMail.State.STORED, received_at__lte=at)
    return stored.order_by("received_at").values_list("received_at", flat=True).first()
