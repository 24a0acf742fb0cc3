"""What drafts of calendars and of policies have in common: whoever saves later than another is told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.lib.refusals import Refusal
from servicedesk.people.models import User
from sla.models import Calendar, CalendarDraft, CalendarVersion, Policy, PolicyDraft, PolicyVersion

Owner = TypeVar("Owner", bound=Calendar | Policy)
V = TypeVar("V", bound=CalendarVersion | PolicyVersion)
D = TypeVar("D", bound=CalendarDraft | PolicyDraft)


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
    rows: Any = type(draft)._default_manager.select_for_update().order_by()
    stored: D | None = rows.filter(pk=draft.pk).first()
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


class Drafts(Generic[Owner, V, D]):
    """The draft of the next version of one sort of thing: at most one for each, shared by all."""

    def __init__(
        self, owner: type[Owner], draft: type[D], parts_of: Callable[[V | None], dict[str, Any]]
    ) -> None:
        self.owner, self.draft, self.parts_of = owner, draft, parts_of
        self.name = owner._meta.model_name or ""

    def latest(self, owner: Owner) -> V | None:
        """The version with the latest date, be it in force or still to come."""
        versions: Any = owner.versions
        found: V | None = versions.order_by("-effective_from", "-number").first()
        return found

    def existing(self, owner: Owner) -> D | None:
        """The draft if there is one: one statement."""
        drafts: Any = self.draft._default_manager.filter(**{self.name: owner})
        found: D | None = drafts.select_related(self.name, "based_on", "changed_by").first()
        return found

    @transaction.atomic
    def draft_of(self, owner: Owner, by: User) -> D:
        """Return the draft; a new one begins as a copy of the latest version."""
        # Two who begin at once get the same draft.
        self.owner._default_manager.select_for_update().get(pk=owner.pk)
        return self.existing(owner) or self.begin(owner, by=by)

    def begin(self, owner: Owner, *, by: User, **parts: Any) -> D:
        """Create the draft; what is not among the parts given comes from the latest version."""
        version = self.latest(owner)
        known = {self.name: owner, "based_on": version, "changed_by": by}
        drafts: Any = self.draft._default_manager
        begun: D = drafts.create(**known, **(self.parts_of(version) | parts))
        return begun
