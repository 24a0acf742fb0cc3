"""The outcome of a replay in words and cells: for the page, the terminal and other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from catalog.models import Kind
from servicedesk.lib.formatting import MINUS
from servicedesk.tickets.models import DueKind, Priority, Ticket
from sla.replay.outcome import Flip, Flips, Line, Share

FLIP_COLUMNS = (
    "ticket", "client", "type", "priority", "subject", "promise", "was", "would_be", "used_s", "target_s",
)  # fmt: skip


def percent(share: Share) -> str:
    """“97.8 %”, a dash when nothing was judged."""
    return "–" if share.percent is None else _("%(number)s %%") % {"number": _number(share.percent)}


def points(difference: float | None) -> str:
    """“+1.5”, “−0.3”, “0.0”: points of percent; a dash when there is nothing to compare."""
    if difference is None:
        return "–"
    sign = "+" if difference > 0 else MINUS if difference < 0 else ""
    return sign + _number(abs(difference))


def promise(name: str) -> str:
    return str(DueKind(name).label)


def kind_and_priority(line: Line) -> tuple[str, str]:
    """The words for a line's type and priority; empty for all."""
    kind = str(Kind(line.kind).label) if line.kind else ""
    priority = f"P{line.priority} {Priority(line.priority).label}" if line.priority else ""
    return kind, priority


def result(*, is_missed: bool) -> str:
    return _("breached") if is_missed else _("met")


def line_data(line: Line) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    return {
        "promise": line.promise,
        "type": line.kind,
        "priority": line.priority and f"P{line.priority}",
        "actual": _share_data(line.actual),
        "predicted": _share_data(line.predicted),
        "difference": line.difference,
        "to_missed": line.to_missed,
        "to_met": line.to_met,
    }


def flip_data(flips: Flips, tickets: QuerySet[Ticket]) -> Iterator[dict[str, Any]]:
    """All flips with what a reader must know of the ticket: one statement."""
    wanted = {flip.ticket for flip in flips}
    columns = ("pk", "subject", "kind", "priority", "client__name")
    rows = tickets.order_by().values_list(*columns).iterator(chunk_size=5000)
    known = {row[0]: row for row in rows if row[0] in wanted}
    for flip in flips:
        if flip.ticket in known:
            yield _flip_data(flip, known[flip.ticket])


def _flip_data(flip: Flip, ticket: tuple[Any, ...]) -> dict[str, Any]:
    pk, subject, kind, priority, client = ticket
    values = (
        f"SD-{pk}", client, kind, f"P{priority}", subject, flip.promise,
        "met" if flip.is_missed else "missed", "missed" if flip.is_missed else "met",
        int(flip.used.total_seconds()), int(flip.target.total_seconds()),
    )  # fmt: skip
    return dict(zip(FLIP_COLUMNS, values, strict=True))


def _share_data(share: Share) -> Mapping[str, float | None]:
    return {"judged": share.judged, "met": share.met, "percent": share.percent}


def _number(value: float) -> str:
    return formats.number_format(value, decimal_pos=1)
