"""The page “Simulation”, its CSV, and the command."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from catalog.models import Service
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.models import Calendar, CalendarDraft, Policy, PolicyDraft
from sla.replay import views
from tests.factories import ClientFactory, UserFactory
from tests.sla.example_calendars import C3
from tests.sla.life import resolve, work

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_april():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def finished(opened):
    """Opened in March: resolved after two and after three hours of the four promised."""
    tickets = [opened(client=ClientFactory(name=name)) for name in ("Brightwater", "Orchard")]
    for ticket, moment in zip(tickets, ("03-02 12:00", "03-02 13:00"), strict=True):
        work(ticket, "03-02 10:30")
        resolve(ticket, moment)
    return tickets


@pytest.fixture
def administrator(db):
    return UserFactory(is_superuser=True, time_zone="UTC")


def ask(person: User, name: str = "sla:replay", **question: Any) -> Any:
    browser = Browser()
    browser.force_login(person)
    return browser.get(reverse(name), question and {"preset": "last_month", **question})


def test_the_empty_page_says_what_it_is_for(administrator):
    answer = ask(administrator)
    assert answer.status_code == 200
    assert "Nothing is changed" in answer.content.decode()


def test_it_shows_both_shares_and_the_tickets_that_flip(administrator, finished):
    answer = ask(administrator, resolution="150m")
    text = answer.content.decode()
    assert answer.context["totals"][2]["actual"] == "100.0 %"
    assert answer.context["totals"][2]["predicted"] == "50.0 %"
    assert [row.ticket for row in answer.context["rows"]] == [finished[1]]
    assert reverse("desk:ticket", args=[finished[1].pk]) in text
    assert "--v:50.0" in text


def test_bars_are_right_in_languages_with_a_decimal_comma(administrator, finished):
    administrator.language = "ru"
    administrator.save()
    assert "--v:50.0" in ask(administrator, resolution="150m").content.decode()


def test_flips_of_one_direction_are_shown_alone(administrator, finished):
    assert len(ask(administrator, resolution="150m", way="missed").context["rows"]) == 1
    assert ask(administrator, resolution="150m", way="met").context["rows"] == []
    assert ask(administrator, resolution="150m", way="nonsense", page="x").status_code == 200


def test_nothing_in_the_period_is_said(administrator, finished):
    text = ask(administrator, preset="custom", first="2025-01-01", last="2025-01-31").content.decode()
    assert "No finished tickets" in text


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"preset": "custom"}, "Enter the day."),
        ({"preset": "custom", "first": "2026-02-02", "last": "2026-02-01"}, "ends before it begins"),
        ({"resolution": "soon"}, "“soon” is no target."),
        ({"resolution": "0%"}, "A target must be longer than zero."),
        ({"policy": "Nobody’s@1"}, "Select a valid choice"),
    ],
)
def test_a_wrong_question_is_explained_beside_the_field(administrator, finished, question, sentence):
    answer = ask(administrator, **question)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_too_many_tickets_are_refused_with_the_way_out(administrator, finished, monkeypatch):
    monkeypatch.setattr(views, "MOST_TICKETS", 1)
    answer = ask(administrator, resolution="1h")
    assert answer.status_code == 422
    assert "Choose a shorter period" in answer.content.decode()


def test_drafts_can_be_tried(administrator, finished, policy, calendar):
    rows: list[dict[str, Any]] = [{
        "kind": "*", "service": None, "calendar": None, "rank": 0, "at_risk_percent": 80, "pause_in": [],
        "retarget": "keep", "reopen": "continue", "cells": {"*": {"resolution": "1h"}},
    }]  # fmt: skip
    PolicyDraft.objects.create(policy=policy, rows=rows)
    CalendarDraft.objects.create(calendar=calendar, definition=C3)
    answer = ask(administrator, policy="Gold@draft", calendar="Moscow@draft")
    assert answer.context["totals"][2]["predicted"] == "0.0 %"
    again = ask(administrator, policy="Gold@1", calendar="Moscow@1")
    assert again.context["totals"][2]["predicted"] == "100.0 %"


def test_a_draft_with_mistakes_is_named(administrator, finished, policy, calendar):
    CalendarDraft.objects.create(calendar=calendar, definition={"tz": "Moon"})
    answer = ask(administrator, calendar="Moscow@draft")
    assert "The hours of “Moscow@draft” are wrong." in answer.content.decode()


def test_account_managers_see_their_clients_only(finished):
    manager = UserFactory(is_account_manager=True)
    finished[0].client.account_manager = manager
    finished[0].client.save()
    assert len(ask(manager, resolution="1h").context["outcome"]) == 1
    assert ask(manager, client=finished[1].client_id).status_code == 422
    assert ask(UserFactory(is_agent=True)).status_code == 404


def test_the_csv_holds_every_flip_and_no_formula(administrator, finished):
    Ticket.objects.filter(pk=finished[1].pk).update(subject="=1+1")
    answer = ask(administrator, "sla:replay-flips", resolution="150m")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["ticket"], row["client"], row["subject"]) == (finished[1].reference, "Orchard", "'=1+1")
    assert (row["was"], row["would_be"], row["used_s"], row["target_s"]) == ("met", "missed", "10800", "9000")
    assert ask(administrator, "sla:replay-flips", resolution="soon").status_code == 302


def test_the_page_costs_the_same_for_any_number_of_tickets(
    administrator, opened, django_assert_max_num_queries
):
    service = Service.objects.first()
    for _ in range(8):
        ticket = opened(service=service)
        work(ticket, "03-02 10:30")
        resolve(ticket, "03-02 13:00")
    browser = Browser()
    browser.force_login(administrator)
    with django_assert_max_num_queries(18):
        browser.get(reverse("sla:replay"), {"preset": "last_month", "resolution": "1h", "policy": "Gold@1"})


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("sla_replay", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_says_it_in_words(finished):
    text = run("--target", "resolution=150m")
    assert "2 tickets opened from 2026-03-01 to 2026-03-31" in text
    assert "Resolution: 100.0 % of 2 → 50.0 % of 2 (−50.0; 1 newly missed, 0 newly met)" in text
    assert f"{finished[1].reference}  resolution  met → missed  3h of 2h 30m" in text


def test_the_command_speaks_json_and_csv(finished):
    report = json.loads(run("--target", "resolution:P3=50%", "--client", "orchard", "--format", "json"))
    assert (report["tickets"], report["totals"][2]["to_missed"]) == (1, 1)
    assert report["flips"][0]["ticket"] == finished[1].reference
    assert run("--target", "resolution=1h", "--format", "csv").count("SD-") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--policy", "Silver"], 2, "There is no policy “Silver”."),
        (["--policy", "Gold@9"], 2, "“Gold” has no version 9."),
        (["--policy", "Gold@draft"], 2, "“Gold” has no draft."),
        (["--calendar", "Mars"], 2, "There is no calendar “Mars”."),
        (["--target", "resolution"], 2, "is no target. Example"),
        (["--target", "resolution=1 day"], 2, "“1 day” is no target"),
        (["--client", "Nobody"], 2, "There is no client “Nobody”."),
        (["--from", "2026-01-01"], 2, "Say both days"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], 2, "ends before it begins"),
        (["--from", "yesterday", "--to", "2026-01-01"], 2, "“yesterday” is no day."),
        (["--zone", "Mars/Base"], 2, "“Mars/Base” is no time zone."),
        (["--from", "2020-01-01", "--to", "2020-01-02"], 1, "There are no such tickets"),
    ],
)
def test_the_command_ends_with_a_sentence_and_a_code(finished, arguments, code, sentence):
    with pytest.raises(CommandError, match=sentence) as raised:
        run(*arguments)
    assert raised.value.returncode == code


def test_a_name_may_hold_the_sign_itself(finished, policy):
    Policy.objects.filter(pk=policy.pk).update(name="Gold@home")
    Calendar.objects.create(name="Empty")
    assert "0 newly missed" in run("--policy", "Gold@home")
    with pytest.raises(CommandError, match="has no version yet"):
        run("--calendar", "Empty")


def test_whole_months_are_those_of_the_zone(finished):
    with time_machine.travel(NOW + timedelta(days=30), tick=False), pytest.raises(CommandError):
        run()
