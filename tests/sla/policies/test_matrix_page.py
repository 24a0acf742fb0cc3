"""The page of a policy: its matrix, cell by cell and as a whole form."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from catalog.models import Service
from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft
from sla.policies import drafts
from sla.policies.matrix import differences
from sla.policies.matrix.inheritance import text_at
from tests.factories import ClientFactory, ServiceFactory, UserFactory, contract_for
from tests.sla.policies.conftest import Desk
from tests.sla.policies.rows import row

pytestmark = pytest.mark.django_db


def test_the_latest_version_is_shown_until_somebody_changes_it(desk: Desk) -> None:
    page = desk.get()
    assert "version 1</span>" in page.content.decode()
    assert "<input id=" not in page.content.decode()
    assert not PolicyDraft.objects.exists()
    assert desk.post("policy-edit").status_code == 302
    page = desk.get()
    assert "version 2, draft" in page.content.decode()
    assert 'value="15m"' in page.content.decode()


def test_inherited_values_stand_where_an_own_one_could(desk: Desk, draft: PolicyDraft, mail: Service) -> None:
    field = desk.field(1, "1", "resolution")
    found = re.search(rf'<input id="f-{field}"[^>]*>', desk.get().content.decode())
    assert found
    assert 'value=""' in found[0]
    assert 'placeholder="4h"' in found[0]


def test_a_changed_cell_is_stored_and_answered_with_those_that_inherit(
    desk: Desk, draft: PolicyDraft
) -> None:
    default, heir = desk.field(0, "1", "resolution"), desk.field(1, "1", "resolution")
    answer = desk.type(default, " 90m ").content.decode()
    assert text_at(desk.draft.rows, (0, "1", "resolution")) == "1h 30m"
    assert desk.draft.revision == 2
    assert f'id="f-{default}"' in answer
    assert f'id="f-{heir}"' in answer
    assert 'placeholder="1h 30m"' in answer
    assert "was 4h. Esc restores it" in answer
    assert "1 cell changed." in answer
    assert answer.count('class="cell3"') == 2
    assert 'name="revision" value="2"' in answer


def test_a_wrong_text_is_kept_with_its_sentence(desk: Desk, draft: PolicyDraft) -> None:
    answer = desk.type(desk.field(0, "2", "resolution"), "1 day").content.decode()
    assert "“1 day” is not a duration." in answer
    assert 'aria-invalid="true"' in answer
    assert "1 cell to fix" in answer
    assert "1 day" in desk.get().content.decode()


def test_what_is_typed_again_as_it_was_changes_nothing(desk: Desk, draft: PolicyDraft) -> None:
    desk.type(desk.field(0, "1", "resolution"), "4h")
    assert desk.draft.revision == 1


def test_another_persons_change_is_named_and_the_typed_text_kept(desk: Desk, draft: PolicyDraft) -> None:
    field, seen = desk.field(0, "1", "resolution"), differences.stamp(draft.rows)
    other = UserFactory(full_name="Boris Fast", is_superuser=True)
    changed = [row("incident", p1="15m 2h 4h", p2="30m 4h 8h"), *draft.rows[1:]]
    drafts.save(draft, revision=1, by=other, rows=changed)
    answer = desk.type(field, "3h", revision=1, seen=seen)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Boris Fast changed this draft in the meantime" in text
    assert "Incident, All services, P1, next update: 1h → 2h" in text
    assert re.search(rf'id="f-{field}"[^>]*value="3h" data-saved="4h"', text)
    assert 'name="revision" value="2"' in text
    assert text_at(desk.draft.rows, (0, "1", "resolution")) == "4h"
    assert desk.type(field, "3h").status_code == 200


def test_a_discarded_draft_takes_no_more_cells(desk: Desk, draft: PolicyDraft) -> None:
    field = desk.field(0, "1", "resolution")
    draft.delete()
    answer = desk.browser.post(
        reverse("sla:policy-cell", args=[desk.policy.pk]), {"field": field, "text": "3h", "revision": 1}
    )
    assert answer.status_code == 409
    assert "published or discarded in the meantime" in answer.content.decode()
    assert not PolicyDraft.objects.exists()


def test_a_row_that_was_removed_meanwhile_is_named(desk: Desk, draft: PolicyDraft, admin: User) -> None:
    field, seen = desk.field(1, "1", "resolution"), differences.stamp(draft.rows)
    drafts.save(draft, revision=1, by=admin, rows=draft.rows[:1])
    answer = desk.type(field, "3h", seen=seen)
    assert answer.status_code == 409
    assert "“3h” is not saved: its row was deleted." in answer.content.decode()
    assert "row removed: Incident, E-mail" in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999999", "²"])
def test_a_broken_revision_is_an_old_one(desk: Desk, draft: PolicyDraft, revision: str) -> None:
    assert desk.type(desk.field(0, "1", "resolution"), "3h", revision=revision).status_code == 409


def test_without_scripts_the_whole_form_is_saved(desk: Desk, draft: PolicyDraft) -> None:
    right, wrong = desk.field(0, "1", "resolution"), desk.field(0, "2", "resolution")
    answer = desk.post("policy-save", **{right: "5h", wrong: "two hours", "revision": 1, "seen": ""})
    assert answer.status_code == 302
    assert text_at(desk.draft.rows, (0, "1", "resolution")) == "5h"
    assert text_at(desk.draft.rows, (0, "2", "resolution")) == "two hours"
    assert "Cells to fix: 1." in desk.get().content.decode()


def test_without_scripts_an_old_form_comes_back_with_its_texts(
    desk: Desk, draft: PolicyDraft, admin: User
) -> None:
    mine, other = desk.field(0, "1", "resolution"), desk.field(0, "1", "next_response")
    seen = differences.stamp(draft.rows)
    changed = [row("incident", p1="15m 2h 4h", p2="30m 4h 8h"), *draft.rows[1:]]
    drafts.save(draft, revision=1, by=admin, rows=changed)
    answer = desk.post("policy-save", **{mine: "5h", other: "1h", "revision": 1, "seen": seen})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(rf'id="f-{mine}"[^>]*value="5h"', text)
    assert re.search(rf'id="f-{other}"[^>]*value="2h"', text)  # that one was not touched here


def test_a_hostile_name_or_text_is_only_text(desk: Desk, draft: PolicyDraft) -> None:
    ServiceFactory(name="<script>alert(1)</script>")
    answer = desk.type(desk.field(0, "1", "resolution"), "<b>1</b>").content.decode()
    assert "<b>1</b>" not in answer
    assert desk.type("no-such-field", "1h").status_code == 409


def test_the_page_costs_the_same_whatever_the_number_of_rows(
    desk: Desk, draft: PolicyDraft, admin: User, django_assert_max_num_queries
) -> None:
    more = [row("incident", ServiceFactory().pk, p1="15m 1h 4h") for _number in range(20)]
    drafts.save(draft, revision=1, by=admin, rows=[*draft.rows, *more])
    with django_assert_max_num_queries(10):
        assert desk.get().status_code == 200


def test_the_bar_says_who_uses_the_policy(desk: Desk, gold: Policy) -> None:
    contract = contract_for(ClientFactory())
    contract.policy = gold
    contract.save()
    assert "Used by 1 contract, 0 open tickets" in desk.get().content.decode()


def test_looking_writes_nothing(desk: Desk) -> None:
    sessions = Session.objects.count()
    desk.get()
    assert (PolicyDraft.objects.count(), Session.objects.count()) == (0, sessions)
