"""Checks of the escalation levels and the step targets of a policy version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from servicedesk.lib.formatting import duration
from servicedesk.tickets.models import DueKind
from sla.engine.escalation_levels import Level, LevelError, named, parse
from sla.models import PolicyCell, PolicyVersion, step_targets
from sla.validation.findings import Finding, Place, Severity

_USUAL_DAY = timedelta(hours=8)


@dataclass(frozen=True)
class Known:
    """People by key → name and whether they still work here; groups → name and how many are in them."""

    people: Mapping[int, tuple[str, bool]]
    groups: Mapping[int, tuple[str, int]]


def asked(versions: Sequence[PolicyVersion]) -> tuple[set[int], set[int]]:
    """The keys of the people and of the groups that levels name; what cannot be read names nobody."""
    people: set[int] = set()
    groups: set[int] = set()
    for version in versions:
        for level in _read(version):
            pairs = [pair for who in level.tell if (pair := named(who))]
            people |= {key for sort, key in pairs if sort == "user"}
            groups |= {key for sort, key in pairs if sort == "group"}
            groups |= {level.reassign_to} if level.reassign_to else set()
    return people, groups


def check(
    version: PolicyVersion, rows: Sequence[PolicyCell], known: Known, where: Place
) -> Iterator[Finding]:
    """All that is wrong with the levels and the step targets."""
    for step, sentence in step_targets.mistakes(version.step_targets).items():
        text = _("The target of the step “%(step)s” is wrong. %(why)s") % {"step": step, "why": sentence}
        yield Finding(Severity.WARNING, "steps.wrong", where, text)
    try:
        levels = parse(version.escalation)
    except LevelError as error:
        why = f"{error.path}: {_(error.template) % error.params}"
        text = _("The escalation levels cannot be read. %(why)s") % {"why": why}
        yield Finding(Severity.ERROR, "escalation.unreadable", where, text)
        return
    for level in levels:
        yield from _thresholds(level, rows, where)
        yield from _people(level, known, where)


def _thresholds(level: Level, rows: Sequence[PolicyCell], where: Place) -> Iterator[Finding]:
    name = level_name(level)
    targets = [
        target
        for row in rows
        for promise in DueKind.values
        if level.is_for(promise) and (target := row.usual(promise, _USUAL_DAY)) is not None
    ]
    if not targets:
        text = _("The level %(level)s is for a target that no row sets.") % {"level": name}
        yield Finding(Severity.WARNING, "escalation.no_clock", where, text)
        return
    early = [target for target in targets if level.amount(target, _USUAL_DAY) is None]
    if early:
        sentence = _(
            "The level %(level)s is never reached with a target of %(target)s: the clock starts later."
        )
        values = {"level": name, "target": duration(min(early))}
        yield Finding(Severity.WARNING, "escalation.before_start", where, sentence % values)


def _people(level: Level, known: Known, where: Place) -> Iterator[Finding]:
    pairs = [pair for who in level.tell if (pair := named(who))]
    if level.reassign_to:
        pairs.append(("group", level.reassign_to))
    for sort, key in pairs:
        sentence = _person(level, key, known) if sort == "user" else _group(level, key, known)
        if sentence:
            yield Finding(Severity.WARNING, f"escalation.{sort}_gone", where, sentence)


def _person(level: Level, key: int, known: Known) -> str:
    name, is_active = known.people.get(key, ("", False))
    values = {"level": level_name(level), "name": name}
    if is_active:
        return ""
    if not name:
        return _("The level %(level)s names a person who does not exist any more.") % values
    return _("The level %(level)s names %(name)s, who does not work here any more.") % values


def _group(level: Level, key: int, known: Known) -> str:
    name, members = known.groups.get(key, ("", 0))
    values = {"level": level_name(level), "name": name}
    if members:
        return ""
    if not name:
        return _("The level %(level)s names a group that does not exist any more.") % values
    return _("The level %(level)s names the group %(name)s, in which nobody is active.") % values


def level_name(level: Level) -> str:
    """“80% of resolution”."""
    clock = str(DueKind(level.clock).label) if level.clock in DueKind.values else _("any clock")
    return f"{level.threshold} ({clock})"


def _read(version: PolicyVersion) -> tuple[Level, ...]:
    try:
        return parse(version.escalation)
    except LevelError:
        return ()
