"""The administrator's choice for requests that no contract covers, and for timesheets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contracts.coverage import Finding
from contracts.errors import ContractError
from contracts.models import IntakeRule
from servicedesk.lib.localized import localized

Without = IntakeRule.Without


class RequestRefused(ContractError):
    """No contract covers what is asked for, and the administrator wants it refused."""


def rule() -> IntakeRule:
    """The rule in force; the usual one, not stored, until somebody changes it. One statement."""
    return IntakeRule.objects.first() or IntakeRule(pk=1)


def judge(finding: Finding) -> bool:
    """Whether the account manager is to be asked about a request with this coverage.

    Raises:
        RequestRefused: it is not let in; the text is the administrator's, in the active language.
    """
    if finding.contract is not None:
        return False
    kept = rule()
    if kept.without_contract == Without.REFUSE:
        usual = _("No contract covers this request. Please call your account manager.")
        raise RequestRefused(localized(kept.words, kept.words_translations) or usual)
    return kept.without_contract == Without.ASK
