"""Each fault of a policy or a calendar is found; a sound one is left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sla.models import Calendar, CalendarDraft, Policy, PolicyCell, PolicyDraft, PolicyVersion
from sla.validation.check import check
from sla.versions import publishing
from tests.factories import ClientFactory, GroupFactory, ServiceFactory, UserFactory, agent_of, contract_for
from tests.sla.example_calendars import C1, HOUR, office

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
SOUND: dict[str, Any] = {"first_response": HOUR, "next_response": 2 * HOUR, "resolution": 8 * HOUR}
LEVEL = {"key": "a", "clock": "resolution", "threshold": "80%", "tell": ["assignee"]}


def published(*rows: dict[str, Any], **version: Any) -> Policy:
    """A policy with one version; with neither rows a sound one."""
    policy = Policy.objects.create(name="Gold")
    made = PolicyVersion.objects.create(policy=policy, number=1, effective_from=LONG_AGO, **version)
    PolicyCell.objects.bulk_create(PolicyCell(version=made, **(SOUND | row)) for row in rows or ({},))
    return policy


def used(definition: dict[str, Any], effective_from: datetime = LONG_AGO) -> Calendar:
    """A calendar that a row names."""
    calendar = Calendar.objects.create(name="Office")
    publishing.publish_calendar(calendar, definition, effective_from)
    published({"calendar": calendar})
    return calendar


def codes(at: datetime = AT) -> list[str]:
    found = check(at, policies=Policy.objects.all(), calendars=Calendar.objects.all())
    return sorted(one.code for one in found)


def sentences(at: datetime = AT) -> str:
    found = check(at, policies=Policy.objects.all(), calendars=Calendar.objects.all())
    return "\n".join(one.sentence for one in found)


def test_a_sound_setup_has_nothing_to_mend():
    calendar = Calendar.objects.create(name="Office")
    publishing.publish_calendar(calendar, C1 | {"country": "RU"}, LONG_AGO)
    urgent = {"priority": 1, "first_response": HOUR / 2, "next_response": HOUR, "resolution": 4 * HOUR}
    mail = {"service": ServiceFactory(), "calendar": calendar}
    person, group = UserFactory(is_agent=True), GroupFactory()
    agent_of(group)
    told = [LEVEL | {"tell": ["assignee", f"user:{person.pk}", f"group:{group.pk}"]}]
    published({}, urgent, mail, mail | urgent, escalation=told, step_targets={"accept": "30m"})
    assert codes() == []


def test_an_empty_setup_has_nothing_to_mend():
    assert codes() == []


def test_types_and_priorities_without_a_row():
    published({"kind": "incident"}, {"kind": "consultation", "priority": 1})
    assert codes() == ["matrix.uncovered", "matrix.uncovered"]
    assert "Consultation × P2, P3, P4" in sentences()
    assert "Service request × P1, P2, P3, P4" in sentences()


def test_a_matrix_without_rows():
    policy = Policy.objects.create(name="Gold")
    PolicyVersion.objects.create(policy=policy, number=1, effective_from=LONG_AGO)
    assert codes() == ["matrix.empty"]


def test_a_row_that_another_always_beats():
    published({}, {"priority": 1, "rank": 1}, {"priority": 1, "rank": 2})
    assert codes() == ["matrix.unreachable"]
    assert "any type × Critical × any service (rank 1) always comes before it" in sentences()


def test_a_row_hidden_by_all_the_rows_that_are_more_specific():
    published({}, *({"priority": priority} for priority in (1, 2, 3, 4)))
    assert codes() == ["matrix.unreachable"]


def test_the_urgent_slower_than_the_rest():
    published({}, {"priority": 1, "resolution": 9 * HOUR})
    assert codes() == ["matrix.inverted"]
    assert "Resolution: any type × Critical × any service takes longer" in sentences()


def test_the_urgent_promised_nothing():
    published({}, {"priority": 1, "next_response": None})
    assert codes() == ["matrix.urgent_without"]


def test_targets_in_days_are_compared_only_where_every_day_says_the_same():
    published(
        {"resolution": 16 * HOUR}, {"priority": 1, "resolution": timedelta(0), "days": {"resolution": 1}}
    )
    assert codes() == []


def test_an_answer_later_than_the_solution():
    published({"first_response": 9 * HOUR})
    assert codes() == ["matrix.response_after_resolution"]


def test_at_risk_only_at_the_deadline():
    published({"at_risk_percent": 100})
    assert codes() == ["matrix.risk_too_late"]


def test_a_level_before_the_start():
    published(escalation=[LEVEL | {"threshold": "-9h"}])
    assert codes() == ["escalation.before_start"]
    assert "-9h (Resolution) is never reached with a target of 8h" in sentences()


def test_a_level_for_a_promise_that_is_not_made():
    published({"next_response": None}, escalation=[LEVEL | {"clock": "next_response"}])
    assert codes() == ["escalation.no_clock"]


def test_levels_that_cannot_be_read():
    published(escalation=[{"key": "a"}])
    assert codes() == ["escalation.unreadable"]


def test_people_and_groups_who_are_gone():
    left = UserFactory(is_agent=True, is_active=False, full_name="Bob 100% Gone")
    empty = GroupFactory(name="Nobody’s")
    tell = [f"user:{left.pk}", "user:99999", f"group:{empty.pk}", "group:99999"]
    published(escalation=[LEVEL | {"tell": tell}])
    assert codes() == ["escalation.group_gone"] * 2 + ["escalation.user_gone"] * 2
    assert "names Bob 100% Gone, who does not work here" in sentences()
    assert "the group Nobody’s, in which nobody is active" in sentences()


def test_a_group_to_pass_tickets_to_that_is_gone():
    published(escalation=[LEVEL | {"reassign_to": 99999}])
    assert codes() == ["escalation.group_gone"]


def test_targets_of_steps_that_do_not_exist():
    published(step_targets={"dance": "1h", "accept": "30m"})
    assert codes() == ["steps.wrong"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["calendar.no_holidays"]),
        ({"country": "ES"}, []),
        ({"yearly": {"12-25": []}}, []),
        ({"days": {"2026-12-25": []}}, ["calendar.no_holidays"]),
        ({"days": {"2026-12-25": [], "2027-01-01": []}}, []),
        ({"days": {"2026-12-24..2027-01-06": []}}, []),
    ],
)
def test_holidays_of_this_and_the_next_year(more, expected):
    used(C1 | more)
    assert codes() == expected


def test_the_next_year_presses_from_october_on():
    used(C1 | {"days": {"2026-12-25": []}})
    found = check(AT, policies=Policy.objects.all(), calendars=Calendar.objects.all())
    assert [one.severity for one in found] == ["note"]
    autumn = AT + timedelta(days=130)
    found = check(autumn, policies=Policy.objects.all(), calendars=Calendar.objects.all())
    assert [one.severity for one in found] == ["warning"]
    assert "2027" in found[0].sentence


def test_who_works_day_and_night_needs_no_holidays():
    every = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    used(office("UTC", "00:00-24:00", days=every))
    assert codes() == []


def test_a_calendar_that_ends():
    calendar = used(C1 | {"country": "RU"})
    closed = C1 | {"country": "RU", "days": {"2027-01-01..2030-12-31": []}}
    calendar.versions.update(definition=closed)
    assert codes() == ["calendar.ends"]


def test_hours_that_cannot_be_read():
    used(C1 | {"country": "RU"}).versions.update(definition={"tz": "Moon"})
    assert codes() == ["calendar.unreadable"]


def test_an_archived_calendar_still_used():
    calendar = used(C1 | {"country": "RU"})
    Calendar.objects.filter(pk=calendar.pk).update(is_archived=True)
    assert codes() == ["calendar.archived"]


def test_a_calendar_without_hours():
    published({"calendar": Calendar.objects.create(name="Empty")})
    assert codes() == ["calendar.without_version"]


def test_calendars_of_contracts_are_looked_at_and_unused_ones_are_not():
    unused = Calendar.objects.create(name="Unused")
    publishing.publish_calendar(unused, C1, LONG_AGO)
    assert codes() == []
    contract = contract_for(ClientFactory())
    assert codes() == ["calendar.no_holidays"]
    contract.ends_on = AT.date() - timedelta(days=1)
    contract.save()
    assert codes() == []


def test_only_versions_in_force_and_to_come_are_looked_at():
    policy = published({"first_response": 9 * HOUR})
    publishing.publish_policy(policy, [SOUND], AT - timedelta(days=1))
    assert codes() == []
    publishing.publish_policy(policy, [SOUND | {"first_response": 9 * HOUR}], AT + timedelta(days=9))
    assert codes() == ["matrix.response_after_resolution"]


def test_archived_policies_are_left_in_peace():
    published({"first_response": 9 * HOUR})
    Policy.objects.update(is_archived=True)
    assert codes() == []


def test_an_older_version_that_takes_over_from_a_newer_one():
    policy = published()
    publishing.publish_policy(policy, [SOUND], AT + timedelta(days=60))
    publishing.publish_policy(policy, [SOUND], AT + timedelta(days=30))
    assert codes() == ["version.order"]
    assert "Version 3 ends on 31 July 2026: version 2" in sentences()


def test_drafts_that_were_forgotten():
    policy, calendar = published(), used_draft_calendar()
    PolicyDraft.objects.create(policy=policy)
    CalendarDraft.objects.create(calendar=calendar)
    assert codes(datetime.now(UTC)) == []
    assert codes(datetime.now(UTC) + timedelta(days=31)) == ["draft.old", "draft.old"]


def used_draft_calendar() -> Calendar:
    return Calendar.objects.create(name="Only a draft")


def test_the_number_of_statements_does_not_grow(django_assert_max_num_queries):
    for number in range(4):
        calendar = Calendar.objects.create(name=f"Office {number}")
        publishing.publish_calendar(calendar, C1, LONG_AGO)
        policy = Policy.objects.create(name=f"Policy {number}")
        for days in range(3):
            rows = [SOUND | {"calendar": calendar}, SOUND | {"service": ServiceFactory()}]
            publishing.publish_policy(policy, rows, LONG_AGO + timedelta(days=days))
    with django_assert_max_num_queries(9):
        codes()
