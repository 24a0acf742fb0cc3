"""One clock while its facts are told, one after the other. Pure; `sla.engine.evaluation` says what it
means.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sla.engine.calendar_definition import gettext_noop
from sla.engine.facts import (
    LIVE,
    STOPPED,
    ZERO,
    Breach,
    Cause,
    Cycle,
    Evaluation,
    Fact,
    FactError,
    FactKind,
    Pause,
    Rule,
    State,
    Stretch,
    corrected,
    counted,
    newer,
    reach,
)
from sla.engine.timetable import EPOCH
from sla.engine.worktime import WorkTime


class ClockState:
    """`apply` takes the facts in the order in which they happened; `result` may be asked at any time."""

    def __init__(self) -> None:
        self.done: list[Cycle] = []
        self.state = State.NONE
        self.version = 0
        self.target = ZERO
        self.calendar: WorkTime | None = None
        self.told: list[Fact] = []  # facts of this cycle, should the calendar prove to have been wrong
        self.base = 0  # cycles done when `told` began
        self.terms = Fact(EPOCH, FactKind.START)  # the last that named a target or a calendar
        self.later: list[Fact] = []  # terms that changed while the clock stood
        self._clear()

    def _clear(self) -> None:
        self.started_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.stretches: list[Stretch] = []
        self.used = ZERO  # in those that have ended
        self.forgiven: list[Stretch] = []  # before terms that counted from their change only
        self.pauses: list[Pause] = []
        self.breaches: list[Breach] = []
        self.is_waived = False

    def apply(self, fact: Fact) -> None:
        if self.started_at is None and fact.kind is not FactKind.START:
            message = gettext_noop("“%(kind)s” at %(at)s comes before the clock was started.")
            raise FactError(message, kind=fact.kind.value, at=fact.at.isoformat())
        match fact.kind:
            case FactKind.START:
                self._start(fact)
            case FactKind.REOPEN:
                self._reopen(fact)
            case FactKind.RETARGET | FactKind.CALENDAR if self.state not in LIVE:
                self.later.append(fact)
            case FactKind.CALENDAR:
                self._correct(fact)
            case _ if self.state in LIVE:
                self.told.append(fact)
                self._live(fact)
            case _:
                pass  # it stands: nothing can pause, stop or cancel it

    def _live(self, fact: Fact) -> None:
        match fact.kind:
            case FactKind.RETARGET:
                self._retarget(fact)
            case FactKind.PAUSE:
                self._pause(fact)
            case FactKind.RESUME:
                self._resume(fact.at)
            case FactKind.STOP:
                self._halt(fact.at)
                self._note_overdrawn(fact.at)
                self.state = State.BREACHED if self._is_late() else State.MET
            case FactKind.CANCEL:
                self._halt(fact.at)
                self.state = State.CANCELLED
            case FactKind.WAIVE:
                self._halt(fact.at)
                self.state, self.breaches, self.is_waived = State.CANCELLED, [], True

    def _start(self, fact: Fact) -> None:
        if self.state in LIVE:
            return
        if fact.target is None or fact.calendar is None:
            raise ValueError("a start needs its target and calendar")
        if self.started_at is not None:
            self.done.append(self._cycle(None))
        self._take_terms(fact, fact.at)
        self._begin(fact)

    def _begin(self, fact: Fact) -> None:
        self._clear()
        self.told, self.base, self.later = [fact], len(self.done), []
        self.started_at = fact.at
        self.version += 1
        self._run(fact.at)

    def _reopen(self, fact: Fact) -> None:
        if self.state in LIVE or (self.is_waived and fact.rule is not Rule.CYCLE):
            return
        later, self.later = self.later, []
        if fact.rule is Rule.CYCLE:
            self.done.append(self._cycle(None))
            begin = self.terms
            for term in later:
                begin = corrected(begin, term) if term.kind is FactKind.CALENDAR else newer(begin, term)
            self._take_terms(begin, fact.at)
            self._begin(replace(begin, at=fact.at, seq=fact.seq, kind=FactKind.START))
            return
        self.told.append(fact)
        self.stopped_at = None
        self._run(fact.at)
        for term in later:
            self.apply(replace(term, at=fact.at))

    def _retarget(self, fact: Fact) -> None:
        was_running = self.state is State.RUNNING
        was_late = self._break_off(fact.at) and self._is_noted()
        old = self.target, self.calendar
        if fact.restart:
            self._hand_on(fact.at)
        self._take_terms(fact, fact.at if fact.rule is Rule.CHANGE else self.started_at or fact.at)
        assert self.calendar is not None
        if fact.rule is Rule.CHANGE:
            self.forgiven, self.stretches = [*self.forgiven, *self.stretches], []
        elif fact.rule is Rule.RECOMPUTE:
            known, self.forgiven = [*self.forgiven, *self.stretches], []
            self.stretches = [replace(s, calendar=self.calendar, key=self.terms.calendar_key) for s in known]
        self.used = counted(self.stretches, None)
        if (self.target, self.calendar) != old or fact.restart or fact.rule is not Rule.KEEP:
            self.version += 1
        if was_late and self._is_late():
            self._carry_breach()
        if was_running:
            self._note_overdrawn(fact.at)
            self._run(fact.at)

    def _hand_on(self, at: datetime) -> None:
        """End this cycle as cancelled; the next one inherits what was counted (the type changed).

        It also inherits what broke by time: that happened, whatever was promised later (R5).
        """
        state, self.state, self.stopped_at = self.state, State.CANCELLED, at
        self.done.append(self._cycle(None))
        by_time = [replace(each, is_inherited=True) for each in self.breaches if each.cause is Cause.TIME]
        self.state, self.stopped_at, self.breaches = state, None, by_time

    def _correct(self, fact: Fact) -> None:
        """The calendar itself was wrong: tell this cycle's facts again with the right one (R7)."""
        assert fact.calendar is not None
        if fact.calendar_key not in {told.calendar_key for told in self.told if told.calendar}:
            return
        self._note_breach(fact.at)
        had, version, ended = self.breaches, self.version, self.done
        told = [corrected(told, fact) for told in self.told]
        self.done, self.state = self.done[: self.base], State.NONE
        first = told[0]
        self._take_terms(first, first.at)
        self._begin(first)
        for old in told[1:]:
            self.apply(old)
        self._note_breach(fact.at)
        self.done, self.version = ended, max(self.version, version) + 1  # what has ended keeps its result
        if self.breaches and (not had or had[0].cause is Cause.RETARGET):
            self.breaches = had[:1] or [Breach(fact.at, Cause.RETARGET, version)]
        if self._late_at(fact.at):
            self._carry_breach()

    def _pause(self, fact: Fact) -> None:
        if self.state is State.PAUSED:
            message = gettext_noop("A pause at %(at)s, but the clock is paused already.")
            raise FactError(message, at=fact.at.isoformat())
        self._break_off(fact.at)
        self.state = State.PAUSED
        self.pauses.append(Pause(fact.at, None, fact.reason))

    def _resume(self, at: datetime) -> None:
        if self.state is State.PAUSED:
            self.pauses[-1] = replace(self.pauses[-1], end=at)
            self._note_overdrawn(at)
            self._run(at)

    def _halt(self, at: datetime) -> None:
        if self.state is State.PAUSED:
            self.pauses[-1] = replace(self.pauses[-1], end=at)
        self._break_off(at)
        self.stopped_at = at

    def _run(self, at: datetime) -> None:
        assert self.calendar is not None
        self.state = State.RUNNING
        self.stretches.append(Stretch(at, None, self.calendar, self.terms.calendar_key))

    def _break_off(self, at: datetime) -> bool:
        """End the open stretch; say whether the clock is late by now."""
        self._note_breach(at)
        if self.stretches and self.stretches[-1].end is None:
            self.used += counted(self.stretches[-1:], at)
            self.stretches[-1] = replace(self.stretches[-1], end=at)
        return self._is_late()

    def _note_breach(self, at: datetime) -> None:
        if self.state is not State.RUNNING or self._is_noted():
            return
        if self.used + counted(self.stretches[-1:], at) >= self.target:
            due = reach(self.stretches, self.target)
            if due is not None and due < at:
                self.breaches.append(Breach(due, Cause.TIME, self.version))

    def _note_overdrawn(self, at: datetime) -> None:
        """More is used than the newest terms allow: broken by them, but not while it was paused (R4).

        What time had broken before keeps its moment and its cause (R5): it is not broken a second time.
        """
        if not self._is_late() or self._is_noted():
            return
        if any(each.cause is Cause.TIME for each in self.breaches):
            self._carry_breach()
        else:
            self.breaches.append(Breach(at, Cause.RETARGET, self.version))

    def _is_noted(self) -> bool:
        return bool(self.breaches) and self.breaches[-1].version == self.version

    def _carry_breach(self) -> None:
        """The same breach under newer terms: not a second one."""
        if self.breaches:
            self.breaches[-1] = replace(self.breaches[-1], version=self.version)

    def _is_late(self) -> bool:
        """With all stretches ended: did the clock run past its target?"""
        return self.used >= self.target and reach(self.stretches, self.target) is not None

    def _late_at(self, at: datetime) -> bool:
        due = reach(self.stretches, self.target)
        return due is not None and due < at

    def _take_terms(self, fact: Fact, since: datetime) -> None:
        """Days are settled here, once for these terms, from where the clock counts them (R8)."""
        self.terms = newer(self.terms, fact)
        if fact.promise and self.terms.calendar:
            settled = fact.promise.working_time(self.terms.calendar, since)
            self.terms = replace(self.terms, target=settled)
        self.target = self.terms.target or ZERO
        self.calendar = self.terms.calendar

    def _due(self) -> datetime | None:
        """No deadline while paused, nor for a clock stopped in a pause or cancelled (R4)."""
        if self.state not in {State.RUNNING, *STOPPED} or not self.stretches:
            return None
        last = self.stretches[-1]
        if self.state in STOPPED and last.end != self.stopped_at:
            return reach(self.stretches, self.target)
        if last.end is not None:
            return reach([*self.stretches[:-1], replace(last, end=None)], self.target)
        return reach(self.stretches, self.target)

    def _cycle(self, at: datetime | None) -> Cycle:
        assert self.started_at is not None
        state, until = self.state, self.stopped_at or at
        if state is State.RUNNING and at is not None:
            self._note_breach(at)
            state = State.BREACHED if self._late_at(at) else state
        return Cycle(
            number=len(self.done) + 1,
            state=state,
            target=self.target,
            started_at=self.started_at,
            stopped_at=self.stopped_at,
            elapsed=counted(self.stretches, until),
            due_at=self._due(),
            breaches=tuple(self.breaches),
            stretches=tuple(self.stretches),
            pauses=tuple(self.pauses),
            version=self.version,
            is_waived=self.is_waived,
        )

    def result(self, at: datetime | None) -> Evaluation:
        if self.started_at is None:
            return Evaluation()
        return Evaluation((*self.done, self._cycle(at)))
