"""The page of a policy's escalation levels."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft
from sla.policies import drafts
from tests.factories import GroupFactory, UserFactory, agent_of
from tests.sla.escalation.escalating import level, policy_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(is_superuser=True)


@pytest.fixture
def browser(admin: User) -> Browser:
    browser = Browser()
    browser.force_login(admin)
    return browser


@pytest.fixture
def rules(db: None) -> Policy:
    return policy_with(level("80%", "assignee"), level("0", "leaders"))


@pytest.fixture
def draft(rules: Policy, admin: User) -> PolicyDraft:
    return drafts.draft_of(rules, admin)


def path(policy: Policy, name: str = "", **more: Any) -> str:
    return reverse(f"sla:policy-escalation{name}", args=[policy.pk, *more.values()])


def sent(draft: PolicyDraft, **fields: Any) -> dict[str, Any]:
    usual = {
        "revision": draft.revision,
        "key": "",
        "clock": "resolution",
        "threshold": "-1h",
        "tell": "group",
    }
    return usual | fields


def stored(draft: PolicyDraft) -> list[dict[str, Any]]:
    draft.refresh_from_db()
    levels: list[dict[str, Any]] = draft.escalation
    return levels


def test_published_levels_are_read_in_words(browser: Browser, rules: Policy) -> None:
    page = browser.get(path(rules)).content.decode()
    assert "80% of the time used" in page
    assert "At the deadline" in page
    assert "Notified: Leaders of the group" in page
    assert 'name="threshold"' not in page
    assert not PolicyDraft.objects.exists()


def test_a_draft_is_begun_and_then_levels_can_be_written(browser: Browser, rules: Policy) -> None:
    assert browser.post(path(rules, "-begin")).status_code == 302
    assert PolicyDraft.objects.get().escalation == rules.versions.get().escalation
    assert browser.get(path(rules)).content.decode().count('name="threshold"') == 3  # two, and a new one


def test_a_level_is_added_in_its_place_in_time(browser: Browser, rules: Policy, draft: PolicyDraft) -> None:
    group, person = GroupFactory(), agent_of(GroupFactory())
    fields = {
        "tell": ["assignee", "leaders"],
        "tell_also": [f"user:{person.pk}"],
        "raise_priority": "on",
        "reassign_to": str(group.pk),
    }
    answer = browser.post(path(rules), sent(draft, threshold=" + 2h", **fields))
    assert answer.status_code == 302
    levels = stored(draft)
    assert [each["threshold"] for each in levels] == ["80%", "100%", "+2h"]
    added = levels[-1]
    assert added.pop("key")
    assert added == {
        "clock": "resolution",
        "threshold": "+2h",
        "tell": ["assignee", "leaders", f"user:{person.pk}"],
        "raise_priority": True,
        "reassign_to": group.pk,
        "off_hours": False,
    }
    page = browser.get(path(rules)).content.decode()
    assert str(person) in page
    assert f"the ticket is reassigned to {group}" in page


def test_a_level_is_changed_and_keeps_its_key(browser: Browser, rules: Policy, draft: PolicyDraft) -> None:
    key = draft.escalation[0]["key"]
    browser.post(path(rules), sent(draft, key=key, threshold="75%", tell="assignee"))
    assert [(each["key"], each["threshold"]) for each in stored(draft)] == [
        (key, "75%"),
        (draft.escalation[1]["key"], "100%"),
    ]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"threshold": "soon"}, "threshold", "is no threshold"),
        ({"threshold": ""}, "threshold", "Write for example"),
        ({"threshold": "80%"}, "threshold", "for this clock already"),
        ({"tell": []}, "tell", "does nothing"),
        ({"clock": "life"}, "clock", ""),
        ({"reassign_to": "999999"}, "reassign_to", ""),
        ({"tell_also": ["user:999999"]}, "tell_also", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(
    browser: Browser, rules: Policy, draft: PolicyDraft, fields: dict[str, Any], field: str, sentence: str
) -> None:
    before = draft.escalation
    answer = browser.post(path(rules), sent(draft, **fields))
    assert answer.status_code == 422
    [error] = answer.context["bound"].errors[field]
    assert sentence in error
    assert error in answer.context["bound"][field].errors
    if fields.get("threshold"):
        assert f'value="{fields["threshold"]}"' in answer.content.decode()
    assert stored(draft) == before


def test_a_page_older_than_the_draft_is_told_and_what_was_typed_is_kept(
    browser: Browser, rules: Policy, draft: PolicyDraft
) -> None:
    other = UserFactory(is_superuser=True, full_name="Ines Vidal")
    drafts.save(draft, revision=draft.revision, by=other, escalation=[level("60%", "assignee")])
    answer = browser.post(path(rules), sent(draft, key="80_percent", threshold="77%"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ines Vidal changed this draft in the meantime" in page
    assert 'value="77%"' in page
    assert f'name="revision" value="{draft.revision + 1}"' in page
    assert [each["threshold"] for each in stored(draft)] == ["60%"]


def test_nothing_is_written_without_a_draft(browser: Browser, rules: Policy) -> None:
    fields = {"revision": 1, "key": "", "clock": "any", "threshold": "5%", "tell": "group"}
    assert browser.post(path(rules), fields).status_code == 409
    assert browser.post(path(rules, "-remove", key="80_percent"), {"revision": 1}).status_code == 409


def test_a_level_is_removed(browser: Browser, rules: Policy, draft: PolicyDraft) -> None:
    key = draft.escalation[0]["key"]
    browser.post(path(rules, "-remove", key=key), {"revision": draft.revision})
    assert [each["threshold"] for each in stored(draft)] == ["100%"]


def test_a_copy_begins_with_what_the_level_says(browser: Browser, rules: Policy, draft: PolicyDraft) -> None:
    initial = browser.get(path(rules), {"copy": "80_percent"}).context["new"].initial
    assert (initial["key"], initial["threshold"], initial["tell"]) == ("", "80%", ["assignee"])
    assert browser.get(path(rules), {"copy": "gone"}).status_code == 200


def test_levels_are_copied_from_another_policy(browser: Browser, rules: Policy, draft: PolicyDraft) -> None:
    other = policy_with(level("+3h", "account_manager"), name="Silver")
    fields = {"revision": draft.revision, "policy": other.pk}
    assert browser.post(path(rules, "-copy-from"), fields).status_code == 302
    assert [each["threshold"] for each in stored(draft)] == ["+3h"]
    assert browser.post(path(rules, "-copy-from"), fields).status_code == 409


def test_somebody_who_left_stays_readable(browser: Browser, admin: User) -> None:
    gone = UserFactory(is_agent=True, is_active=False, full_name="Oleg Gone")
    rules = policy_with(level("80%", f"user:{gone.pk}", "user:999999", "group:999999"))
    drafts.draft_of(rules, admin)
    page = browser.get(path(rules)).content.decode()
    assert "Oleg Gone (has left)" in page
    assert "deleted person" in page
    assert "deleted group" in page


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_costs_the_same_whatever_the_number_of_levels(
    browser: Browser, admin: User, count: int, django_assert_max_num_queries: Any
) -> None:
    rules = policy_with(*(level(f"{10 + number}%", "assignee") for number in range(count)))
    drafts.draft_of(rules, admin)
    with django_assert_max_num_queries(10):
        assert browser.get(path(rules)).status_code == 200


def test_only_administrators_find_it(rules: Policy) -> None:
    for person in (UserFactory(), UserFactory(is_agent=True), UserFactory(is_account_manager=True)):
        browser = Browser()
        browser.force_login(person)
        assert browser.get(path(rules)).status_code == 404
