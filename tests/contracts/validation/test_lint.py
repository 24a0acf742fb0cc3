"""What is wrong with contracts, the page that shows it, and the command."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from contracts.models import Contract, Coverage
from contracts.validation import lint
from servicedesk.people.models import User
from sla.models import Calendar, CalendarVersion, Policy, PolicyCell
from sla.validation.findings import Finding
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = AT.date()


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def contract():
    """A sound one."""
    contract = contract_for(ClientFactory(name="Brightwater"), name="Gold")
    version = CalendarVersion.objects.get(calendar=contract.calendar)
    version.definition["country"] = "ES"
    version.save()
    return contract


def codes(user: User | None = None) -> list[str]:
    """What is wrong with the agreements; steps of a desk that begins have their own tests."""
    return [one.code for one in agreements_findings(user)]


def agreements_findings(user: User | None = None) -> list[Finding]:
    return [one for one in lint.check(AT, user) if not one.step]


def make_ready(contract: Contract) -> None:
    """An agent, a contact and something to ask for, covered by the contract."""
    item = RequestTypeFactory()
    agent_of(item.service.group)
    contact_of(contract.client)


def end(contract: Contract, day: date) -> None:
    Contract.objects.filter(pk=contract.pk).update(ends_on=day)


def follow(contract: Contract, **fields: Any) -> Contract:
    values = {"client": contract.client, "policy": contract.policy, "calendar": contract.calendar}
    return Contract.objects.create(number="C-2", name="Next", **(values | fields))


def test_a_sound_contract_has_nothing_to_mend(contract):
    assert codes() == []


def test_a_contract_that_ended_and_nothing_follows(contract):
    end(contract, TODAY - timedelta(days=1))
    assert codes() == ["contract.expired"]
    assert "It ended on 31 May 2026 and nothing follows" in agreements_findings()[0].sentence


def test_a_contract_that_ended_and_was_followed(contract):
    end(contract, TODAY - timedelta(days=1))
    follow(contract, starts_on=TODAY)
    assert codes() == []


def test_open_tickets_of_a_contract_that_ended(contract):
    end(contract, TODAY - timedelta(days=1))
    follow(contract, starts_on=TODAY)
    for status in ("new", "closed"):
        ticket = TicketFactory(client=contract.client, status=status)
        Coverage.objects.create(ticket=ticket, contract=contract, reason="covered")
    assert codes() == ["contract.expired_in_use"]
    assert "1 open ticket is" in agreements_findings()[0].sentence


def test_a_contract_that_ends_soon(contract):
    end(contract, TODAY + timedelta(days=10))
    assert codes() == ["contract.ending"]
    follow(contract, starts_on=TODAY + timedelta(days=11))
    assert codes() == []


def test_a_client_without_a_contract():
    client = ClientFactory()
    assert codes() == ["contract.none"]
    client.is_active = False
    client.save()
    assert codes() == []


def test_planned_terms_whose_day_has_passed(contract):
    planned = Contract.objects.filter(pk=contract.pk)
    planned.update(next_version_on=TODAY)
    assert codes() == []
    planned.update(next_version_on=TODAY - timedelta(days=1))
    assert codes() == ["contract.terms_waiting"]


def test_an_archived_policy_still_promised(contract):
    Policy.objects.update(is_archived=True)
    assert codes() == ["contract.policy_archived"]
    end(contract, TODAY - timedelta(days=1))
    assert codes() == ["contract.expired"]


def test_a_policy_without_a_version(contract):
    PolicyCell.objects.all().delete()
    contract.policy.versions.all().delete()
    assert codes() == ["contract.policy_without_version"]


def test_a_calendar_without_hours(contract):
    contract.calendar.versions.all().delete()
    assert codes() == ["calendar.without_version"]


def test_services_that_no_contract_names(contract):
    mail, phone = ServiceFactory(name="Mail"), ServiceFactory(name="Phone")
    ServiceFactory(name="Old", is_archived=True)
    contract.services.set([mail])
    assert codes() == ["contract.service_uncovered"]
    assert "1 service is in none of the contracts: Phone." in agreements_findings()[0].sentence
    contract.services.add(phone)
    assert codes() == []


def test_a_contract_for_all_services_covers_all(contract):
    ServiceFactory()
    follow(contract, starts_on=TODAY).services.set([ServiceFactory()])
    assert codes() == []


def test_a_restricted_service_that_no_contract_names_is_seen_by_nobody(contract):
    vault = ServiceFactory(name="Vault", is_restricted=True)
    ServiceFactory(is_restricted=True, is_archived=True)
    (finding,) = agreements_findings()
    assert (finding.code, finding.severity, finding.where.name) == ("service.unseen", "note", "Vault")
    assert finding.where.url == reverse("catalog:service", args=[vault.pk])
    assert finding.sentence.startswith("Nobody can see it")
    later = follow(contract, starts_on=TODAY + timedelta(days=1))
    later.services.set([vault])
    assert codes() == ["service.unseen"]
    Contract.objects.filter(pk=later.pk).update(starts_on=TODAY)
    assert codes() == []


def test_account_managers_hear_nothing_of_services_that_others_may_name(contract):
    ServiceFactory(is_restricted=True)
    contract.client.account_manager = UserFactory(is_account_manager=True)
    contract.client.save()
    assert codes(contract.client.account_manager) == []


def test_a_restricted_service_that_a_client_did_not_buy_is_not_missed(contract):
    mail, vault = ServiceFactory(name="Mail"), ServiceFactory(name="Vault", is_restricted=True)
    contract.services.set([mail])
    contract_for(ClientFactory()).services.set([mail, vault])
    assert [code for code in codes() if code.startswith(("contract", "service"))] == []


def test_the_day_is_the_clients_own(contract):
    contract.client.time_zone = "Pacific/Kiritimati"  # there it is tomorrow already
    contract.client.save()
    end(contract, TODAY)
    assert codes() == ["contract.expired"]


def test_account_managers_see_what_concerns_their_clients(contract):
    other = contract_for(ClientFactory(name="Orchard"))
    end(other, TODAY - timedelta(days=1))
    CalendarVersion.objects.update(definition={"tz": "UTC", "week": {"mon": ["09:00-10:00"]}})
    manager = UserFactory(is_account_manager=True)
    contract.client.account_manager = manager
    contract.client.save()
    assert codes(manager) == ["calendar.no_holidays"]
    assert codes(UserFactory(is_superuser=True)) == ["calendar.no_holidays", "contract.expired"]


def test_the_number_of_statements_does_not_grow(contract, django_assert_max_num_queries):
    for _ in range(4):
        contract_for(ClientFactory()).services.set([ServiceFactory()])
    with django_assert_max_num_queries(22):
        lint.check(AT, UserFactory.build(is_superuser=True))


def page(person: User) -> Any:
    browser = Browser()
    browser.force_login(person)
    return browser.get(reverse("contracts:check"))


def test_the_page_groups_findings_and_leads_to_where_they_are_mended(contract):
    make_ready(contract)
    assert "No problems found" in page(UserFactory(is_superuser=True)).content.decode()
    CalendarVersion.objects.update(definition={"tz": "Moon"})
    Contract.objects.update(ends_on=TODAY + timedelta(days=3))
    answer = page(UserFactory(is_superuser=True))
    assert [group["severity"] for group in answer.context["groups"]] == ["error", "note"]
    assert reverse("sla:calendar", args=[Calendar.objects.get().pk]) in answer.content.decode()


def test_account_managers_get_no_links_to_pages_that_are_not_theirs(contract):
    manager = UserFactory(is_account_manager=True)
    contract.client.account_manager = manager
    contract.client.save()
    CalendarVersion.objects.update(definition={"tz": "Moon"})
    text = page(manager).content.decode()
    assert "Errors" in text
    assert "/setup/sla/calendars/" not in text


def test_agents_and_clients_find_no_page(contract):
    assert page(UserFactory(is_agent=True)).status_code == 404
    assert page(UserFactory()).status_code == 404


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("sla_lint", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_ends_well_when_nothing_is_found(contract):
    make_ready(contract)
    assert run("--fail-on", "warning") == "No problems found.\n"
    assert json.loads(run("--format", "json")) == []


def test_the_command_fails_on_what_it_was_told_to_fail_on(contract):
    make_ready(contract)
    Policy.objects.update(is_archived=True)
    assert "warning: " in run()
    with pytest.raises(CommandError, match="Problems found: 1") as raised:
        run("--fail-on", "warning")
    assert raised.value.returncode == 1
    (finding,) = json.loads(run("--format", "json"))
    assert (finding["severity"], finding["code"]) == ("warning", "contract.policy_archived")
    CalendarVersion.objects.update(definition={"tz": "Moon"})
    with pytest.raises(CommandError):
        run()
    assert "error: " in run("--fail-on", "never")
