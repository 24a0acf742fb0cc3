"""What drafts of calendars and of policies have in common: whoever saves later than another is told so."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.lib.refusals import Refusal
from servicedesk.people.models import User
from sla.models import CalendarDraft, PolicyDraft

D = TypeVar("D", CalendarDraft, PolicyDraft)


class Conflict(Refusal):
    """Somebody saved meanwhile. `draft` is what is stored now; None: it was published or discarded."""

    def __init__(self, draft: Any) -> None:
        self.draft = draft
        if draft is None:
            sentence = _("This draft was published or discarded in the meantime.")
        else:
            sentence = _("%(person)s changed this draft in the meantime (%(time)s).") % {
                "person": draft.changed_by or _("Someone"),
                "time": formatting.when(draft.changed_at),
            }
        super().__init__(sentence)


def locked(draft: D, *, revision: int) -> D:
    """Read the draft again with a lock; call inside a transaction. `revision` is what the page showed.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    stored = type(draft)._default_manager.select_for_update().order_by().filter(pk=draft.pk).first()
    if stored is None or stored.revision != revision:
        raise Conflict(stored)
    return stored


@transaction.atomic
def store(draft: D, *, revision: int, by: User, **parts: Any) -> D:
    """Store parts of the draft; return it as it is now.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    stored = locked(draft, revision=revision)
    for name, value in parts.items():
        setattr(stored, name, value)
    stored.revision += 1
    stored.changed_by = by
    stored.save(update_fields=[*parts, "revision", "changed_by", "changed_at"])
    return stored


@transaction.atomic
def discard(draft: D, *, revision: int) -> None:
    """Forget the draft.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    locked(draft, revision=revision).delete()
