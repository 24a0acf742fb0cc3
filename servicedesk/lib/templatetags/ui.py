"""What templates say often: icons, avatars, times and numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from servicedesk.lib import appearance, clock_text, formatting
from servicedesk.lib.clock_text import Clock

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Draw a symbol of `icons.svg`. Without a label it is decoration; `size="lg"` is 24 px."""
    return _icon(name, size, str(label), static("icons.svg"))


@lru_cache(maxsize=512)
def _icon(name: str, size: str, label: str, sheet: str) -> SafeString:
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    look = f"ico {size}".strip()
    return format_html('<svg class="{}" {}><use href="{}#i-{}"/></svg>', look, meaning, sheet, name)


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """Draw a person's initials (anything with `initials` and `hue`); None is an empty circle."""
    if person is None:
        return format_html('<span class="{}" aria-hidden="true"></span>', f"av none {size}".strip())
    look = f"av {size}".strip()
    return format_html(
        '<span class="{}" style="--h:{}" aria-hidden="true">{}</span>', look, person.hue, person.initials
    )


@register.filter
def duration(value: timedelta | None) -> str:
    return formatting.duration(value)


@register.filter
def minutes(value: int | None) -> str:
    """“1h 05m” from whole minutes."""
    return formatting.duration(None if value is None else timedelta(minutes=value))


@register.filter
def entry(found: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has under the key; nothing when it has none."""
    return found.get(key, "")


@register.filter
def exact_duration(value: timedelta | None) -> str:
    return formatting.exact_duration(value)


@register.filter
def hours(value: Decimal | timedelta | None) -> str:
    return formatting.hours(value)


@register.filter
def filesize(value: int | None) -> str:
    return formatting.filesize(value)


@register.filter
def when(moment: datetime | date | None) -> SafeString:
    """A `<time>` element: short to read, whole in the tooltip, exact for machines."""
    if moment is None:
        return SafeString("–")
    local = moment
    if isinstance(moment, datetime):  # nobody reads seconds
        local = timezone.localtime(moment).replace(second=0, microsecond=0, tzinfo=None)
    words = _when(local, timezone.localdate(), get_language())
    return format_html('<time datetime="{}" {}</time>', moment.isoformat(), words)


@lru_cache(maxsize=4096)
def _when(local: datetime | date, _today: date, _language: str | None) -> SafeString:
    """The words of a minute, which lists say again and again. Writing dates is slow."""
    moment = timezone.make_aware(local) if isinstance(local, datetime) else local
    return format_html('title="{}">{}', formatting.in_full(moment), formatting.when(moment))


@register.filter
def time_of_day(moment: datetime | None) -> str:
    return formatting.time_of_day(moment) if moment else "–"


@register.filter
def span(start: datetime, end: datetime) -> str:
    return formatting.span(start, end)


@register.filter
def dated(moment: datetime | None) -> str:
    return formatting.dated(moment) if moment else "–"


@register.filter
def seconds(value: timedelta | None) -> str:
    """Whole seconds, for the browser's clocks."""
    return "" if value is None else str(int(value.total_seconds()))


@register.simple_tag
def duration_patterns() -> SafeString:
    """`data-…` attributes for `<html>`: how `clock.js` writes hours and minutes."""
    return format_html_join(" ", 'data-{}="{}"', formatting.duration_patterns().items())


@register.filter
def look(value: str, group: str) -> Any:
    """How a stored value looks: `{{ status|look:"status_step" }}`. The groups are in `lib.looks`."""
    table: Mapping[str, Any] = getattr(appearance, group.upper())
    return table.get(str(value), table.get("", ""))


@register.filter
def control(field: BoundField) -> str:
    """The field's widget with the class its sort needs."""
    widget = field.field.widget
    if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return field.as_widget()
    given = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {given}".strip()})


@register.filter
def may_stay_empty(field: BoundField) -> bool:
    """A list with an empty choice needs no “optional” beside it."""
    return not field.field.required and not isinstance(field.field.widget, (forms.Select, forms.RadioSelect))


@register.filter
def sort(field: BoundField) -> str:
    """“checkbox”, “choices” (several small controls under one legend), “line”; or what the field says."""
    if own := getattr(field.field, "sort", ""):
        return str(own)
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "checkbox"
    return "choices" if field.use_fieldset else "line"


@register.simple_tag
def clock_bar(clock: Clock | None, short: bool = False) -> SafeString:
    """One promise on one line, or none; `short` leaves out what is not for lists."""
    if clock is None:
        return format_html(_NO_CLOCK, _("no target"))
    state = clock_text.state(clock)
    return format_html(
        _CLOCK,
        state,
        clock.percent,
        timezone.localtime(clock.due_at).isoformat() if clock.due_at else "",
        seconds(clock.remaining),
        seconds(clock.target),
        icon(clock_text.icon(clock)),
        clock_text.figure(clock),
        clock_text.word(clock) if short else clock_text.note(clock),
    )


_CLOCK = (
    '<span class="clock" data-s="{}" style="--u:{}" data-due="{}" data-left="{}" data-target="{}">'
    '<span class="t">{}<b>{}</b> <span class="k">{}</span></span>'
    '<span class="bar-c" aria-hidden="true"></span></span>'
)
_NO_CLOCK = (
    '<span class="clock" data-s="none"><span class="t"><span class="k">{}</span></span>'
    '<span class="bar-c" aria-hidden="true"></span></span>'
)


@register.simple_tag
def clock_icon(clock: Clock) -> str:
    return icon(clock_text.icon(clock))


register.filter("clock_state", clock_text.state)
register.filter("clock_figure", clock_text.figure)
register.filter("clock_word", clock_text.word)
register.filter("clock_title", clock_text.title)
register.filter("clock_note", clock_text.note)
register.filter("clock_due", clock_text.due)
