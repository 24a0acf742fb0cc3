"""The history of links, merges and splits as sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.desk.history.event_names import Names
from servicedesk.tickets.models import EventKind, TicketLink

Details = dict[str, Any]
Kind = TicketLink.Kind

# What the ticket is to the other one; said of both sides.
_LINKED: dict[tuple[str, bool], Promise] = {
    (Kind.DUPLICATE_OF, False): gettext_lazy("linked it as a duplicate of %(number)s"),
    (Kind.DUPLICATE_OF, True): gettext_lazy("linked %(number)s as its duplicate"),
    (Kind.CAUSED_BY, False): gettext_lazy("linked it as caused by %(number)s"),
    (Kind.CAUSED_BY, True): gettext_lazy("linked it as the cause of %(number)s"),
    (Kind.CHILD_OF, False): gettext_lazy("made it a part of %(number)s"),
    (Kind.CHILD_OF, True): gettext_lazy("made %(number)s a part of it"),
    (Kind.SPLIT_FROM, False): gettext_lazy("split it off from %(number)s"),
    (Kind.SPLIT_FROM, True): gettext_lazy("split %(number)s off from it"),
}


def _number(details: Details, names: Names, key: str = "other") -> dict[str, str]:
    return {"number": names.ticket(details.get(key))}


def _linked(details: Details, names: Names) -> str:
    known = (str(details.get("link", "")), bool(details.get("is_back")))
    return str(_LINKED.get(known, gettext_lazy("linked it with %(number)s"))) % _number(details, names)


def _unlinked(details: Details, names: Names) -> str:
    return _("removed the link with %(number)s") % _number(details, names)


def _merged(details: Details, names: Names) -> str:
    return _("merged it into %(number)s") % _number(details, names, "into")


def _took_in(details: Details, names: Names) -> str:
    return _("merged %(number)s into it") % _number(details, names)


def _unmerged(details: Details, names: Names) -> str:
    if "other" in details:
        return _("undid the merge of %(number)s") % _number(details, names)
    return _("undid the merge into %(number)s, SLA clocks resumed") % _number(details, names, "out_of")


def _split_off(details: Details, names: Names) -> str:
    return _("split %(number)s off from a message") % _number(details, names)


WRITERS: dict[str, Callable[[Details, Names], str]] = {
    EventKind.LINKED: _linked,
    EventKind.UNLINKED: _unlinked,
    EventKind.MERGED: _merged,
    EventKind.TOOK_IN: _took_in,
    EventKind.UNMERGED: _unmerged,
    EventKind.SPLIT_OFF: _split_off,
}
