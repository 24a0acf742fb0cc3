"""From where somebody comes, with and without proxies in front."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from structlog.testing import capture_logs

from servicedesk.attempts import checks, visitor
from servicedesk.people.models import User
from tests.attempts.conftest import PASSWORD, sign_in


def seen(passed: str = "", near: str = "10.0.0.1") -> str:
    headers = {"X-Forwarded-For": passed} if passed else {}
    return visitor.address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=near))


@pytest.mark.parametrize(
    ("proxies", "passed", "address"),
    [
        (0, "198.51.100.7", "10.0.0.1"),
        (None, "198.51.100.7", "10.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.1, 198.51.100.7", "198.51.100.7"),  # the first part was made up by the visitor
        (2, "203.0.113.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "198.51.100.7"),
        (1, "", "10.0.0.1"),
        (1, "198.51.100.7:4711", "198.51.100.7"),
        (1, "[2001:db8::1]:4711", "2001:db8::/64"),
        (1, "2001:db8:0:5:aaaa::1", "2001:db8:0:5::/64"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "nonsense", "unknown"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Any, proxies: int | None, passed: str, address: str
) -> None:
    settings.PROXY_COUNT = proxies
    assert seen(passed) == address


@pytest.mark.django_db
def test_behind_a_counted_proxy_each_visitor_has_limits_of_their_own(
    settings: Any, helen: User, clock: Any
) -> None:
    settings.PROXY_COUNT = 1
    mallory, other = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "198.51.100.8"}
    answers = [sign_in(headers=mallory).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert sign_in(password=PASSWORD, headers=other).status_code == 302


@pytest.mark.django_db
def test_behind_a_proxy_that_is_not_counted_nobody_locks_everybody_out(
    settings: Any, helen: User, clock: Any
) -> None:
    settings.PROXY_COUNT = None
    passed = {"X-Forwarded-For": "198.51.100.7"}
    for number in range(40):
        sign_in(f"person{number}@example.com", headers=passed, REMOTE_ADDR="172.18.0.2")
    assert sign_in(password=PASSWORD, headers=passed, REMOTE_ADDR="172.18.0.2").status_code == 302


@pytest.mark.django_db
def test_no_proxy_written_down_is_believed(settings: Any, helen: User, clock: Any) -> None:
    """Then a header, even of a neighbour, is made up and no way round."""
    settings.PROXY_COUNT = 0
    answers = [
        sign_in(f"x{number}@example.com", headers={"X-Forwarded-For": str(number)}, REMOTE_ADDR="10.0.0.5")
        for number in range(40)
    ]
    assert [answer.status_code for answer in answers] == [422] * 15 + [429] * 25


@pytest.mark.django_db
def test_a_made_up_header_from_the_open_network_is_no_way_round(helen: User, clock: Any) -> None:
    answers = [
        sign_in(f"person{number}@example.com", headers={"X-Forwarded-For": "1.2.3.4"}, REMOTE_ADDR="8.8.8.8")
        for number in range(16)
    ]
    assert [answer.status_code for answer in answers] == [422] * 15 + [429]


@pytest.mark.django_db
def test_an_uncounted_proxy_is_told_to_the_administrator_once(settings: Any, told_anew: None) -> None:
    settings.PROXY_COUNT = None
    with capture_logs() as logs:
        for _ in range(3):
            Browser().get("/sign-in/", headers={"X-Forwarded-For": "198.51.100.7"})
    warnings = [line for line in logs if line["log_level"] == "warning"]
    assert len(warnings) == 1
    assert "PROXY_COUNT" in warnings[0]["event"]


@pytest.mark.django_db
def test_a_counted_proxy_is_no_reason_to_warn(settings: Any, told_anew: None) -> None:
    settings.PROXY_COUNT = 1
    with capture_logs() as logs:
        Browser().get("/sign-in/", headers={"X-Forwarded-For": "198.51.100.7"})
    assert [line for line in logs if line["log_level"] == "warning"] == []


@pytest.mark.parametrize(
    ("header", "https", "proxies", "found"),
    [
        (None, False, None, []),
        (("HTTP_X_FORWARDED_PROTO", "https"), False, None, ["attempts.E001"]),
        (("HTTP_X_FORWARDED_PROTO", "https"), True, 0, ["attempts.E001"]),
        (("HTTP_X_FORWARDED_PROTO", "https"), True, 1, []),
        (None, True, None, ["attempts.W001"]),
        (None, True, 0, []),
        (None, True, -1, ["attempts.E002"]),
    ],
)
def test_check_deploy_names_a_proxy_that_is_not_counted(
    settings: Any, header: Any, https: bool, proxies: int | None, found: list[str]
) -> None:
    settings.SECURE_PROXY_SSL_HEADER, settings.HTTPS, settings.PROXY_COUNT = header, https, proxies
    assert [message.id for message in checks.proxies_are_counted()] == found
