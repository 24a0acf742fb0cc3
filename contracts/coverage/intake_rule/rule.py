"""The administrator's choice for requests that no contract covers, and for timesheets."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from contracts.coverage.decision import Finding
from contracts.errors import ContractError
from contracts.models import Coverage, IntakeRule
from servicedesk.lib.localized import localized

Without = IntakeRule.Without


class RequestRefused(ContractError):
    """The desk does not take this request; whoever asked reads the text."""


class Fate(NamedTuple):
    """What becomes of a request that no contract covers; `words` are for who is refused."""

    without: Without
    words: str = ""


def rule() -> IntakeRule:
    """The rule in force; the usual one, not stored, until somebody changes it. One statement."""
    return IntakeRule.objects.first() or IntakeRule(pk=1)


def fate(finding: Finding) -> Fate | None:
    """What the rule in force says to this coverage; None when a contract covers it. One statement."""
    return None if finding.contract is not None else told(rule(), finding.reason)


def told(kept: IntakeRule, reason: str) -> Fate:
    """A contract that ended may have a choice of its own."""
    ended = kept.after_end if reason == Coverage.Reason.EXPIRED else ""
    without = Without(ended or kept.without_contract)
    return Fate(without, _words(kept) if without == Without.REFUSE else "")


def judge(finding: Finding) -> bool:
    """Whether the account manager is to be asked about a request with this coverage.

    Raises:
        RequestRefused: it is not let in; the text is the administrator's, in the active language.
    """
    found = fate(finding)
    if found is None:
        return False
    if found.without == Without.REFUSE:
        raise RequestRefused(found.words)
    return found.without == Without.ASK


def _words(kept: IntakeRule) -> str:
    usual = _("No contract covers this request. Please call your account manager.")
    return localized(kept.words, kept.words_translations) or usual
