"""What a contract, or the lack of one, means for a request, in the client's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Kind, Level, RequestType, Service
from contracts import coverage_text
from contracts.coverage import decision as coverage
from contracts.coverage import offered_services
from contracts.coverage.decision import Finding
from contracts.coverage.intake_rule import rule as intake_rule
from contracts.coverage.intake_rule.rule import Without
from contracts.hours import prepaid
from contracts.hours.prepaid import Totals
from contracts.models import Coverage
from servicedesk.people.models import Client
from servicedesk.tickets.models import Channel, Ticket
from servicedesk.tickets.priority import priority_of
from sla.clocks.expected_deadlines import ExpectedDeadlines
from sla.clocks.expected_deadlines import outlook as look_ahead


@dataclass(frozen=True)
class Terms:
    """Under which agreement a request stands; `sentence` says it to the client."""

    has_target: bool
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
    """The terms that a request would get, and when; `hours` is None without prepaid hours.

    `refusal` is what would be answered to a request that is not let in, empty for all others.
    """

    company: Client
    terms: Terms
    outlook: ExpectedDeadlines
    hours: Totals | None = None
    starts_after_approval: bool = False
    refusal: str = ""


def expected(client: Client, asked: Asked, at: datetime) -> Expected:
    """What a request sent at `at` would be promised; nothing is kept. At most eight statements."""
    if asked.service and not offered_services.is_offered(asked.service, client, at):
        refusal = offered_services.not_offered(asked.service, client)
        return Expected(client, Terms(False, ""), ExpectedDeadlines(), refusal=refusal)
    finding = coverage.covering(client, asked.service, coverage.day_of(client, at), Channel.PORTAL)
    contract = finding.contract
    if contract is None:
        return _uncovered(client, finding)
    outlook = look_ahead(
        contract.policy,
        contract.calendar,
        kind=asked.kind,
        priority=priority_of(asked.urgency, asked.impact),
        service_id=asked.service.pk if asked.service else None,
        at=at,
    )
    account = prepaid.totals(contract)
    return Expected(
        client,
        _terms(finding.reason, finding.details),
        outlook,
        hours=account if account.total > 0 else None,
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
    accepted = _("We accept the request, but without target times.")
    return Terms(False, f"{_missing(reason, details)} {accepted}")


def _uncovered(client: Client, finding: Finding) -> Expected:
    """What the administrator chose for such requests; at most two statements."""
    fate = intake_rule.fate(finding)
    if fate and fate.without == Without.REFUSE:
        missing = _missing(finding.reason, finding.details)
        return Expected(client, Terms(False, missing), ExpectedDeadlines(), refusal=fate.words)
    terms = _terms(finding.reason, finding.details)
    if fate and fate.without == Without.ASK and (manager := client.account_manager) and manager.is_active:
        asks = _("We will ask your account manager about it.")
        terms = Terms(False, f"{terms.sentence} {asks}")
    return Expected(client, terms, ExpectedDeadlines())


def _missing(reason: str, details: Mapping[str, Any]) -> str:
    values = coverage_text.values_of(details)
    match reason:
        case Coverage.Reason.EXPIRED:
            return _("Your contract %(contract)s ended on %(ends)s.") % values
        case Coverage.Reason.NOT_YET:
            return _("Your contract %(contract)s starts on %(starts)s.") % values
        case Coverage.Reason.SERVICE_NOT_COVERED:
            return _("Your contract %(contract)s does not include %(service)s.") % values
        case Coverage.Reason.CHANNEL_NOT_COVERED:
            return _("Your contract %(contract)s does not include requests %(by_channel)s.") % values
    return _("Your company has no contract with us.")
