"""Addresses from which an account signed in before."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from servicedesk.attempts.counting import digest
from servicedesk.attempts.models import KnownPlace

KEPT = timedelta(days=90)
WRITTEN_AGAIN_AFTER = timedelta(days=1)


def is_known(account: str, address: str) -> bool:
    name = digest("place", account, address)
    return KnownPlace.objects.filter(name=name, last_at__gt=timezone.now() - KEPT).exists()


def remember(account: str, address: str) -> None:
    name, now = digest("place", account, address), timezone.now()
    if not KnownPlace.objects.filter(name=name, last_at__gt=now - WRITTEN_AGAIN_AFTER).exists():
        KnownPlace.objects.update_or_create(name=name, defaults={"last_at": now})
