"""Fill an empty desk with a believable half year: people, contracts, tickets driven by the real verbs."""

from __future__ import annotations

import contextlib
import gc
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from servicedesk.demo import stage, subscriptions, terms, together, world
from servicedesk.people.models import User


class Command(BaseCommand):
    help = __doc__
    stealth_options = ("progress",)  # who calls from Python may follow: done and total

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed and end give the same desk")
        parser.add_argument("--tickets", type=int, default=300, help="0: people, catalog and contracts alone")
        parser.add_argument("--until", help="end of the half year, ISO 8601 with an offset; default: now")
        parser.add_argument("--sign-ins", action="store_true", help="only print who can sign in, and stop")

    def handle(self, *, seed: int, tickets: int, until: str | None, sign_ins: bool, **options: Any) -> None:
        self._told: Callable[[int, int], None] | None = options.get("progress")
        if not sign_ins:
            self._fill(seed, max(tickets, 0), _moment(until))
        there = set(
            User.objects.filter(email__in=dict(world.SIGN_INS).values()).values_list("email", flat=True)
        )
        for role, email in world.SIGN_INS:
            if email not in there:
                continue  # this desk is not a demonstration
            self.stdout.write(f"{role:<16} {email:<40} {world.PASSWORD}")

    def _fill(self, seed: int, tickets: int, until: datetime) -> None:
        if User.objects.exists():
            raise CommandError("This desk has people already. The demo needs an empty database.")
        if settings.EMAIL_HOST:
            raise CommandError("The demo writes to invented people. Unset EMAIL_HOST first.")
        gc.disable()  # rows are many and short-lived, and the command ends soon
        with transaction.atomic():
            people = world.build()
            stage.play(people, seed=seed, tickets=tickets, until=until, progress=self._progress)
            if tickets:
                together.arrange(people, until)
                terms.arrange(people, until)
                subscriptions.subscribe(people, until)
        if self._is_seen() and not self._told:
            self.stderr.write("")

    def _progress(self, done: int, total: int) -> None:
        if self._told:
            self._told(done, total)
        elif self._is_seen():
            filled = 30 * done // total
            self.stderr.write(f"\r[{'█' * filled}{'·' * (30 - filled)}] {done}/{total}", ending="")

    def _is_seen(self) -> bool:
        with contextlib.suppress(AttributeError, ValueError):
            return sys.stderr.isatty()
        return False


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now().replace(minute=0, second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a moment. Example: 2026-06-30T12:00:00+00:00") from error
    if timezone.is_naive(moment):
        raise CommandError(f"“{text}” has no offset. Example: 2026-06-30T12:00:00+00:00")
    return moment
