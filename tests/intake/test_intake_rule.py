"""Requests that no contract covers, as the administrator chose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.translation import override

from contracts.intake_rule import RequestRefused, rule
from contracts.models import IntakeRule
from servicedesk.intake import email
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import Client
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
    raw = (
        f"From: {person.email}\r\nTo: desk@quayside.example\r\nSubject: Printer\r\n"
        "Message-ID: <one@example.com>\r\n\r\nIt smokes\r\n"
    ).encode()
    email.take(raw, received_at=AT)
    kept = RawMail.objects.get()
    assert (kept.result, kept.reason) == (RawMail.Result.QUARANTINED, RawMail.Reason.REFUSED)
    email.retry(kept)
    mail = OutgoingMail.objects.get(kind="refused")
    assert (mail.to, mail.text) == (person.email, "Please renew first.")


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
