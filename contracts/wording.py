"""The sentences of this package that are needed in more than one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from servicedesk.lib.localized import localized
from servicedesk.tickets.models import Channel


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
    values = coverage_values(details)
    if reason != "covered":
        return _not_covered(reason) % values
    if values["version"] > 1:
        values["contract"] = _("%(contract)s, version %(version)s") % values
    return _covered(names_service=bool(values["service"]), ends=bool(values["ends"])) % values


def coverage_values(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they stand in sentences; what was not kept, as for a long time, is empty."""
    return {
        "contract": details.get("contract", ""),
        "version": details.get("version", 1),
        "service": localized(details.get("service", ""), details.get("service_translations")),
        "ends": day(details["ends_on"]) if details.get("ends_on") else "",
        "starts": day(details["starts_on"]) if details.get("starts_on") else "",
        "by_channel": by_channel(details.get("channel", "")),
    }


def by_channel(channel: str) -> str:
    """How a request comes in, for the end of a sentence: “by phone”."""
    match channel:
        case Channel.PORTAL:
            return _("through the portal")
        case Channel.MAIL:
            return _("by e-mail")
        case Channel.PHONE:
            return _("by phone")
        case Channel.API:
            return _("through the API")
    return _("this way")


def _covered(*, names_service: bool, ends: bool) -> str:
    match names_service, ends:
        case True, True:
            return _("%(contract)s, because it covers %(service)s and is valid to %(ends)s.")
        case True, False:
            return _("%(contract)s, because it covers %(service)s and has no end date.")
        case False, True:
            return _("%(contract)s, because it is valid to %(ends)s.")
    return _("%(contract)s, because it is valid without an end date.")


def _not_covered(reason: str) -> str:
    match reason:
        case "expired":
            return _("The contract %(contract)s ended on %(ends)s.")
        case "not_yet":
            return _("The contract %(contract)s starts on %(starts)s.")
        case "service_not_covered":
            return _("The contract %(contract)s does not cover %(service)s.")
        case "channel_not_covered":
            return _("The contract %(contract)s does not take requests %(by_channel)s.")
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
