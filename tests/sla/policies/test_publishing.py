"""A draft becomes a version: with its preview, its date, and nothing half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft, PolicyVersion, TermsChange
from sla.policies import drafts
from sla.policies.matrix import grid
from sla.versions import publishing
from tests.sla.policies.conftest import Desk
from tests.sla.policies.rows import row

pytestmark = pytest.mark.django_db

NOW = {"scope": "new", "effective_from": ""}


@pytest.fixture
def changed(desk: Desk, draft: PolicyDraft, admin: User) -> PolicyDraft:
    rows = [row("incident", p1="15m 1h 1d.5h", p2="30m 4h 8h"), *draft.rows[1:]]
    return drafts.save(
        draft, revision=1, by=admin, rows=rows, step_targets={"accept": "30m"}, escalation=draft.escalation
    )


def test_the_page_before_publishing_says_what_changes(desk: Desk, changed: PolicyDraft) -> None:
    page = desk.get("policy-publish").content.decode()
    assert "Incident, All services, P1, resolution: 4h → 1d 5h" in page
    assert "Publish version 2" in page
    assert f'<a class="btn" href="/setup/sla/policies/{desk.policy.pk}/">Back to the matrix</a>' in page


def test_publishing_makes_a_version_and_ends_the_draft(desk: Desk, changed: PolicyDraft, admin: User) -> None:
    answer = desk.post("policy-publish", revision=2, **NOW)
    assert answer.status_code == 302
    version = desk.policy.versions.get(number=2)
    cells = {(cell.service_id is None, cell.priority): cell for cell in version.cells.all()}
    default, mail = cells[True, 1], cells[False, 1]
    assert (default.resolution, default.days) == (timedelta(hours=5), {"resolution": 1})
    assert (mail.days, mail.inherited) == ({"resolution": 1}, ["first_response", "resolution"])
    assert (version.published_by, version.step_targets) == (admin, {"accept": "30m"})
    assert not PolicyDraft.objects.exists()
    assert not TermsChange.objects.exists()
    assert grid.rows_of(version) == changed.rows


def test_open_tickets_are_ordered_along(desk: Desk, changed: PolicyDraft) -> None:
    desk.post("policy-publish", revision=2, scope="open", effective_from="")
    assert TermsChange.objects.get().policy_version == desk.policy.versions.get(number=2)


def test_wrong_cells_are_not_published(desk: Desk, draft: PolicyDraft, admin: User) -> None:
    drafts.save(draft, revision=1, by=admin, rows=[row("incident", p1="15m 1h 1.day")])
    answer = desk.post("policy-publish", revision=2, **NOW)
    assert answer.status_code == 422
    assert "1 cell to fix" in answer.content.decode()
    assert desk.policy.versions.count() == 1
    assert desk.get("policy-effect").content == b""


def test_a_version_cannot_begin_before_another(desk: Desk, changed: PolicyDraft) -> None:
    later = timezone.now() + timedelta(days=30)
    publishing.publish_policy(desk.policy, [], later)
    answer = desk.post("policy-publish", revision=2, **NOW)
    assert answer.status_code == 422
    assert "Version 2 is valid from" in answer.content.decode()
    assert "Choose a later time." in answer.content.decode()
    assert PolicyDraft.objects.exists()


def test_a_draft_that_changed_meanwhile_is_not_published(
    desk: Desk, changed: PolicyDraft, admin: User
) -> None:
    drafts.save(changed, revision=2, by=admin, rows=[])
    answer = desk.post("policy-publish", revision=2, **NOW)
    assert answer.status_code == 409
    assert "Ada Admin changed this draft in the meantime" in answer.content.decode()
    assert PolicyVersion.objects.count() == 1


def test_a_service_that_is_gone_keeps_its_row_from_being_published(
    desk: Desk, draft: PolicyDraft, admin: User
) -> None:
    drafts.save(draft, revision=1, by=admin, rows=[row("incident", 999_999, p1="1h 1h 1h")])
    assert "This service does not exist any more." in desk.get().content.decode()
    assert desk.post("policy-publish", revision=2, **NOW).status_code == 422


def test_the_chosen_day_is_taken_along(desk: Desk, changed: PolicyDraft) -> None:
    day = timezone.localdate() + timedelta(days=40)
    page = desk.get("policy-publish", effective_from=day.isoformat()).content.decode()
    assert f'value="{day.isoformat()}T00:00"' in page
    for nonsense in ("yesterday", "2020-01-01", "9999-99-99"):
        assert desk.get("policy-publish", effective_from=nonsense).status_code == 200


def test_the_effect_is_a_sentence(desk: Desk, changed: PolicyDraft) -> None:
    assert desk.get("policy-effect").content.decode() == "No open ticket would change."


def test_a_policy_with_nothing_published_can_be(desk: Desk, admin: User) -> None:
    silver = Policy.objects.create(name="Silver")
    drafts.begin(silver, by=admin, rows=[row("incident", p1="15m 1h 4h")])
    other = Desk(admin, silver)
    assert other.post("policy-publish", revision=1, **NOW).status_code == 302
    assert silver.versions.get().number == 1
