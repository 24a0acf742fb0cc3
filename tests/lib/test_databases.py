"""DATABASE_URL: what it says wins over our defaults, and our defaults are really used."""

from __future__ import annotations

from servicedesk.lib.databases import settings_of


def test_connections_stay_open_for_the_next_request() -> None:
    found = settings_of("postgres://desk:secret@db:5432/desk")
    assert found["CONN_MAX_AGE"] == 60
    assert found["CONN_HEALTH_CHECKS"] is True


def test_the_address_may_say_another_age() -> None:
    assert settings_of("postgres:///desk?conn_max_age=0")["CONN_MAX_AGE"] == 0
    assert settings_of("postgres:///desk?conn_max_age=600")["CONN_MAX_AGE"] == 600
    assert settings_of("postgres:///desk?conn_max_age=none")["CONN_MAX_AGE"] is None
    assert settings_of("postgres:///desk?conn_health_checks=false")["CONN_HEALTH_CHECKS"] is False


def test_waiting_for_a_lock_is_bounded_beside_other_options_and_they_win() -> None:
    assert settings_of("postgres:///desk")["OPTIONS"] == {
        "options": "-c lock_timeout=5000",
        "connect_timeout": 10,
    }
    given = settings_of("postgres:///desk?sslmode=require&options=-c%20search_path%3Ddesk")
    assert given["OPTIONS"] == {
        "sslmode": "require",
        "options": "-c lock_timeout=5000 -c search_path=desk",
        "connect_timeout": 10,
    }
    schema = settings_of("postgres:///desk?currentSchema=desk")
    assert schema["OPTIONS"]["options"] == "-c lock_timeout=5000 -c search_path=desk"
    assert settings_of("postgres:///desk?connect_timeout=3")["OPTIONS"]["connect_timeout"] == 3


def test_writers_of_a_file_queue_up_unless_the_address_says_otherwise() -> None:
    assert settings_of("sqlite://:memory:")["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert settings_of("sqlite:///desk.sqlite3?timeout=5")["OPTIONS"]["timeout"] == 5
