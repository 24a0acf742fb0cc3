"""How a value of a report is written for people, in the active language."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from reports.report import Measure, Value
from servicedesk.lib.shares import percent

_DAY, _MOMENT = "j M Y", "j M Y, H:i"


def written(value: Value, measure: Measure = Measure.TEXT) -> str:
    """Return the words or digits for `value`; a dash where there is nothing to measure."""
    if value is None:
        return "–"
    match measure, value:
        case Measure.SHARE, int() | float():
            return _("%(number)s %%") % {"number": rounded(percent(value), 1)}
        case Measure.AVERAGE, int() | float():
            return rounded(value, 2)
        case Measure.MOMENT, datetime():
            return date_format(value, _MOMENT)
        case Measure.DAY, date():
            return date_format(value, _DAY)
        case Measure.COUNT, int() | float():
            return number_format(value, use_l10n=True, force_grouping=True)
    return str(value)


def rounded(number: float, places: int) -> str:
    """Return `number` with so many decimals; Django's own formatting cuts them off."""
    return number_format(round(number, places), places)
