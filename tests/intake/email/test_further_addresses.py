"""A person writes from several addresses, and is one person in all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from servicedesk.intake.email import mail_processing, unknown_senders
from servicedesk.intake.email.mail_processing import MailResult
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.mail.outgoing import outbox
from servicedesk.people import addresses
from servicedesk.people.addresses import AddressRefused
from servicedesk.people.models import Address, Client, Membership, User
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, GroupFactory, UserFactory, agent_of, contact_of, opened_by_door
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
HOME, FORMER = "anna@home.example", "anna@former.example"


@pytest.fixture(autouse=True)
def _moment() -> Any:
    GroupFactory(name="First line")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def harbour() -> Client:
    return ClientFactory(name="Harbour")


@pytest.fixture
def anna(harbour: Client) -> User:
    person = contact_of(harbour, email="anna@client.example", full_name="Anna Ivanova")
    Address.objects.create(user=person, email=HOME)
    Address.objects.create(user=person, email=FORMER, is_active=False)
    return person


def mailed(**headers: Any) -> MailResult:
    return mail_processing.take(raw_mail(**headers), received_at=NOW)


def written_to() -> set[str]:
    return set(OutgoingMail.objects.values_list("to", flat=True))


def test_mail_from_a_further_address_is_that_persons(anna: User, harbour: Client) -> None:
    ticket = mailed(sender="Anna <Anna@Home.example>").ticket
    assert ticket is not None
    assert (ticket.requester, ticket.client) == (anna, harbour)
    assert ticket.messages.get().author == anna
    assert written_to() == {"anna@client.example"}


def test_mail_from_an_address_that_is_switched_off_waits_and_names_it(anna: User) -> None:
    taken = mailed(sender=FORMER)
    assert (taken.result, taken.ticket) == ("quarantined", None)
    row = RawMail.objects.get()
    assert (row.reason, row.detail) == (RawMail.Reason.INACTIVE_SENDER, FORMER)
    addresses.switch(anna.addresses.get(email=FORMER), True)
    assert mail_processing.retry(row).result == "created"


def test_a_person_who_is_switched_off_writes_from_none_of_them(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert mailed(sender=HOME).result == "quarantined"
    assert RawMail.objects.get().reason == RawMail.Reason.INACTIVE_SENDER


def test_an_answer_from_a_further_address_finds_its_ticket_and_its_author(anna: User) -> None:
    ticket = mailed().ticket
    assert ticket is not None
    ours = outbox.queue(to=anna.email, subject="Printer", text="…", ticket=ticket).message_id
    taken = mailed(sender=HOME, message_id="<2@home.example>", in_reply_to=ours)
    assert (taken.result, taken.ticket) == ("reply", ticket)
    assert [one.author for one in ticket.messages.order_by("pk")][-1] == anna


def test_a_ticket_of_another_client_stays_closed_to_every_address(anna: User) -> None:
    other = opened_by_door(client=ClientFactory())
    taken = mailed(sender=HOME, subject=f"Re: [{other.reference}] Printer")
    assert taken.ticket is not None
    assert (taken.result, taken.ticket.requester, taken.ticket.subject) == ("created", anna, "Re: Printer")
    assert other.messages.count() == 1


def taking_part(ticket: Ticket) -> set[tuple[User | None, str]]:
    return {(one.user, one.email) for one in ticket.participants.all()}


def test_a_further_address_in_copy_is_the_person_and_comes_once(anna: User, harbour: Client) -> None:
    boss = contact_of(harbour)
    copied = [HOME.upper(), "anna@client.example", "stranger@elsewhere.example", f" {boss.email}"]
    ticket = opened_by_door(client=harbour, requester=boss, copy_to=copied)
    assert taking_part(ticket) == {(anna, ""), (None, "stranger@elsewhere.example")}


def test_nobody_follows_their_own_request_from_another_address(anna: User, harbour: Client) -> None:
    copied = ["anna@client.example", HOME, FORMER]
    assert taking_part(opened_by_door(client=harbour, requester=anna, copy_to=copied)) == set()


def test_in_copy_of_another_client_or_switched_off_it_is_an_address_only(anna: User, harbour: Client) -> None:
    assert taking_part(opened_by_door(client=harbour, copy_to=[FORMER])) == {(None, FORMER)}
    assert taking_part(opened_by_door(copy_to=[HOME])) == {(None, HOME)}
    Membership.objects.filter(user=anna).update(is_active=False)
    assert taking_part(opened_by_door(client=harbour, copy_to=[HOME])) == {(None, HOME)}


def test_many_copies_cost_no_more_than_one(
    anna: User, harbour: Client, django_assert_num_queries: Any
) -> None:
    from servicedesk.intake.submit import _copy_to

    ticket = opened_by_door(client=harbour)
    people = [contact_of(harbour) for _number in range(8)]
    with django_assert_num_queries(3):
        _copy_to(ticket, [HOME, "stranger@elsewhere.example", *(one.email for one in people)])
    assert ticket.participants.count() == 10


def waiting(**headers: Any) -> RawMail:
    mailed(**headers)
    return RawMail.objects.latest("pk")


def test_an_unknown_sender_is_recognised_as_a_contact(anna: User) -> None:
    row = waiting(sender="A. Ivanova <ANNA@third.example>")
    result = unknown_senders.recognise(row, contact=anna, by=agent_of())
    assert result.ticket is not None
    assert (result.result, result.ticket.requester) == ("created", anna)
    assert addresses.owner("anna@third.example") == addresses.Owner(anna, True)
    assert mailed(sender="anna@third.example", message_id="<2@third.example>").result == "created"


@pytest.mark.parametrize("who", ["desk", "nobody's", "inactive", "former"])
def test_only_a_contact_is_recognised(anna: User, who: str) -> None:
    """Whoever writes as a person of the desk would answer clients."""
    if who == "former":
        Membership.objects.update(is_active=False)
    people: dict[str, User] = {
        "desk": agent_of(),
        "nobody's": UserFactory(),
        "inactive": contact_of(ClientFactory(), is_active=False),
        "former": anna,
    }
    with pytest.raises(TicketError, match="is not a contact of a client"):
        unknown_senders.recognise(waiting(sender="x@third.example"), contact=people[who], by=agent_of())
    assert addresses.owner("x@third.example") is None


def test_what_was_settled_or_became_known_meanwhile_is_refused(anna: User) -> None:
    row = waiting(sender="x@third.example")
    addresses.add(anna, "x@third.example")
    with pytest.raises(TicketError, match="is already known"):
        unknown_senders.recognise(row, contact=anna, by=agent_of())
    mail_processing.retry(row)
    with pytest.raises(TicketError, match="is already identified"):
        unknown_senders.recognise(row, contact=anna, by=agent_of())


def test_others_than_agents_and_administrators_recognise_nobody(anna: User) -> None:
    row = waiting(sender="x@third.example")
    with pytest.raises(NotPermitted):
        unknown_senders.recognise(row, contact=anna, by=UserFactory(is_account_manager=True))


def test_a_further_address_makes_nobody_new(anna: User, harbour: Client) -> None:
    row = waiting(sender="x@third.example")
    addresses.add(anna, "X@third.example")
    with pytest.raises(TicketError, match="is already known"):
        unknown_senders.make_known(row, client=harbour, full_name="X", by=agent_of())
    assert not User.objects.filter(full_name="X").exists()


def test_the_desks_own_address_is_nobodys(anna: User) -> None:
    row = waiting(sender="desk@quayside.example")
    for work in (
        lambda: unknown_senders.recognise(row, contact=anna, by=agent_of()),
        lambda: unknown_senders.make_known(row, client=ClientFactory(), full_name="Desk", by=agent_of()),
    ):
        with pytest.raises(AddressRefused, match="an address of the desk itself"):
            work()
