"""The hours left as a drawing: steps for real bookings, dashes for an even pace, a wedge for the forecast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from contracts.hours.account import DAYS, Account, Level
from servicedesk.lib import formatting

_WIDTH, _LEFT, _RIGHT = 860, 40, 820
_TOP, _BASE, _HEIGHT = 40, 270, 300


@dataclass(frozen=True)
class _Frame:
    """What is drawn where."""

    first: date
    last: date
    top: int
    bottom: int = 0  # below zero where the hours were

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(_LEFT + (_RIGHT - _LEFT) * min(max(share, 0), 1), 1)

    def y(self, hours: float) -> float:
        share = (max(hours, self.bottom) - self.bottom) / (self.top - self.bottom)
        return round(_BASE - (_BASE - _TOP) * share, 1)

    @property
    def zero(self) -> float:
        return self.y(0)


def draw(account: Account) -> SafeString:
    """Return the SVG; empty while nothing was booked."""
    levels = account.levels
    if not levels:
        return SafeString("")
    frame = _frame(account, levels)
    parts = [_grid(frame), _months(frame), _pace(account, frame), _wedge(account, frame)]
    parts += [
        _aside(account, levels, frame),
        _steps(account, levels, frame),
        *_bought(levels, frame),
        _today(account, frame),
    ]
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        _WIDTH, _HEIGHT, in_words(account), format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def in_words(account: Account) -> str:
    """The drawing said in one or two sentences."""
    words = [_("Hours left: %(left)s today.") % {"left": formatting.hours(account.left)}]
    if account.reserved:
        told = {"reserved": formatting.hours(account.reserved)}
        words.append(_("%(reserved)s h more are reserved.") % told)
    ahead = account.forecast
    if ahead and ahead.runs_out and account.unused > 0:
        words.append(_("At the current burn rate they run out on %(day)s.") % {"day": _day(ahead.runs_out)})
        if ahead.earliest and ahead.latest and ahead.earliest < ahead.latest:
            span = {"first": _day(ahead.earliest), "last": _day(ahead.latest)}
            words.append(_("Between %(first)s and %(last)s, given how past weeks varied.") % span)
    return " ".join(words)


def _frame(account: Account, levels: list[Level]) -> _Frame:
    ahead = account.forecast
    ends = [account.today + timedelta(days=14), account.contract.ends_on, ahead.latest if ahead else None]
    limit = account.today + timedelta(days=DAYS)
    last = max(day for day in ends if day and day <= limit)
    most = max(max(float(level.unused) for level in levels), 4.0)
    least = min(min(float(level.left) for level in levels), 0.0)
    step = _step(most - least)
    top, bottom = ceil(most / step) * step, floor(least / step) * step
    return _Frame(min(levels[0].day, account.today), last, top, bottom)


def _step(most: float) -> int:
    tens: int = 10 ** int(log10(most / 4))
    return next(step for step in (tens, 2 * tens, 5 * tens, 10 * tens) if step * 4 >= most)


def _grid(frame: _Frame) -> SafeString:
    marks = range(frame.bottom, frame.top + 1, _step(frame.top - frame.bottom))
    return format_html_join(
        "",
        '<path class="g" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        ((_LEFT, frame.y(m), _RIGHT, _LEFT - 8, frame.y(m) + 4, m) for m in marks),
    )


def _months(frame: _Frame) -> SafeString:
    """The first of each month, every second or third where there are many."""
    firsts = list(_firsts(frame))
    every = ceil(len(firsts) / 10) or 1
    return format_html_join(
        "",
        '<path class="g" d="M{} 270v6"/><text x="{}" y="292">{}</text>',
        ((frame.x(day), frame.x(day) + 4, date_format(day, "M")) for day in firsts[::every]),
    )


def _firsts(frame: _Frame) -> Iterator[date]:
    day = frame.first.replace(day=1)
    while day <= frame.last:
        if day >= frame.first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)


def _steps(account: Account, levels: list[Level], frame: _Frame) -> SafeString:
    path = f"M{frame.x(levels[0].day)} {frame.y(float(levels[0].left))}"
    for level in levels[1:]:
        path += f"H{frame.x(level.day)}V{frame.y(float(level.left))}"
    path += f"H{frame.x(account.today)}"
    area = f"{path}V{frame.zero}H{frame.x(levels[0].day)}z"
    return format_html('<path class="a1" d="{}"/><path class="l1" d="{}"/>', area, path)


def _aside(account: Account, levels: list[Level], frame: _Frame) -> SafeString:
    """What is set aside lies on what is left: up along the one, back along the other."""
    if not any(level.reserved for level in levels):
        return SafeString("")
    x, end = [frame.x(level.day) for level in levels], frame.x(account.today)
    over = [frame.y(float(level.unused)) for level in levels]
    under = [frame.y(float(level.left)) for level in levels]
    path = f"M{x[0]} {over[0]}" + "".join(f"H{at}V{y}" for at, y in zip(x[1:], over[1:], strict=True))
    path += f"H{end}V{under[-1]}"
    path += "".join(f"H{at}V{y}" for at, y in zip(x[:0:-1], under[-2::-1], strict=True))
    return format_html('<path class="a2" d="{}H{}z"/>', path, x[0])


def _bought(levels: list[Level], frame: _Frame) -> Iterator[SafeString]:
    for level in levels:
        if level.bought:
            x, y = frame.x(level.day), frame.y(float(level.left))
            words = _("+%(hours)s h bought") % {"hours": formatting.hours(level.bought)}
            anchor = "end" if x > _WIDTH * 0.8 else "start"
            yield format_html(
                '<circle class="mk" cx="{}" cy="{}" r="4"/>'
                '<text class="hl" x="{}" y="{}" text-anchor="{}">{}</text>',
                x, y, x + 10 if anchor == "start" else x - 8, y - 8, anchor, words,
            )  # fmt: skip


def _pace(account: Account, frame: _Frame) -> SafeString:
    begin, end = account.begin, account.contract.ends_on
    if begin is None or end is None or end > frame.last:
        return SafeString("")
    x = frame.x(end)
    return format_html(
        '<path class="pace" d="M{} {}L{} {}"/><path class="ax" d="M{} 26V270"/>'
        '<text x="{}" y="34" text-anchor="end">{}</text>',
        frame.x(begin.day), frame.y(float(begin.left)), x, frame.zero, x, x - 6, _("period ends"),
    )  # fmt: skip


def _wedge(account: Account, frame: _Frame) -> SafeString:
    ahead = account.forecast
    if ahead is None or ahead.runs_out is None or account.unused <= 0 or ahead.runs_out > frame.last:
        return SafeString("")
    x, y = frame.x(account.today), frame.y(float(account.unused))
    earliest, latest = frame.x(ahead.earliest or ahead.runs_out), frame.x(ahead.latest or frame.last)
    out = frame.x(ahead.runs_out)
    return format_html(
        '<path class="cone" d="M{} {}L{} {}H{}z"/><path class="fc" d="M{} {}L{} {}"/>'
        '<circle class="end" cx="{}" cy="{}" r="4"/>'
        '<text class="wt" x="{}" y="{}" text-anchor="{}">{}</text>',
        x, y, earliest, frame.zero, latest, x, y, out, frame.zero, out, frame.zero,
        out - 6 if out > _WIDTH * 0.8 else out + 4, frame.zero - 12,
        "end" if out > _WIDTH * 0.8 else "middle",
        _("run out %(day)s") % {"day": _day(ahead.runs_out)},
    )  # fmt: skip


def _today(account: Account, frame: _Frame) -> SafeString:
    x, y = frame.x(account.today), frame.y(float(account.left))
    anchor, gap = ("end", -8) if x > _WIDTH * 0.8 else ("start", 8)
    return format_html(
        '<path class="ax" d="M{} 26V270" stroke-dasharray="2 3"/>'
        '<text x="{}" y="34" text-anchor="{}">{}</text><circle class="mk" cx="{}" cy="{}" r="4.5"/>'
        '<text class="hl" x="{}" y="{}" text-anchor="{}">{}</text>',
        x, x + gap, anchor, _("today"), x, y, x + gap, y - 6, anchor,
        _("%(hours)s h left") % {"hours": formatting.hours(account.left)},
    )  # fmt: skip


def _day(day: date) -> str:
    return formatting.when(day)
