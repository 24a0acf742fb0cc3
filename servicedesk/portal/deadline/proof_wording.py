"""The rows of a proof in the client's words: no jargon, and nothing of our inner reasons."""

from __future__ import annotations

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Kind
from servicedesk.lib import formatting
from servicedesk.tickets.models import DueKind, Priority
from servicedesk.tickets.statuses import Status
from sla.engine.facts import Cause, FactKind, Rule, State
from sla.engine.selection import ANY_KIND
from sla.models import PolicyCell
from sla.proof import wording
from sla.proof.rows import ProofRow, RowKind, Run, Source

TITLES: dict[str, Promise] = {
    DueKind.FIRST_RESPONSE: gettext_lazy("First response"),
    DueKind.NEXT_RESPONSE: gettext_lazy("Next response"),
    DueKind.RESOLUTION: gettext_lazy("Solution"),
}
LABELS: dict[RowKind, Promise] = {
    RowKind.TARGET: gettext_lazy("Target"),
    RowKind.COUNTED: gettext_lazy("Counted"),
    RowKind.AHEAD: gettext_lazy("Remaining"),
    RowKind.LEFT: gettext_lazy("Left"),
    RowKind.OVER: gettext_lazy("Over"),
    RowKind.PAUSED: gettext_lazy("Waiting"),
    RowKind.CLOSED: gettext_lazy("Outside working hours"),
    RowKind.STOOD: gettext_lazy("Completed meanwhile"),
    RowKind.DROPPED: gettext_lazy("Before the change"),
    RowKind.RETARGETED: gettext_lazy("New target"),
    RowKind.CORRECTED: gettext_lazy("Working hours corrected"),
    RowKind.PUT_BACK: gettext_lazy("Correction reverted"),
    RowKind.LATE: gettext_lazy("Late"),
    RowKind.STOPPED: gettext_lazy("Done"),
}
WAITING: dict[str, Promise] = {
    Status.WAITING_CLIENT: gettext_lazy("Waiting for your answer"),
    Status.WAITING_THIRD_PARTY: gettext_lazy("Waiting for a supplier"),
    Status.WAITING_APPROVAL: gettext_lazy("Waiting for approval"),
}
RESULTS: dict[State, Promise] = {
    State.MET: gettext_lazy("Target met"),
    State.BREACHED: gettext_lazy("Late"),
    State.CANCELLED: gettext_lazy("No longer applies"),
    State.PAUSED: gettext_lazy("Waiting, the time does not count"),
    State.RUNNING: gettext_lazy("In progress"),
}
RULES: dict[Rule, Promise] = {
    Rule.KEEP: gettext_lazy("The time used before counts: %(carried)s."),
    Rule.CHANGE: gettext_lazy("The time used before does not count."),
    Rule.RECOMPUTE: gettext_lazy("Recalculated from the start: %(carried)s by then."),
}


def title(kind: str) -> str:
    return str(TITLES.get(kind, ""))


def label(row: ProofRow) -> str:
    if row.kind is RowKind.STOPPED and row.state is State.CANCELLED:
        return _("Ended")
    return str(LABELS[row.kind])


def text(row: ProofRow) -> str:
    match row.kind:
        case RowKind.TARGET if row.source:
            return _named(row.source.cell)
        case RowKind.PAUSED:
            return str(WAITING.get(row.reason, _("Waiting")))
        case RowKind.RETARGETED if row.change:
            return wording.from_to(row.change)
        case RowKind.LATE if row.cause is Cause.RETARGET:
            return _("The new deadline had passed when it was set")
        case RowKind.LATE:
            return _("The target time was used up")
        case RowKind.STOPPED:
            return str(RESULTS.get(row.state, ""))
    return ""


def notes(row: ProofRow) -> list[str]:
    found = [*_people(row), *_source(row.source), *_changed(row), *wording.hours_of_day(row)]
    if row.passed:
        found.append(_("%(time)s of working time.") % {"time": formatting.exact_duration(row.passed)})
    return [*found, *wording.by_the_clock(row)]


def beginning(run: Run) -> str:
    moment = {"moment": formatting.dated(run.started_at)}
    if run.begun is FactKind.REOPEN:
        return _("Re-opened %(moment)s") % moment
    return _("Since %(moment)s") % moment


def result(run: Run) -> str:
    return str(RESULTS.get(run.state, ""))


def ahead(run: Run) -> str:
    if not run.is_live:
        return _("Remaining target time: not needed")
    if run.due_if_resumed:
        return _("Remaining target time, if the waiting ended now")
    return _("Remaining target time")


def _named(cell: PolicyCell) -> str:
    """“Incident, High, E-mail”: only what the promise depends on."""
    parts = [
        "" if cell.kind == ANY_KIND else str(Kind(cell.kind).label),
        "" if cell.priority is None else str(Priority(cell.priority).label),
        "" if cell.service is None else str(cell.service),
    ]
    return ", ".join(filter(None, parts)) or _("All requests")


def _people(row: ProofRow) -> list[str]:
    """Who answered for what the client sees anyway; who keeps the calendars is our affair."""
    if row.kind is RowKind.PAUSED:
        begun, ended = _("Started by %(name)s."), _("Ended by %(name)s.")
    elif row.kind is RowKind.STOOD:
        begun, ended = _("Done by %(name)s."), _("Re-opened by %(name)s.")
    elif row.kind is RowKind.STOPPED:
        begun, ended = _("By %(name)s."), ""
    else:
        return []
    named = [(begun, row.by), (ended, row.ended_by)]
    return [sentence % {"name": person} for sentence, person in named if person]


def _source(source: Source | None) -> list[str]:
    if source is None:
        return []
    version = source.cell.version
    agreed = _("Version %(number)s of the agreement, valid from %(day)s.") % {
        "number": version.number,
        "day": formatting.in_full(timezone.localtime(version.effective_from).date()),
    }
    return [wording.in_days(source), agreed] if source.promised.needs_start else [agreed]


def _changed(row: ProofRow) -> list[str]:
    change = row.change
    if change is None:
        return []
    if row.kind is RowKind.CORRECTED:
        return [_("All time since the start was recalculated.")]
    if row.kind is RowKind.PUT_BACK:
        return [_("The time counts as if it had not been made.")]
    found = [str(RULES[change.rule]) % {"carried": formatting.exact_duration(change.carried)}]
    if change.cell and change.cell_before and change.cell != change.cell_before:
        was, now = _named(change.cell_before), _named(change.cell)
        found.insert(0, f"{was} → {now}." if was != now else _("The agreement has a new version."))
    return found
