"""The sentences of this package that are needed in more than one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from servicedesk.lib.localized import localized


def day(value: date | str) -> str:
    """A date, or its ISO text out of a JSON column, in the active language's short form."""
    moment = date.fromisoformat(value) if isinstance(value, str) else value
    return date_format(moment, "SHORT_DATE_FORMAT")


def hours(value: Decimal) -> str:
    """Hours for a sentence, without idle zeros: 2, 1.5, 0.25 (in Russian 1,5)."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return number_format(text if text != "-0" else "0")


def coverage_sentence(reason: str, details: Mapping[str, Any]) -> str:
    """Why this contract, or why none. `details` are those of `coverage.covering`."""
    values = {
        "contract": details.get("contract", ""),
        "service": localized(details.get("service", ""), details.get("service_translations")),
        "ends": day(details["ends_on"]) if details.get("ends_on") else "",
        "starts": day(details["starts_on"]) if details.get("starts_on") else "",
    }
    return _template(reason, names_service=bool(values["service"]), ends=bool(values["ends"])) % values


def _template(reason: str, *, names_service: bool, ends: bool) -> str:
    match reason, names_service, ends:
        case "covered", True, True:
            return _("%(contract)s, because it covers %(service)s and is valid to %(ends)s.")
        case "covered", True, False:
            return _("%(contract)s, because it covers %(service)s and has no end date.")
        case "covered", False, True:
            return _("%(contract)s, because it is valid to %(ends)s.")
        case "covered", False, False:
            return _("%(contract)s, because it is valid without an end date.")
        case "expired", _service, _ends:
            return _("The contract %(contract)s ended on %(ends)s.")
        case "not_yet", _service, _ends:
            return _("The contract %(contract)s starts on %(starts)s.")
        case "service_not_covered", _service, _ends:
            return _("The contract %(contract)s does not cover %(service)s.")
    return _("The client has no contract.")


def overlap(name: str, starts_on: date, ends_on: date | None) -> str:
    """Two contracts of one client would promise the same at the same time."""
    values = {"contract": name, "starts": day(starts_on), "ends": day(ends_on) if ends_on else ""}
    if ends_on:
        return (
            _(
                "The contract %(contract)s covers the same from %(starts)s to %(ends)s. "
                "Change the dates or the services."
            )
            % values
        )
    return (
        _(
            "The contract %(contract)s covers the same from %(starts)s on, without an end. "
            "Change the dates or the services."
        )
        % values
    )
