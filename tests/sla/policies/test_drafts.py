"""One draft a policy, shared by all and saved part by part."""

from __future__ import annotations

import pytest

from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft
from sla.policies import drafts
from sla.policies.matrix import differences, grid
from sla.policies.matrix.inheritance import Row
from tests.factories import UserFactory
from tests.sla.policies.rows import row

pytestmark = pytest.mark.django_db


def test_a_draft_begins_as_a_copy_of_the_latest_version(gold: Policy, rows: list[Row], admin: User) -> None:
    draft = drafts.draft_of(gold, admin)
    assert draft.rows == grid.rows_of(gold.versions.get())
    assert not differences.between(rows, draft.rows).texts
    assert draft.based_on == gold.versions.get()


def test_the_second_who_begins_joins_the_first(draft: PolicyDraft, gold: Policy) -> None:
    assert drafts.draft_of(gold, UserFactory()) == draft


def test_escalation_and_steps_are_saved_beside_the_rows(draft: PolicyDraft, admin: User) -> None:
    saved = drafts.save(draft, revision=1, by=admin, step_targets={"accept": "30m"})
    draft.refresh_from_db()
    assert (saved.revision, draft.revision, draft.step_targets) == (2, 2, {"accept": "30m"})
    assert draft.rows != []


def test_an_older_page_is_told_who_was_faster(draft: PolicyDraft, admin: User) -> None:
    drafts.save(draft, revision=1, by=admin, rows=[])
    with pytest.raises(drafts.Conflict, match="Ada Admin changed this draft in the meantime") as conflict:
        drafts.save(draft, revision=1, by=UserFactory(), rows=[row()])
    assert conflict.value.draft is not None
    draft.refresh_from_db()
    assert draft.rows == []


def test_a_draft_that_is_gone_is_a_conflict_too(draft: PolicyDraft, admin: User) -> None:
    drafts.discard(draft, revision=1)
    with pytest.raises(drafts.Conflict, match="published or discarded") as conflict:
        drafts.save(draft, revision=1, by=admin, rows=[])
    assert conflict.value.draft is None


def test_differences_are_counted_by_field_and_row() -> None:
    before = [row(p1="15m 1h 4h"), row("incident", 7), row("incident", 8, p1="_ _ 2h")]
    after = [row(p1="15m 1h 4h"), row("incident", 8, p1="1h _ 2h", calendar=3), row("incident", 9)]
    found = differences.between(before, after)
    assert [(one.row["service"], one.target, one.before, one.after) for one in found.texts] == [
        (8, "first_response", "", "1h")
    ]
    names = [[one["service"] for one in part] for part in (found.added, found.removed, found.options)]
    assert names == [[9], [7], [8]]
    assert not differences.between(before, before)


def test_a_stamp_tells_later_what_others_changed() -> None:
    before = [row(p1="15m 1h 4h"), row("*", 7, any="_ _ 2d")]
    seen = differences.unstamped(differences.stamp(before))
    assert not differences.between(seen, before)
    after = [row(p1="15m 2h 4h", at_risk_percent=50), row("*", 7, any="_ _ 2d")]
    found = differences.between(seen, after)
    assert [(one.before, one.after) for one in found.texts] == [("1h", "2h")]
    assert len(found.options) == 1


@pytest.mark.parametrize(
    "text", ["", "{", "7", "[1]", '[["x"]]', "[[[]]]", '[["incident", "7", 0, 0, "a"]]', "[" * 100_000]
)
def test_a_stamp_that_is_none_is_ignored(text: str) -> None:
    assert differences.unstamped(text) == []
