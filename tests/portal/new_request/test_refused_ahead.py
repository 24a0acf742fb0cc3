"""What becomes of a request that no contract covers is said before it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse

from contracts.models import Contract, IntakeRule
from servicedesk.people.models import Membership
from servicedesk.portal.deadline import applicable_terms
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, UserFactory
from tests.portal.conftest import Cast, signed_in
from tests.portal.new_request.test_new_request import filled

URL, OUTLOOK = reverse("portal:new-request"), reverse("portal:new-request-outlook")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
WORDS = "Please renew first: 0800 100."
ACCEPTED = "We accept the request, but without target times."


def rule(without: str, after_end: str = "") -> None:
    IntakeRule(pk=1, without_contract=without, after_end=after_end, words=WORDS).save()


def expected(cast: Cast) -> applicable_terms.Expected:
    return applicable_terms.expected(
        cast.company, applicable_terms.asked_of(cast.item, cast.item.service, {}), AT
    )


def end(cast: Cast) -> None:
    Contract.objects.filter(client=cast.company).update(ends_on=date(2026, 2, 28))


def page(cast: Cast, address: str = URL, **given: Any) -> str:
    answer = signed_in(cast.helen).get(address, {"type": cast.item.pk} | given)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("without", ["accept", "ask", "refuse"])
@pytest.mark.parametrize("after_end", ["", "accept", "ask", "refuse"])
def test_the_promise_is_what_the_door_does(cast: Cast, without: str, after_end: str) -> None:
    rule(without, after_end)
    cast.company.account_manager = UserFactory(is_account_manager=True)
    cast.company.save()
    for ended in (True, False):
        end(cast) if ended else Contract.objects.all().delete()
        said, choice = expected(cast), (after_end or without) if ended else without
        assert said.refusal == (WORDS if choice == "refuse" else "")
        assert (ACCEPTED in said.terms.sentence) is (choice != "refuse")
        assert ("ask your account manager" in said.terms.sentence) is (choice == "ask")
        answer = signed_in(cast.helen).post(URL, filled(cast, once=str(ended), subject=f"Letters, {ended}"))
        assert answer.status_code == (409 if choice == "refuse" else 302)
        assert (WORDS in answer.content.decode()) is (choice == "refuse")
        Ticket.objects.all().delete()


def test_nobody_is_announced_who_will_not_be_asked(cast: Cast) -> None:
    rule("ask")
    Contract.objects.all().delete()
    assert "account manager" not in expected(cast).terms.sentence
    cast.company.account_manager = UserFactory(is_account_manager=True, is_active=False)
    assert "account manager" not in expected(cast).terms.sentence


def test_the_words_stand_above_the_form_and_nothing_is_promised(cast: Cast) -> None:
    rule("accept", after_end="refuse")
    end(cast)
    text = page(cast)
    assert text.count(WORDS) == 1
    assert text.index(WORDS) < text.index('name="subject"')
    assert "Your contract Gold Brightwater Clinics ended on 28 Feb 2026." in text
    assert "We cannot accept this request." in text
    assert ACCEPTED not in text


def test_after_a_refusal_the_words_are_said_once(cast: Cast) -> None:
    rule("refuse")
    Contract.objects.all().delete()
    text = signed_in(cast.helen).post(URL, filled(cast)).content.decode()
    assert text.count(WORDS) == 1
    assert "Letters arrive hours late." in text


def test_a_covered_request_meets_no_words(cast: Cast) -> None:
    rule("refuse", "refuse")
    assert WORDS not in page(cast)
    assert 'id="refused-ahead" hidden' in page(cast)


def test_the_words_come_and_go_with_the_company(cast: Cast) -> None:
    rule("refuse")
    harbour = ClientFactory(name="Harbour")
    Membership.objects.create(client=harbour, user=cast.helen)
    both = page(cast)
    assert WORDS not in both, "the other company is proposed"
    assert both.count("We cannot accept this request.") == 1
    refused = page(cast, OUTLOOK, client=harbour.pk)
    assert WORDS in refused
    assert 'id="refused-ahead" hx-swap-oob="true">' in refused
    taken = page(cast, OUTLOOK, client=cast.company.pk)
    assert WORDS not in taken
    assert 'hx-swap-oob="true" hidden' in taken


def test_a_contract_that_takes_no_requests_through_the_portal_says_so(cast: Cast) -> None:
    Contract.objects.update(channels=["phone"])
    assert expected(cast).terms.sentence == (
        f"Your contract Gold Brightwater Clinics does not include requests through the portal. {ACCEPTED}"
    )
    signed_in(cast.helen).post(URL, filled(cast))
    assert Ticket.objects.get().coverage.reason == "channel_not_covered"


@pytest.mark.parametrize("without", ["accept", "ask", "refuse"])
def test_what_is_not_covered_costs_at_most_four_statements(
    cast: Cast, without: str, django_assert_max_num_queries: Any
) -> None:
    rule(without)
    cast.company.account_manager = UserFactory()
    cast.company.save()
    Contract.objects.all().delete()
    asked = applicable_terms.asked_of(cast.item, cast.item.service, {})
    cast.company.refresh_from_db()
    with django_assert_max_num_queries(4):
        applicable_terms.expected(cast.company, asked, AT)
