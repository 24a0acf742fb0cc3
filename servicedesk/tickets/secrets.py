"""Secrets of a ticket: kept sealed, shown to whoever says why, wiped some days after the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from servicedesk.lib import sealing
from servicedesk.people.models import User
from servicedesk.tickets import access
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Secret, SecretReveal, Ticket
from servicedesk.tickets.statuses import Status

KIND = "secret"  # of a question in a form
MASK = "••••••••"
_LONGEST = 4000


def split(
    form: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Part the answers to a form into those that may be stored as they are, and the secret ones."""
    hidden = {question["key"] for question in form if question.get("kind") == KIND}
    told = {key: value for key, value in answers.items() if key not in hidden}
    return told, {key: str(answers[key]) for key in hidden & set(answers) if answers[key]}


def keep(ticket: Ticket, form: Iterable[Mapping[str, Any]], secrets: Mapping[str, str], *, by: User) -> None:
    """Seal the secret answers of a new ticket; call in the transaction that opens it."""
    Secret.objects.bulk_create(
        Secret(
            ticket=ticket,
            key=question["key"],
            label=question.get("label", question["key"])[:200],
            translations=question.get("translations") or {},
            sealed=sealing.seal(secrets[question["key"]][:_LONGEST]),
            given_by=by,
        )
        for question in form
        if secrets.get(question["key"])
    )


def of_ticket(ticket: Ticket) -> list[Secret]:
    """With who looked at them, newest first. No statement where no form asked for any."""
    snapshot = ticket.catalog_snapshot
    forms = [snapshot.get("form", ()), *(former.get("form", ()) for former in snapshot.get("former", ()))]
    if not any(question.get("kind") == KIND for form in forms for question in form):
        return []
    looks = SecretReveal.objects.select_related("person")
    return list(ticket.secrets.select_related("given_by").prefetch_related(Prefetch("reveals", looks)))


@transaction.atomic
def reveal(secret: Secret, *, by: User, reason: str) -> str:
    """Return the secret in plain words; who looked and why is kept, and told in the ticket's history.

    Raises:
        NotPermitted: the person does not work on the ticket.
        TicketError: no reason, or it was wiped.
    """
    if not access.works_on(by, secret.ticket):
        raise NotPermitted
    if not reason.strip():
        raise TicketError(_("State what you need it for."))
    standing = Secret.objects.select_for_update().get(pk=secret.pk)
    if standing.wiped_at:
        raise TicketError(_("It was deleted after the request was finished."))
    SecretReveal.objects.create(secret=standing, person=by, reason=reason.strip()[:300])
    record(secret.ticket, EventKind.SECRET_REVEALED, by=by, secret=secret.pk, reason=reason.strip()[:300])
    return sealing.unseal(standing.sealed)


def wipe_due(at: datetime, limit: int = 500) -> int:
    """Wipe the secrets of tickets that have been over for some days; return how many."""
    over = Ticket.objects.filter(status__in=Status.finished(), closed_at__lte=at - settings.SECRETS_KEPT)
    due = Secret.objects.filter(wiped_at=None, ticket__in=over).order_by("pk").values_list("pk", flat=True)
    return Secret.objects.filter(pk__in=list(due[:limit])).update(sealed="", wiped_at=at)


def reseal_all(limit: int = 500) -> int:
    """Bring stored secrets over to the newest key, each in its own transaction; return how many."""
    done = 0
    for pk in Secret.objects.filter(wiped_at=None).values_list("pk", flat=True).iterator(chunk_size=limit):
        with transaction.atomic():
            secret = Secret.objects.select_for_update().get(pk=pk)
            if not secret.wiped_at:
                secret.sealed = sealing.reseal(secret.sealed)
                secret.save(update_fields=["sealed"])
                done += 1
    return done
