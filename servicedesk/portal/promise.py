"""What a contract, or the lack of one, means for a request, in the client's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from catalog.models import Kind, Level, RequestType, Service
from contracts import coverage, hours, wording
from contracts.hours import Totals
from contracts.models import Coverage
from servicedesk.lib.localized import localized
from servicedesk.people.models import Client
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.priority import priority_of
from sla.outlook import Outlook
from sla.outlook import outlook as look_ahead


@dataclass(frozen=True)
class Terms:
    """Under which agreement a request stands; `sentence` says it to the client."""

    is_promised: bool
    sentence: str


@dataclass(frozen=True)
class Asked:
    """What a request that is being written would be, as far as promises go."""

    kind: str
    service: Service | None
    urgency: int
    impact: int
    needs_approval: bool = False


@dataclass(frozen=True)
class Expected:
    """The terms that a request would get, and when; `hours` is None without prepaid hours."""

    company: Client
    terms: Terms
    outlook: Outlook
    hours: Totals | None = None
    starts_after_approval: bool = False


def expected(client: Client, asked: Asked, at: datetime) -> Expected:
    """What a request sent at `at` would be promised; nothing is kept. At most six statements."""
    finding = coverage.covering(client, asked.service, at.astimezone(ZoneInfo(client.time_zone)).date())
    terms, contract = _terms(finding.reason, finding.details), finding.contract
    if contract is None:
        return Expected(client, terms, Outlook())
    outlook = look_ahead(
        contract.policy,
        contract.calendar,
        kind=asked.kind,
        priority=priority_of(asked.urgency, asked.impact),
        service_id=asked.service.pk if asked.service else None,
        at=at,
    )
    account = hours.totals(contract)
    return Expected(
        client,
        terms,
        outlook,
        hours=account if account.bought > 0 else None,
        starts_after_approval=asked.needs_approval and outlook.waits_for_approval,
    )


def asked_of(item: RequestType | None, service: Service | None, given: Mapping[str, str]) -> Asked:
    """Read the form as it stands; what is not chosen yet, or not understood, is as the catalog says."""
    return Asked(
        kind=item.kind if item else Kind.INCIDENT,
        service=service,
        urgency=_level(given.get("urgency"), item.default_urgency if item else Level.MEDIUM),
        impact=_level(given.get("impact"), item.default_impact if item else Level.LOW),
        needs_approval=item is not None and bool(item.approvals),
    )


def _level(text: str | None, usual: int) -> int:
    return int(text) if text in {str(level) for level in Level.values} else usual


def terms_of(ticket: Ticket) -> Terms | None:
    """The terms that were decided when it was opened."""
    return terms_in(Coverage.objects.filter(ticket=ticket).first())


def terms_in(decided: Coverage | None) -> Terms | None:
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
