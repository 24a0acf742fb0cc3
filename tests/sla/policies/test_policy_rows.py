"""Rows of a draft, and what replaces all of them: each can be put back."""

from __future__ import annotations

import pytest

from catalog.models import Service
from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft
from sla.policies import drafts, matrix_table
from sla.versions import publishing
from tests.factories import ServiceFactory, published_calendar
from tests.sla.conftest import LONG_AGO
from tests.sla.policies.conftest import Desk

pytestmark = pytest.mark.django_db

OPTIONS = {"at_risk_percent": 75, "retarget": "change", "reopen": "cycle", "rank": 0, "calendar": ""}


def slug(draft: PolicyDraft, number: int) -> str:
    return matrix_table.slugs(draft.rows)[number]


def test_a_row_is_added_below_its_type(desk: Desk, draft: PolicyDraft) -> None:
    phones = ServiceFactory(name="Phones")
    assert "Phones" in desk.get("policy-rows").content.decode()
    answer = desk.post("policy-rows", revision=1, kind="incident", service=phones.pk)
    assert answer.status_code == 302
    assert [one["service"] for one in desk.draft.rows][-1] == phones.pk


def test_a_second_row_for_the_same_tickets_is_refused(desk: Desk, draft: PolicyDraft, mail: Service) -> None:
    answer = desk.post("policy-rows", revision=1, kind="incident", service=mail.pk)
    assert answer.status_code == 422
    assert "There is a row for this type and service already." in answer.content.decode()


def test_a_row_has_options_of_its_own(desk: Desk, draft: PolicyDraft) -> None:
    night = published_calendar("24 × 7")
    row = slug(draft, 1)
    assert "At risk from, %" in desk.get("policy-row", row).content.decode()
    asked = OPTIONS | {"revision": 1, "calendar": night.pk, "pause_in": ["waiting_approval"]}
    assert desk.post("policy-row", row, **asked).status_code == 302
    changed = desk.draft.rows[1]
    assert (changed["calendar"], changed["at_risk_percent"]) == (night.pk, 75)
    assert (changed["pause_in"], changed["retarget"], changed["reopen"]) == (
        ["waiting_approval"],
        "change",
        "cycle",
    )
    page = desk.get().content.decode()
    assert "24 × 7, approval not counted, client’s time counted" in page
    assert "options of 1 row changed." in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("at_risk_percent", 0), ("at_risk_percent", 101), ("rank", -1), ("retarget", "x"), ("pause_in", "new")],
)
def test_options_that_cannot_be_are_refused(
    desk: Desk, draft: PolicyDraft, field: str, value: object
) -> None:
    answer = desk.post("policy-row", slug(draft, 1), **(OPTIONS | {"revision": 1, field: value}))
    assert answer.status_code == 422
    assert desk.draft.revision == 1


def test_a_removed_row_can_be_put_back(desk: Desk, draft: PolicyDraft) -> None:
    desk.post("policy-row-remove", slug(draft, 1), revision=1)
    assert len(desk.draft.rows) == 1
    page = desk.get().content.decode()
    assert "The row “Incident, E-mail” is removed." in page
    desk.post("policy-put-back", revision=desk.draft.revision)
    assert desk.draft.rows == draft.rows
    assert ">Restore<" not in desk.get().content.decode()


def test_a_discarded_draft_can_be_put_back(desk: Desk, draft: PolicyDraft, admin: User) -> None:
    drafts.save(draft, revision=1, by=admin, step_targets={"accept": "30m"})
    desk.post("policy-discard", revision=2)
    assert not PolicyDraft.objects.exists()
    assert "The draft is discarded." in desk.get().content.decode()
    desk.post("policy-put-back", revision=0)
    assert (desk.draft.rows, desk.draft.step_targets) == (draft.rows, {"accept": "30m"})


def test_the_draft_of_a_policy_never_published_can_be_put_back(admin: User) -> None:
    silver = Policy.objects.create(name="Silver")
    desk, draft = Desk(admin, silver), drafts.draft_of(silver, admin)
    desk.post("policy-discard", revision=1)
    assert "nothing published" in desk.get().content.decode()
    desk.post("policy-put-back", revision=0)
    assert desk.draft.rows == draft.rows


def test_an_older_page_does_not_discard_what_others_wrote(
    desk: Desk, draft: PolicyDraft, admin: User
) -> None:
    drafts.save(draft, revision=1, by=admin, rows=[])
    assert desk.post("policy-discard", revision=1).status_code == 409
    assert PolicyDraft.objects.exists()


def test_nothing_kept_nothing_put_back(desk: Desk, draft: PolicyDraft) -> None:
    assert desk.post("policy-put-back", revision=1).status_code == 404


def test_the_matrix_of_another_policy_can_be_taken_over(desk: Desk, draft: PolicyDraft) -> None:
    silver = Policy.objects.create(name="Silver")
    publishing.publish_policy(silver, [], LONG_AGO, step_targets={"accept": "1h"})
    assert "Silver" in desk.get("policy-copy-from").content.decode()
    assert desk.post("policy-copy-from", revision=1, source=silver.pk).status_code == 302
    assert (desk.draft.rows, desk.draft.step_targets) == ([], {})
    desk.post("policy-put-back", revision=2)
    assert desk.draft.rows == draft.rows
    desk.post("policy-copy-from", revision=3, source=silver.pk, with_rest="on")
    assert desk.draft.step_targets == {"accept": "1h"}


def test_in_a_dialog_the_same_form_comes_alone(desk: Desk, draft: PolicyDraft) -> None:
    url = f"/setup/sla/policies/{desk.policy.pk}/rows/"
    answer = desk.browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert answer.strip().startswith("<dialog")
