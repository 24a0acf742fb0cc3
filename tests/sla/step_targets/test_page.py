"""The screen of internal targets: it writes the draft of a policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft
from sla.policies import drafts
from sla.versions import publishing
from tests.factories import GroupFactory, UserFactory, agent_of
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(is_superuser=True, full_name="Ada Min")


@pytest.fixture
def browser(admin: User) -> Browser:
    return signed_in(admin)


@pytest.fixture
def gold(db: None) -> Policy:
    policy = Policy.objects.create(name="Gold plus")
    publishing.publish_policy(policy, [{"resolution": HOUR}], LONG_AGO, step_targets={"accept": "30m"})
    return policy


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def page(policy: Policy) -> str:
    return reverse("sla:policy-steps", args=[policy.pk])


def test_without_a_draft_the_page_shows_what_is_published(browser: Browser, gold: Policy) -> None:
    text = browser.get(page(gold)).content.decode()
    assert 'value="30m"' in text
    assert "Published: 30m" in text
    assert not PolicyDraft.objects.exists()


def test_all_steps_are_named_in_words(browser: Browser, gold: Policy) -> None:
    text = browser.get(page(gold)).content.decode()
    assert all(label in text for label in ("Classify", "Approve", "Fulfilment", "Answer received"))


def test_saving_begins_a_draft_and_leaves_the_published_version(
    browser: Browser, gold: Policy, admin: User
) -> None:
    answer = browser.post(page(gold), {"revision": 0, "accept": " 45m ", "work": "1d 4h"}, follow=True)
    assert "counts once the policy is published" in answer.content.decode()
    draft = PolicyDraft.objects.get()
    assert draft.step_targets == {"accept": "45m", "work": "1d 4h"}
    assert (draft.changed_by, len(draft.rows) > 0) == (admin, True)
    assert gold.versions.get().step_targets == {"accept": "30m"}


def test_an_emptied_field_takes_the_clock_away(browser: Browser, gold: Policy) -> None:
    browser.post(page(gold), {"revision": 0, "accept": ""})
    assert PolicyDraft.objects.get().step_targets == {}


@pytest.mark.parametrize("wrong", ["1 day", "-2h", "soon", "0m", "900000h"])
def test_a_wrong_duration_is_said_beside_its_field(browser: Browser, gold: Policy, wrong: str) -> None:
    answer = browser.post(page(gold), {"revision": 0, "accept": wrong, "work": "2h"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count('aria-invalid="true"') == 1
    assert f'value="{wrong}"' in text
    assert 'value="2h"' in text
    assert not PolicyDraft.objects.exists()


def test_a_stale_page_is_told_who_was_first_and_keeps_what_was_typed(
    browser: Browser, gold: Policy, admin: User
) -> None:
    other = UserFactory(is_superuser=True, full_name="Olga Vesper")
    draft = drafts.draft_of(gold, other)
    drafts.save(draft, revision=1, by=other, step_targets={"accept": "20m"})
    answer = browser.post(page(gold), {"revision": 1, "accept": "45m"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Olga Vesper" in text
    assert "Stored now: 20m" in text
    assert 'value="45m"' in text
    again = browser.post(page(gold), {"revision": 2, "accept": "45m"})
    assert again.status_code == 302
    assert PolicyDraft.objects.get().step_targets == {"accept": "45m"}


def test_a_draft_begun_by_another_meanwhile_is_not_overwritten(browser: Browser, gold: Policy) -> None:
    drafts.draft_of(gold, UserFactory(full_name="Olga Vesper"))
    assert browser.post(page(gold), {"revision": 0, "accept": "45m"}).status_code == 409
    assert PolicyDraft.objects.get().step_targets == {"accept": "30m"}


def test_a_draft_that_was_discarded_is_not_begun_again_by_itself(browser: Browser, gold: Policy) -> None:
    answer = browser.post(page(gold), {"revision": 3, "accept": "45m"})
    assert answer.status_code == 409
    assert "published or discarded" in answer.content.decode()
    assert not PolicyDraft.objects.exists()


def test_the_page_costs_the_same_whatever_the_policy(
    browser: Browser, gold: Policy, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):  # session, person, policy, draft, version, number; two of the rail
        browser.get(page(gold))


def test_an_archived_policy_is_only_read(browser: Browser, gold: Policy) -> None:
    Policy.objects.filter(pk=gold.pk).update(is_archived=True)
    assert "Save in the draft" not in browser.get(page(gold)).content.decode()
    assert browser.post(page(gold), {"revision": 0, "accept": "45m"}).status_code == 409
    assert not PolicyDraft.objects.exists()


def test_only_administrators_find_it(gold: Policy) -> None:
    for person in (agent_of(GroupFactory()), UserFactory(is_account_manager=True)):
        assert signed_in(person).get(page(gold)).status_code == 404
