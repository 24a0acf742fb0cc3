"""Requests that no contract covers, as the administrator chose."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.translation import override

from contracts.coverage.intake_rule.rule import RequestRefused, rule
from contracts.models import IntakeRule
from servicedesk.intake.email import mail_processing
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    UserFactory,
    contact_of,
    contract_for,
    opened_by_door,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    return ClientFactory(account_manager=UserFactory(is_account_manager=True, language="en"))


def choose(without: str, **fields: object) -> None:
    IntakeRule(pk=1, without_contract=without, **fields).save()


def mail_from(person: User) -> RawMail:
    raw = (
        f"From: {person.email}\r\nTo: desk@quayside.example\r\nSubject: Printer\r\n"
        "Message-ID: <one@example.com>\r\n\r\nIt smokes\r\n"
    ).encode()
    mail_processing.take(raw, received_at=AT)
    return RawMail.objects.get()


def test_without_a_choice_it_is_accepted_and_nobody_is_asked(client):
    assert opened_by_door(client=client).pk
    assert not OutgoingMail.objects.filter(kind="hours").exists()


def test_the_account_manager_is_asked_about_what_no_contract_covers(client):
    choose("ask")
    ticket = opened_by_door(client=client)
    mail = OutgoingMail.objects.get(kind="hours")
    assert mail.to == client.account_manager.email
    assert ticket.reference in mail.text
    assert "no contract covers" in mail.text


@pytest.mark.parametrize("without", ["ask", "refuse"])
def test_a_covered_request_is_none_of_its_business(client, without):
    choose(without)
    contract_for(client)
    assert opened_by_door(client=client).pk
    assert not OutgoingMail.objects.filter(kind="hours").exists()


def test_a_refusal_is_said_in_the_words_of_the_administrator_and_leaves_nothing(client):
    choose("refuse", words="Please renew first.", words_translations={"es": "Renueve primero."})
    with override("es"), pytest.raises(RequestRefused, match="Renueve primero"):
        opened_by_door(client=client)
    assert not Ticket.objects.exists()


def test_the_portal_says_it_beside_the_form_and_keeps_what_was_typed(client):
    choose("refuse", words="Please renew first.")
    browser = Browser()
    browser.force_login(contact_of(client))
    item = RequestTypeFactory()
    sent = {
        "type": item.pk,
        "subject": "Printer",
        "body": "It smokes",
        "impact": "2",
        "urgency": "2",
        "key": "k",
    }
    answer = browser.post(reverse("portal:new-request"), sent)
    assert answer.status_code == 409
    assert "Please renew first." in answer.content.decode()
    assert "It smokes" in answer.content.decode()


def test_a_mail_is_kept_and_answered_once_with_the_words(client):
    choose("refuse", words="Please renew first.")
    person = contact_of(client)
    kept = mail_from(person)
    assert (kept.result, kept.reason) == (RawMail.Result.QUARANTINED, RawMail.Reason.REFUSED)
    mail_processing.retry(kept)
    mail = OutgoingMail.objects.get(kind="refused")
    assert (mail.to, mail.text) == (person.email, "Please renew first.")


@pytest.mark.parametrize(
    ("without", "after_end", "is_taken", "is_asked"),
    [
        ("accept", "refuse", False, False),
        ("refuse", "accept", True, False),
        ("refuse", "ask", True, True),
        ("refuse", "", False, False),
        ("ask", "", True, True),
    ],
)
def test_after_the_end_of_a_contract_its_own_choice_counts(client, without, after_end, is_taken, is_asked):
    choose(without, after_end=after_end, words="Please renew first.")
    contract_for(client, ends_on=date(2026, 3, 1))
    mail_from(contact_of(client))
    assert Ticket.objects.exists() is is_taken
    assert OutgoingMail.objects.filter(kind="hours").exists() is is_asked
    refused = [mail.text for mail in OutgoingMail.objects.filter(kind="refused")]
    assert refused == ([] if is_taken else ["Please renew first."])


def test_on_the_last_day_it_is_no_end_yet(client):
    choose("refuse", after_end="refuse")
    contract_for(client, ends_on=AT.date())
    mail_from(contact_of(client))
    assert Ticket.objects.exists()


def test_a_contract_for_other_things_or_to_come_is_no_end(client):
    choose("accept", after_end="refuse")
    contract_for(client, starts_on=date(2026, 4, 1))
    mail_from(contact_of(client))
    assert Ticket.objects.get().coverage.reason == "not_yet"


def test_the_choice_for_the_end_is_made_beside_the_other(client):
    browser = Browser()
    browser.force_login(UserFactory(is_superuser=True))
    page = browser.get(reverse("clients:rule"))
    assert page.context["form"].fields["after_end"].choices[0][0] == ""
    assert "As without a contract" in page.content.decode()
    sent = {"without_contract": "accept", "after_end": "refuse", "words": "No."}
    assert browser.post(reverse("clients:rule"), sent).status_code == 302
    assert (rule().without_contract, rule().after_end) == ("accept", "refuse")
    assert browser.post(reverse("clients:rule"), sent | {"after_end": "sing"}).status_code == 422
    assert browser.post(reverse("clients:rule"), sent | {"after_end": ""}).status_code == 302
    assert rule().after_end == ""


def test_only_administrators_choose(client):
    browser = Browser()
    browser.force_login(client.account_manager)
    assert browser.get(reverse("clients:rule")).status_code == 404
    browser.force_login(UserFactory(is_superuser=True))
    sent = {"without_contract": "refuse", "words": "No.", "words_ru": "Нет.", "approve_timesheets": "on"}
    assert browser.post(reverse("clients:rule"), sent).status_code == 302
    kept = rule()
    assert (kept.without_contract, kept.words, kept.words_translations, kept.approve_timesheets) == (
        "refuse", "No.", {"ru": "Нет."}, True,
    )  # fmt: skip
