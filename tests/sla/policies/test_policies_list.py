"""The list of policies, a new one, the archive, the versions."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sla.models import Policy, PolicyDraft
from sla.versions import publishing
from tests.factories import ClientFactory, contract_for
from tests.sla.example_calendars import HOUR, moscow
from tests.sla.policies.conftest import Desk

pytestmark = pytest.mark.django_db


def listed(desk: Desk, **query: str) -> str:
    return desk.browser.get(reverse("sla:policies"), query).content.decode()


def test_the_list_says_what_is_in_force_and_who_uses_it(desk: Desk, draft: PolicyDraft) -> None:
    contract = contract_for(ClientFactory(name="Brightwater"))
    contract.policy = desk.policy
    contract.save()
    page = listed(desk)
    assert "Gold</a>" in page
    assert "draft</span>" in page
    assert '<td class="num end">1</td>' in page


def test_the_list_costs_the_same_whatever_its_length(desk: Desk, django_assert_num_queries) -> None:
    def statements() -> int:
        with django_assert_num_queries(8) as counted:
            listed(desk)
        return len(counted)

    few = statements()
    for number in range(10):
        publishing.publish_policy(Policy.objects.create(name=f"Policy {number}"), [], moscow("01-01 00:00"))
    assert statements() == few


def test_a_search_finds_a_part_of_the_name(desk: Desk) -> None:
    Policy.objects.create(name="Silver")
    assert "Gold" not in listed(desk, q="ilv")
    assert "No results for this filter" in listed(desk, q="bronze")
    assert "Silver" in listed(desk, q="\0silver")


def test_without_policies_the_list_says_what_they_are_for(desk: Desk) -> None:
    Policy.objects.all().update(is_archived=True)
    assert "No policies yet" in listed(desk)
    assert "Gold" in listed(desk, state="archived")


def test_a_new_policy_is_a_draft_with_a_row_for_each_type(desk: Desk) -> None:
    answer = desk.browser.post(reverse("sla:policy-new"), {"name": "Silver"})
    silver = Policy.objects.get(name="Silver")
    assert answer["Location"] == reverse("sla:policy", args=[silver.pk])
    rows = PolicyDraft.objects.get(policy=silver).rows
    assert [one["kind"] for one in rows] == ["incident", "service_request", "consultation"]
    assert "version 1, draft" in desk.browser.get(answer["Location"]).content.decode()


def test_a_copy_begins_with_the_rows_of_the_other(desk: Desk) -> None:
    page = desk.browser.get(reverse("sla:policy-new"), {"copy": desk.policy.pk}).content.decode()
    assert "Gold (copy)" in page
    desk.browser.post(reverse("sla:policy-new"), {"name": "Gold (copy)", "copy_of": desk.policy.pk})
    copy = PolicyDraft.objects.get(policy__name="Gold (copy)")
    assert copy.rows[0]["cells"]["1"]["first_response"] == "15m"
    assert copy.based_on is None


def test_a_name_is_taken_once(desk: Desk) -> None:
    answer = desk.browser.post(reverse("sla:policy-new"), {"name": "Gold"})
    assert answer.status_code == 422
    assert "Another policy has this name already." in answer.content.decode()
    assert Policy.objects.count() == 1


def test_a_policy_gets_another_name(desk: Desk) -> None:
    assert desk.post("policy-rename", name="Platinum").status_code == 302
    desk.policy.refresh_from_db()
    assert desk.policy.name == "Platinum"


def test_a_policy_that_contracts_use_is_not_archived(desk: Desk) -> None:
    contract = contract_for(ClientFactory())
    contract.policy = desk.policy
    contract.save()
    answer = desk.post("policy-archive")
    assert answer.status_code == 409
    assert "1 contract uses this policy. Give it another policy first." in answer.content.decode()
    contract.is_archived = True
    contract.save()
    assert desk.post("policy-archive").status_code == 302
    desk.policy.refresh_from_db()
    assert desk.policy.is_archived
    assert desk.post("policy-edit").status_code == 404
    desk.post("policy-archive")
    desk.policy.refresh_from_db()
    assert not desk.policy.is_archived


def test_versions_say_what_changed_and_can_be_looked_at(desk: Desk) -> None:
    publishing.publish_policy(
        desk.policy, [{"kind": "incident", "priority": 1, "resolution": 5 * HOUR}], moscow("03-02 00:00")
    )
    page = desk.get("policy-history").content.decode()
    assert "Version 2" in page
    assert "Incident, All services, P1, resolution: 4h → 5h" in page
    old = desk.get("policy-version", 1).content.decode()
    assert "<input id=" not in old
    assert "4h" in old
    assert desk.get("policy-version", 9).status_code == 404


def test_the_versions_cost_the_same_whatever_their_number(desk: Desk, django_assert_max_num_queries) -> None:
    for day in range(2, 8):
        publishing.publish_policy(desk.policy, [{"resolution": day * HOUR}], moscow(f"03-0{day} 00:00"))
    with django_assert_max_num_queries(12):
        desk.get("policy-history")
