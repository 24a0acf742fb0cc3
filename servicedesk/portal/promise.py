"""What a contract, or the lack of one, means for a request, in the client's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from catalog.models import Service
from contracts import coverage, wording
from contracts.models import Coverage
from servicedesk.lib.localized import localized
from servicedesk.people.models import Client
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Terms:
    """Under which agreement a request stands; `sentence` says it to the client."""

    is_promised: bool
    sentence: str


def expected(client: Client, service: Service | None, at: datetime) -> Terms:
    """The terms that a request sent at `at` would get; nothing is kept."""
    finding = coverage.covering(client, service, at.astimezone(ZoneInfo(client.time_zone)).date())
    return _terms(finding.reason, finding.details)


def terms_of(ticket: Ticket) -> Terms | None:
    """The terms that were decided when it was opened."""
    decided = Coverage.objects.filter(ticket=ticket).first()
    return _terms(decided.reason, decided.details) if decided else None


def _terms(reason: str, details: Mapping[str, Any]) -> Terms:
    if reason == Coverage.Reason.COVERED:
        return Terms(True, _("Your contract: %(contract)s.") % {"contract": details.get("contract", "")})
    accepted = _("We accept the request, but cannot promise times for it.")
    return Terms(False, f"{_missing(reason, details)} {accepted}")


def _missing(reason: str, details: Mapping[str, Any]) -> str:
    values = {
        "contract": details.get("contract", ""),
        "service": localized(details.get("service", ""), details.get("service_translations")),
        "ends": wording.day(details["ends_on"]) if details.get("ends_on") else "",
        "starts": wording.day(details["starts_on"]) if details.get("starts_on") else "",
    }
    match reason:
        case Coverage.Reason.EXPIRED:
            return _("Your contract %(contract)s ended on %(ends)s.") % values
        case Coverage.Reason.NOT_YET:
            return _("Your contract %(contract)s starts on %(starts)s.") % values
        case Coverage.Reason.SERVICE_NOT_COVERED:
            return _("Your contract %(contract)s does not include %(service)s.") % values
    return _("Your company has no contract with us.")
