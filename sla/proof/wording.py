"""The rows of a proof in the words of the desk, in the active language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Kind
from servicedesk.lib import formatting
from servicedesk.people.models import User
from servicedesk.tickets.models import Priority
from servicedesk.tickets.statuses import Status
from sla.engine.durations import Duration
from sla.engine.facts import Cause, FactKind, Rule, State
from sla.engine.selection import ANY_KIND
from sla.models import PolicyCell
from sla.proof.rows import Change, ProofRow, RowKind, Run, Source

LABELS: dict[RowKind, Promise] = {
    RowKind.TARGET: gettext_lazy("Target"),
    RowKind.COUNTED: gettext_lazy("Counted"),
    RowKind.AHEAD: gettext_lazy("Still to count"),
    RowKind.LEFT: gettext_lazy("Left"),
    RowKind.OVER: gettext_lazy("Over"),
    RowKind.PAUSED: gettext_lazy("Paused"),
    RowKind.CLOSED: gettext_lazy("Outside hours"),
    RowKind.STOOD: gettext_lazy("Stopped"),
    RowKind.DROPPED: gettext_lazy("Before the change"),
    RowKind.RETARGETED: gettext_lazy("New target"),
    RowKind.CORRECTED: gettext_lazy("Calendar corrected"),
    RowKind.PUT_BACK: gettext_lazy("Correction reverted"),
    RowKind.LATE: gettext_lazy("Breached"),
    RowKind.STOPPED: gettext_lazy("Stopped"),
}
RULES: dict[Rule, Promise] = {
    Rule.KEEP: gettext_lazy("The time used stays used: %(carried)s."),
    Rule.CHANGE: gettext_lazy("Counted from the change; the time used before does not count."),
    Rule.RECOMPUTE: gettext_lazy("Recalculated from the start: %(carried)s by then."),
}
RESULTS: dict[State, Promise] = {
    State.MET: gettext_lazy("Met"),
    State.BREACHED: gettext_lazy("Breached"),
    State.CANCELLED: gettext_lazy("Cancelled, not counted"),
    State.PAUSED: gettext_lazy("Paused"),
    State.RUNNING: gettext_lazy("Running"),
}
FACTS: dict[FactKind, Promise] = {
    FactKind.START: gettext_lazy("Start"),
    FactKind.RETARGET: gettext_lazy("New target"),
    FactKind.CALENDAR: gettext_lazy("Calendar corrected"),
    FactKind.PAUSE: gettext_lazy("Pause"),
    FactKind.RESUME: gettext_lazy("End of a pause"),
    FactKind.REOPEN: gettext_lazy("Re-opening"),
}


def label(row: ProofRow) -> str:
    return str(LABELS[row.kind])


def text(row: ProofRow) -> str:
    """What stands behind the label, besides the moments."""
    match row.kind:
        case RowKind.TARGET if row.source:
            return f"{cell_name(row.source.cell)}, {row.source.cell.version}"
        case RowKind.PAUSED:
            return _reason(row.reason)
        case RowKind.RETARGETED if row.change:
            return from_to(row.change)
        case RowKind.CORRECTED if row.change:
            return str(row.change.calendar)
        case RowKind.LATE:
            return cause(row.cause)
        case RowKind.STOPPED:
            return str(RESULTS.get(row.state, ""))
    return ""


def notes(row: ProofRow) -> list[str]:
    """Short sentences: who, by which rule, why a day is closed."""
    found = [*_people(row), *_source(row.source), *_changed(row), *hours_of_day(row)]
    if row.passed:
        found.append(_("%(time)s of working time.") % {"time": formatting.exact_duration(row.passed)})
    return [*found, *by_the_clock(row)]


def by_the_clock(row: ProofRow) -> list[str]:
    """Why a missed deadline is not late by any working time."""
    return [_("In calendar time: no working time has passed since the deadline.")] if row.late else []


def beginning(run: Run) -> str:
    """How a cycle began: “Re-opened by Marta Vidal, Mon 2 Mar 10:00”."""
    words = {
        FactKind.REOPEN: _("Re-opened %(moment)s, by %(name)s")
        if run.started_by
        else _("Re-opened %(moment)s"),
        FactKind.RETARGET: _("Type changed; started %(moment)s"),
    }
    sentence = words.get(run.begun) or _("Started %(moment)s")
    return sentence % {"moment": formatting.dated(run.started_at), "name": run.started_by or ""}


def ahead(run: Run) -> str:
    """What stands above the working time that leads to the deadline."""
    if not run.is_live:
        return _("Up to the deadline: not needed")
    return _("Up to the deadline, if the pause ended now") if run.due_if_resumed else _("Up to the deadline")


def result(run: Run) -> str:
    return str(RESULTS.get(run.state, ""))


def cell_name(cell: PolicyCell) -> str:
    """“Incident × High × E-mail”."""
    kind = _("any type") if cell.kind == ANY_KIND else str(Kind(cell.kind).label)
    priority = _("any priority") if cell.priority is None else str(Priority(cell.priority).label)
    service = _("any service") if cell.service is None else str(cell.service)
    return f"{kind} × {priority} × {service}"


def from_to(change: Change) -> str:
    """“16h → 4h”; one figure if the target is the same."""
    after = formatting.exact_duration(change.target)
    if change.target_before in (None, change.target):
        return after
    return f"{formatting.exact_duration(change.target_before)} → {after}"


def cause(value: Cause | None) -> str:
    if value is Cause.RETARGET:
        return _("Breached by the new terms only: their deadline had already passed when they were applied")
    return _("The target was used up")


def in_days(source: Source) -> str:
    """“2d 4h = 22h, a day is 9h.”, “eod = 8h: up to closing time of the day of Mon 2 Mar 10:00.”

    "" for a promise in hours.
    """
    promised, words = source.promised, {"sum": formatting.exact_duration(source.target)}
    if not promised.needs_start:
        return ""
    words |= {"since": formatting.dated(source.since), "written": _written(promised)}
    if promised.to_closing:
        days = {"days": promised.days}
        sentence = ngettext(
            "%(written)s = %(sum)s: up to closing time %(days)s working day after %(since)s.",
            "%(written)s = %(sum)s: up to closing time %(days)s working days after %(since)s.",
            promised.days,
        )
        if not promised.days:
            sentence = _("%(written)s = %(sum)s: up to closing time of the working day of %(since)s.")
        return sentence % (words | days)
    if source.target == promised.usual(source.day):
        day = {"day": formatting.exact_duration(source.day)}
        return _("%(written)s = %(sum)s, a day is %(day)s.") % (words | day)
    return _("%(written)s = %(sum)s: to the same time of day, counted from %(since)s.") % words


def _written(promised: Duration) -> str:
    if promised.to_closing:
        return str(promised)
    days = _("%(days)sd") % {"days": promised.days}
    return f"{days} {formatting.exact_duration(promised.rest)}" if promised.rest else days


def hours_of_day(row: ProofRow) -> list[str]:
    """Holidays by name, days with hours of their own, nights in which the clocks change."""
    found = [
        (_("%(day)s: public holiday.") if one.is_public else _("%(day)s: closed all day."))
        % {"day": formatting.weekday(one.day)}
        for one in row.days
    ]
    if row.is_special:
        found.append(_("This day is an exception."))
    if row.clocks_change:
        found.append(_("Summer time begins or ends in between."))
    return found


def _people(row: ProofRow) -> list[str]:
    if row.kind is RowKind.STOOD:
        begun, ended = _("Stopped by %(name)s."), _("Re-opened by %(name)s.")
    elif row.kind is RowKind.PAUSED:
        begun, ended = _("Paused by %(name)s."), _("Resumed by %(name)s.")
    else:
        begun, ended = _("By %(name)s."), ""
    named: list[tuple[str, User | None]] = [(begun, row.by), (ended, row.ended_by)]
    return [sentence % {"name": person} for sentence, person in named if person]


def _source(source: Source | None) -> list[str]:
    if source is None:
        return []
    found = [in_days(source)] if source.promised.needs_start else []
    if source.inherited_from:
        found.append(_("Inherited from %(row)s.") % {"row": cell_name(source.inherited_from)})
    since = formatting.in_full(source.cell.version.effective_from)
    return [*found, _("Version valid from %(moment)s.") % {"moment": since}]


def _changed(row: ProofRow) -> list[str]:
    change = row.change
    if change is None:
        return []
    if row.kind is RowKind.PUT_BACK:
        return [
            _("Not counted: %(what)s, %(moment)s.")
            % {"what": str(FACTS.get(kind, kind)), "moment": formatting.dated(moment)}
            for kind, moment in change.back
        ]
    if row.kind is RowKind.CORRECTED:
        return [_("All time since the start was counted again by it.")]
    return [*_terms(change), str(RULES[change.rule]) % {"carried": formatting.exact_duration(change.carried)}]


def _terms(change: Change) -> list[str]:
    found = []
    if change.cell and change.cell_before and change.cell != change.cell_before:
        was, now = _row_of(change.cell_before), _row_of(change.cell)
        found.append(f"{was} → {now}.")
    if change.calendar and change.calendar_before and change.calendar != change.calendar_before:
        found.append(f"{change.calendar_before} → {change.calendar}.")
    return found


def _row_of(cell: PolicyCell) -> str:
    return f"{cell_name(cell)}, {cell.version}"


def _reason(reason: str) -> str:
    return str(Status(reason).label) if reason in Status.values else reason
