"""Why a contract covers a ticket, or why none does, as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from servicedesk.lib.localized import localized
from servicedesk.tickets.models import Channel


def sentence(reason: str, details: Mapping[str, Any]) -> str:
    """Why this contract, or why none. `details` are those of `coverage.covering`."""
    values = values_of(details)
    if reason != "covered":
        return _not_covered(reason) % values
    if values["version"] > 1:
        values["contract"] = _("%(contract)s, version %(version)s") % values
    return _covered(names_service=bool(values["service"]), ends=bool(values["ends"])) % values


def values_of(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they stand in sentences; what was not kept, as for a long time, is empty."""
    return {
        "contract": details.get("contract", ""),
        "version": details.get("version", 1),
        "service": localized(details.get("service", ""), details.get("service_translations")),
        "ends": contract_formats.day(details["ends_on"]) if details.get("ends_on") else "",
        "starts": contract_formats.day(details["starts_on"]) if details.get("starts_on") else "",
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
