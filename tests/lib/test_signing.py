"""Links of mails: one purpose, a limited time, a sentence for whoever holds a bad one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from servicedesk.lib import signing
from servicedesk.lib.refusals import Refusal

DAY = timedelta(days=1)
MARCH_2 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_payload_comes_back() -> None:
    token = signing.make("answer", {"ticket": 7, "rating": 5})
    assert signing.read("answer", token, DAY) == {"ticket": 7, "rating": 5}


def test_token_of_another_purpose_is_broken() -> None:
    token = signing.make("answer", {"ticket": 7})
    with pytest.raises(signing.LinkBroken):
        signing.read("invitation", token, DAY)


def test_token_is_good_until_its_last_second_and_expired_after() -> None:
    with time_machine.travel(MARCH_2, tick=False):
        token = signing.make("answer", {"ticket": 7})
    with time_machine.travel(MARCH_2 + DAY, tick=False):
        assert signing.read("answer", token, DAY) == {"ticket": 7}
    with (
        time_machine.travel(MARCH_2 + DAY + timedelta(seconds=1), tick=False),
        pytest.raises(Refusal) as caught,
    ):
        signing.read("answer", token, DAY)
    assert isinstance(caught.value, signing.LinkExpired)
    assert "expired" in str(caught.value)


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", lambda t: "ключ:\x00:a"]
)
def test_changed_token_is_broken(spoil: Callable[[str], str]) -> None:
    token = signing.make("answer", {"ticket": 7})
    with pytest.raises(signing.LinkBroken, match="incomplete"):
        signing.read("answer", spoil(token), DAY)
