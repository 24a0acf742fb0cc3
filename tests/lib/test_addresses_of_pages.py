"""Keys and days in addresses: what can be meant is read, everything else is none."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.lib import days, keys
from servicedesk.lib.day_field import DayField
from tests.factories import UserFactory


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", "²", "1e3", " 1", "9" * 19, "9" * 5000, "NaN", None])
def test_what_is_no_key_is_none(text: object) -> None:
    assert keys.read(text) is None


def test_a_key_is_read_up_to_what_a_column_holds() -> None:
    assert keys.read("17") == 17
    assert keys.read(str(2**63 - 1)) == 2**63 - 1
    assert keys.read_all(["3", "x", str(2**63), "1"]) == [3, 1]


@pytest.mark.parametrize(
    "text", ["", "soon", "0001-01-01", "9999-12-31", "2026-02-30", "2026-W01-1", "20260309"]
)
def test_what_is_no_day_to_reckon_with_is_none(text: str) -> None:
    assert days.read(text) is None


def test_a_field_for_a_day_refuses_the_ends_of_time() -> None:
    field = DayField(input_formats=["%Y-%m-%d"])
    assert field.clean("2026-03-09") == date(2026, 3, 9)
    for text in ("0001-01-01", "9999-12-31", "1969-12-31"):
        with pytest.raises(forms.ValidationError):
            field.clean(text)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["first=9999-12-31", "last=0001-01-01", "first=%00", "first=2026-01-01%00"])
def test_a_period_that_cannot_be_is_no_error_of_ours(query: str) -> None:
    browser = Browser()
    browser.force_login(UserFactory(is_superuser=True))
    for page in ("clients:profit", "reports:reports", "desk:insight", "desk:timesheet"):
        assert browser.get(f"{reverse(page)}?{query}").status_code in {200, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9" * 20, str(2**63), "9" * 5000])
def test_a_number_that_no_column_holds_is_not_found(number: str) -> None:
    browser = Browser()
    browser.force_login(UserFactory(is_superuser=True))
    for path in ("desk/tickets", "clients", "clients/contracts", "setup/sla/policies", "attachments"):
        assert browser.get(f"/{path}/{number}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wanted", ["0", "1", "people:sign-in", "//evil.example/", "https://evil.example/", "\0", "x"]
)
def test_a_form_leads_on_to_pages_of_ours_only(wanted: str) -> None:
    for name in ("people:theme", "people:language"):
        answer = Browser().post(reverse(name), {"theme": "dark", "language": "es", "next": wanted})
        assert (answer.status_code, answer["Location"]) == (302, "/")
    back = Browser().post(reverse("people:theme"), {"theme": "dark", "next": "/portal/?q=1"})
    assert back["Location"] == "/portal/?q=1"
