"""Taking a try before it is made, so that a thousand at once are no way round the limit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from servicedesk.attempts.limits import FORGOTTEN_AFTER, Limit
from servicedesk.attempts.models import Tries

Counted = tuple[Limit, str]
NOTHING = timedelta(0)


class TooManyTries(Exception):
    """The next try is refused for `seconds` (whole, at least 1); `str` is the sentence that says so."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, ceil(wait.total_seconds()))
        super().__init__(sentence(self.seconds))


def sentence(seconds: int) -> str:
    if seconds <= 90:
        return ngettext(
            "Too many attempts. You can try again in %(count)d second.",
            "Too many attempts. You can try again in %(count)d seconds.",
            seconds,
        ) % {"count": seconds}
    minutes = ceil(seconds / 60)
    return ngettext(
        "Too many attempts. You can try again in %(count)d minute.",
        "Too many attempts. You can try again in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}


def digest(*parts: str) -> str:
    """A name for rows that tells nobody who is meant."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


@transaction.atomic
def take(counted: Sequence[Counted]) -> None:
    """Count one try under each limit and subject, or none of them.

    Rows are locked in one order, so that tries at once queue up and none waits for another in a circle.

    Raises:
        TooManyTries: one of them has to wait. The wait does not grow by asking.
    """
    limits = {_name(one): one[0] for one in counted}
    rows, now = _locked(sorted(limits)), timezone.now()
    wait = max((row.free_at - now for row in rows), default=NOTHING)
    if wait > NOTHING:
        raise TooManyTries(wait)
    for row in rows:
        _count(row, limits[row.name], now)
    Tries.objects.bulk_update(rows, ["count", "last_at", "free_at"])


def require_patience(counted: Sequence[Counted]) -> None:
    """Refuse who still has to wait; reads only. Raises: TooManyTries."""
    now = timezone.now()
    waiting = Tries.objects.filter(name__in=[_name(one) for one in counted], free_at__gt=now)
    if until := waiting.order_by("-free_at").values_list("free_at", flat=True).first():
        raise TooManyTries(until - now)


@transaction.atomic
def give_back(counted: Sequence[Counted]) -> None:
    """The try was right: it does not count, and the next one need not wait for it."""
    names = [_name(one) for one in counted]
    list(Tries.objects.select_for_update().filter(name__in=names).order_by("name").values_list("pk"))
    Tries.objects.filter(name__in=names, count__gt=0).update(count=F("count") - 1, free_at=timezone.now())


def forget(*counted: Counted) -> None:
    """Whoever was right begins anew."""
    Tries.objects.filter(name__in=[_name(one) for one in counted]).delete()


def _name(counted: Counted) -> str:
    limit, subject = counted
    return digest(limit.kind, subject)


def _locked(names: list[str]) -> list[Tries]:
    """The rows, made where missing; the sweep may take an old one away between the two statements."""
    while True:
        Tries.objects.bulk_create([Tries(name=name) for name in names], ignore_conflicts=True)
        rows = list(Tries.objects.select_for_update().filter(name__in=names).order_by("name"))
        if len(rows) == len(names):
            return rows


def _count(row: Tries, limit: Limit, now: datetime) -> None:
    since = now - row.last_at
    row.count = 1 + (0 if since > FORGOTTEN_AFTER else limit.left(row.count, since))
    row.last_at, row.free_at = now, now + limit.wait(row.count)
