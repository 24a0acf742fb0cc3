"""Services that are offered only by contract, as clients meet them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import RequestType
from contracts.models import Contract
from servicedesk.people.models import Client, Membership
from servicedesk.portal.deadline import applicable_terms
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, RequestTypeFactory, ServiceFactory, TicketFactory
from tests.portal.conftest import Cast, signed_in
from tests.portal.new_request.test_new_request import filled

URL, OUTLOOK, HOME = (
    reverse("portal:new-request"), reverse("portal:new-request-outlook"), reverse("portal:home"),
)  # fmt: skip


@pytest.fixture
def vault(cast: Cast) -> RequestType:
    found: RequestType = RequestTypeFactory(
        name="Open the vault", service=ServiceFactory(name="Vault", is_restricted=True)
    )
    return found


@pytest.fixture
def bought(cast: Cast, vault: RequestType) -> Contract:
    """Helen's company has a contract that names it."""
    usual = Contract.objects.get(client=cast.company)
    terms = {"policy": usual.policy, "calendar": usual.calendar, "starts_on": usual.starts_on}
    found = Contract.objects.create(client=cast.company, number="V-1", name="Vault care", **terms)
    found.services.set([vault.service])
    return found


def get(cast: Cast, address: str = URL, **given: Any) -> Any:
    return signed_in(cast.helen).get(address, given)


def test_it_is_a_tile_only_while_a_contract_names_it(cast: Cast, bought: Contract) -> None:
    for address in (HOME, URL):
        assert "Vault" in get(cast, address).content.decode()
    Contract.objects.filter(pk=bought.pk).update(ends_on=date(2026, 1, 1))
    for address in (HOME, URL):
        page = get(cast, address).content.decode()
        assert "Vault" not in page
        assert str(cast.item.service) in page


def test_whom_it_is_offered_to_sends_a_request(cast: Cast, vault: RequestType, bought: Contract) -> None:
    assert "Vault care" in get(cast, type=vault.pk).content.decode()
    answer = signed_in(cast.helen).post(URL, filled(cast, type=str(vault.pk)))
    assert answer.status_code == 302
    assert Ticket.objects.get().coverage.contract == bought


def test_others_do_not_learn_of_it_by_its_address(cast: Cast, vault: RequestType) -> None:
    for given in (
        {"service": vault.service.pk},
        {"type": vault.pk},
        {"service": vault.service.pk, "type": "other"},
    ):
        answer = get(cast, URL, **given)
        assert answer.status_code == 404
        assert "no longer offered" in answer.content.decode()
        assert "ault" not in answer.content.decode()
        assert "ault" not in get(cast, OUTLOOK, **given).content.decode()


def test_others_cannot_send_it_and_lose_nothing(cast: Cast, vault: RequestType) -> None:
    for change in (
        {"type": str(vault.pk)},
        {"type": str(vault.pk), "service": str(vault.service.pk)},
        {"type": "other", "service": str(vault.service.pk)},
    ):
        answer = signed_in(cast.helen).post(URL, filled(cast, **change))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["type"]
        page = answer.content.decode()
        assert "Letters arrive hours late." in page
        assert "no longer offered" in page
        assert "ault" not in page
    assert Ticket.objects.count() == 0


def test_the_next_attempt_as_something_else_goes_through(cast: Cast, vault: RequestType) -> None:
    answer = signed_in(cast.helen).post(URL, filled(cast, type="other", service=str(vault.service.pk)))
    assert answer.context["form"]["service"].value() == ""
    signed_in(cast.helen).post(URL, filled(cast, type="other", service=""))
    assert Ticket.objects.get().service is None


@pytest.fixture
def harbour(cast: Cast) -> Client:
    """Helen's other company; the vault is not offered to it. By name it comes first."""
    found: Client = ClientFactory(name="Aft Harbour")
    Membership.objects.create(client=found, user=cast.helen)
    return found


def test_of_two_companies_the_one_that_may_is_proposed(
    cast: Cast, vault: RequestType, bought: Contract, harbour: Client
) -> None:
    page = get(cast, type=vault.pk)
    assert page.context["form"]["client"].value() == cast.company.pk
    assert page.context["refused"] is None
    assert [one.company for one in page.context["expected"] if one.refusal] == [harbour]


def test_for_the_wrong_company_it_is_refused_at_the_company(
    cast: Cast, vault: RequestType, bought: Contract, harbour: Client
) -> None:
    sent = filled(cast, type=str(vault.pk), client=str(harbour.pk))
    answer = signed_in(cast.helen).post(URL, sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "client": ["Vault is not available to Aft Harbour: no contract in force includes it."]
    }
    assert Ticket.objects.count() == 0
    sent["client"] = str(cast.company.pk)
    assert signed_in(cast.helen).post(URL, sent).status_code == 302


def test_the_promise_for_the_wrong_company_says_so_before(
    cast: Cast, vault: RequestType, bought: Contract, harbour: Client
) -> None:
    page = get(cast, OUTLOOK, type=vault.pk, client=harbour.pk).content.decode()
    assert "Vault is not available to Aft Harbour" in page
    assert "We accept the request" not in page
    right = get(cast, OUTLOOK, type=vault.pk, client=cast.company.pk).content.decode()
    assert "not offered" not in right


def test_the_list_of_other_types_names_only_what_is_offered(cast: Cast, vault: RequestType) -> None:
    page = signed_in(cast.helen).post(URL, filled(cast, type="9999")).content.decode()
    assert str(cast.item) in page
    assert "vault" not in page


def test_the_filter_of_requests_names_it_only_to_those_who_asked_for_it(
    cast: Cast, vault: RequestType, bought: Contract
) -> None:
    ticket = cast.ticket(request_type=vault)
    Contract.objects.filter(pk=bought.pk).update(ends_on=date(2026, 1, 1))
    requests = reverse("portal:requests")
    assert "Vault" in get(cast, requests).content.decode()
    assert "Vault" not in signed_in(cast.stranger).get(requests).content.decode()
    assert get(cast, reverse("portal:request", args=[ticket.pk])).status_code == 200


@pytest.mark.parametrize(
    ("verb", "sent"),
    [("request-reply", {"body": "Once more, please."}),
     ("request-solved", {"solved": "no", "comment": "Once more, please."})],
)  # fmt: skip
def test_a_word_on_an_old_request_that_cannot_go_on_is_told_why_and_stays(
    cast: Cast, vault: RequestType, verb: str, sent: dict[str, str]
) -> None:
    closed = timezone.now() - timedelta(days=400)
    ticket = TicketFactory(
        client=cast.company,
        requester=cast.helen,
        service=vault.service,
        status="closed",
        closed_at=closed,
    )
    answer = signed_in(cast.helen).post(reverse(f"portal:{verb}", args=[ticket.pk]), sent)
    assert answer.status_code == 409
    assert "Vault is not available to Brightwater Clinics" in answer.content.decode()
    assert "Once more, please." in answer.content.decode()
    assert Ticket.objects.count() == 1


def test_the_promise_for_a_restricted_service_costs_one_statement_more(
    cast: Cast, vault: RequestType, bought: Contract, django_assert_max_num_queries: Any
) -> None:
    asked = applicable_terms.asked_of(vault, vault.service, {})
    applicable_terms.expected(cast.company, asked, timezone.now())  # reads the versions, which are kept
    with django_assert_max_num_queries(7):
        said = applicable_terms.expected(
            cast.company, applicable_terms.asked_of(vault, vault.service, {}), timezone.now()
        )
    assert said.terms.has_target


def test_choosing_costs_the_same_whatever_is_restricted(
    cast: Cast, vault: RequestType, bought: Contract
) -> None:
    browser = signed_in(cast.helen)

    def cost(**given: Any) -> int:
        with CaptureQueriesContext(connection) as spent:
            browser.get(URL, given)
        return len(spent)

    few = cost()
    for _ in range(5):
        RequestTypeFactory(service=ServiceFactory(is_restricted=True))
    assert cost() == few
    assert cost(service=vault.service.pk) == cost(service=cast.item.service.pk)
