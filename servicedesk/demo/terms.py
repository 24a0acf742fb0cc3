"""What changes about the agreements by the demo's last morning: one contract more, new terms now
and to come, knowledge beside request types, further addresses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine

from catalog.models import AtZero, Category, Kind, RequestType, Service
from contracts.hours import prepaid
from contracts.models import Contract, TimeEntry
from contracts.terms import agreements
from contracts.terms.renewals.renewal import add_months
from servicedesk.demo.world import LANGUAGES, STAFF_DOMAIN, Company, World, labelled, load, named
from servicedesk.people import addresses
from servicedesk.people.models import User
from servicedesk.tickets.models import Channel

WEEKS_AGO = timedelta(weeks=3)


def arrange(world: World, until: datetime) -> None:
    """Everything happens at `until`, save for what changed three weeks before."""
    data = load("terms")
    first, second = world.companies[:2]
    for key, links in data["links"].items():
        _link(world.types[key], key, links)
    with time_machine.travel(until - WEEKS_AGO, tick=False):
        _bill_in_half_hours(second, data)
    with time_machine.travel(until, tick=False):
        _on_site(world, first, data)
        _raise_fee(first, data, until.date())
        _write_from_elsewhere(first.contacts[0])


def _link(item: RequestType, key: str, links: list[list[str]]) -> None:
    item.links = [
        {
            **labelled(link[:3], "title"),
            "url": f"https://www.{STAFF_DOMAIN}/help/{key}-{number}",
            "audience": link[3],
        }
        for number, link in enumerate(links, 1)
    ]
    item.full_clean()
    item.save(update_fields=["links"])


def _on_site(world: World, company: Company, data: dict[str, Any]) -> None:
    """A service that only this company sees, because a contract of theirs names it."""
    words, until = data["service"], company.client.contracts.get().ends_on
    service = Service.objects.create(
        category=Category.objects.order_by("position")[0],
        group=world.groups["workplace"],
        icon=words["icon"],
        position=9,
        is_restricted=True,
        description=words["description"][0],
        description_translations=dict(zip(LANGUAGES[1:], words["description"][1:], strict=True)),
        **named(words["name"]),
    )
    RequestType.objects.create(
        service=service,
        kind=Kind.SERVICE_REQUEST,
        at_zero=AtZero.ASK,
        estimated_hours=Decimal(data["type"]["hours"]),
        form=[{**one, **labelled(one["label"], "label")} for one in data["type"]["questions"]],
        **named(data["type"]["name"]),
    )
    main = company.client.contracts.get()
    contract = agreements.agree(
        company.client,
        services=[service],
        by=company.client.account_manager,
        number=f"{main.number}-V",
        name=f"{_said(company, words['contract'])} {main.starts_on.year}",
        starts_on=main.starts_on,
        ends_on=until,
        policy=main.policy,
        calendar=main.calendar,
        channels=[Channel.PORTAL, Channel.PHONE],
        work_kinds=[TimeEntry.WorkKind.ON_SITE, TimeEntry.WorkKind.TRAVEL],
        at_zero=AtZero.WARN,
    )
    prepaid.purchase(contract, Decimal(8), by=company.client.account_manager, note=contract.number)


def _bill_in_half_hours(company: Company, data: dict[str, Any]) -> None:
    contract = company.client.contracts.get()
    note = _said(company, data["notes"]["now"])
    _change(contract, note, minimum_slot=30)


def _raise_fee(company: Company, data: dict[str, Any], today: date) -> None:
    """From the month after next on, so that it can still be seen as a plan."""
    contract = company.client.contracts.filter(services=None).get()
    day, fee = add_months(today.replace(day=1), 2), contract.monthly_fee or Decimal(400)
    _change(contract, _said(company, data["notes"]["planned"]), effective_on=day, monthly_fee=fee + 25)


def _change(contract: Contract, note: str, **terms: Any) -> None:
    services = list(contract.services.all())
    agreements.change(contract, services, by=contract.client.account_manager, note=note, **terms)


def _write_from_elsewhere(person: User) -> None:
    name, _at, domain = person.email.partition("@")
    addresses.add(person, f"{name}@mail.{domain}")
    addresses.switch(addresses.add(person, f"{name}@old.{domain}"), is_active=False)


def _said(company: Company, words: list[str]) -> str:
    said: str = dict(zip(LANGUAGES, words, strict=True))[company.client.language]
    return said
