"""The policy and the calendar that terms name: only what is published can be promised."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import formats as contract_formats
from contracts.errors import ContractError
from contracts.models import Contract
from sla.models import Calendar, Policy

NAMES = ("policy", "calendar")


def judge(contract: Contract, names: Collection[str] = NAMES, *, since: date | None = None) -> None:
    """Refuse a policy or a calendar that promises nothing. Only those of `names` are looked at.

    `since` is the client's day from which the terms hold; None: as soon as the contract does, from today on.
    What the stored contract names already may stay when it was archived later.

    Raises:
        ContractError: it was never published, is in the archive, or no version of it is valid by then.
    """
    stored = Contract.objects.filter(pk=contract.pk).values_list("policy", "calendar").first() or (None, None)
    kept = dict(zip(NAMES, stored, strict=True))
    if "policy" in names and contract.policy_id:
        _judge_policy(contract, kept["policy"], since)
    if "calendar" in names and contract.calendar_id:
        _judge_calendar(contract, kept["calendar"])


def _judge_policy(contract: Contract, kept: int | None, since: date | None) -> None:
    found = Policy.objects.filter(pk=contract.policy_id).annotate(first=Min("versions__effective_from"))
    policy = found.order_by().first()
    if policy is None:
        return  # the database refuses it
    said, first = {"name": policy.name}, _day(policy.first, contract)
    if first is None:
        text = _("The SLA policy “%(name)s” is only a draft. Publish it first, or choose another.")
        raise ContractError(text % said)
    if policy.is_archived and policy.pk != kept:
        raise ContractError(_("The SLA policy “%(name)s” is in the archive. Choose another.") % said)
    by = since or max(contract.starts_on, _today(contract))
    if first > by:
        text = _("The SLA policy “%(name)s” is valid from %(first)s on only. Choose another, or a later day.")
        raise ContractError(text % {**said, "first": contract_formats.day(first)})


def _judge_calendar(contract: Contract, kept: int | None) -> None:
    """Before its first version a calendar counts by that one, so any version will do."""
    found = Calendar.objects.filter(pk=contract.calendar_id).annotate(first=Min("versions__effective_from"))
    calendar = found.order_by().first()
    if calendar is None:
        return
    said = {"name": calendar.name}
    if calendar.first is None:
        text = _("The calendar “%(name)s” is only a draft. Publish it first, or choose another.")
        raise ContractError(text % said)
    if calendar.is_archived and calendar.pk != kept:
        raise ContractError(_("The calendar “%(name)s” is in the archive. Choose another.") % said)


def _today(contract: Contract) -> date:
    return timezone.now().astimezone(ZoneInfo(contract.client.time_zone)).date()


def _day(moment: datetime | None, contract: Contract) -> date | None:
    return moment.astimezone(ZoneInfo(contract.client.time_zone)).date() if moment else None
