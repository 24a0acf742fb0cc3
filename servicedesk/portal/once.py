"""A form that is sent twice does its work once."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import transaction

from servicedesk.people.http import UserRequest
from servicedesk.people.models import User

SENT = "portal_sent"
REMEMBERED = 20


def new_key() -> str:
    """A name for one filled-in form."""
    return uuid.uuid4().hex


@transaction.atomic
def once(request: UserRequest, key: str, do: Callable[[], int]) -> tuple[int, bool]:
    """Return the primary key of the ticket that `do` answered, and whether it was done only now.

    A double click brings two requests at once, so they queue up at the person's row, and the
    session is read from its store again.
    """
    name = key[:64] or new_key()
    list(User.objects.select_for_update(no_key=True).filter(pk=request.user.pk).values_list("pk"))
    sent = _remembered(request)
    if name in sent:
        return sent[name], False
    answered = do()
    newest = list(sent.items())[-REMEMBERED:]
    request.session[SENT] = dict([*newest, (name, answered)])
    request.session.save()
    return answered, True


def _remembered(request: UserRequest) -> dict[str, int]:
    stored = type(request.session)(request.session.session_key)
    sent: dict[str, int] = stored.get(SENT, {})
    return sent
