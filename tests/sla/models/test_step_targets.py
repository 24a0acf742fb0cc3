"""Which targets of steps may be written into a policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from sla.models import Policy, step_targets
from sla.versions import publishing
from tests.sla.conftest import LONG_AGO


@pytest.mark.parametrize("targets", [{}, {"accept": "30m"}, {"work": "1d 4h", "review": "2h"}])
def test_steps_with_durations_are_right(targets: dict[str, str]) -> None:
    assert step_targets.mistakes(targets) == {}


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"accept": "1 day"}, "“1 day” is not a duration"),
        ({"accept": "-2h"}, "not a duration"),
        ({"accept": 30}, "not a duration"),
        ({"accept": "0m"}, "must be longer than zero"),
        ({"accept": "999999d"}, "longer than a year"),
        ({"wait_client": "1h"}, "no such step"),
        (["30m"], "step and duration"),
    ],
)
def test_a_mistake_has_a_sentence(targets: Any, said: str) -> None:
    (sentence,) = step_targets.mistakes(targets).values()
    assert said in sentence


@pytest.mark.django_db
def test_a_version_with_wrong_targets_is_not_published() -> None:
    policy = Policy.objects.create(name="Gold")
    with pytest.raises(ValidationError, match="accept"):
        publishing.publish_policy(policy, [], LONG_AGO, step_targets={"accept": "soon"})
    assert not policy.versions.exists()
