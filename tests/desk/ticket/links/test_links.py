"""The links of a ticket on its page: shown both ways, made in a dialog, removed and put back."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import linking
from servicedesk.tickets.models import EventKind, Ticket, TicketLink
from tests.desk.conftest import Cast, signed_in
from tests.desk.ticket.pages import get, page, post
from tests.factories import GroupFactory, agent_of, opened_by_door

Kind = TicketLink.Kind


def groups(person: User, ticket: Ticket) -> dict[str, list[Ticket]]:
    related = get(person, ticket).context["related"]
    return {str(label): [one.ticket for one in found] for label, found in related.groups}


def removal(person: User, ticket: Ticket, link: TicketLink) -> Any:
    return signed_in(person).post(reverse("desk:ticket-link-removal", args=[ticket.pk, link.pk]))


def found(person: User, ticket: Ticket, **query: str) -> list[Ticket]:
    url = reverse("desk:ticket-choice", args=[ticket.pk])
    tickets: list[Ticket] = signed_in(person).get(url, query).context["form"].found
    return tickets


def test_links_are_read_on_both_pages(cast: Cast) -> None:
    one, other = cast.ticket(), cast.ticket()
    for kind, there, back in (
        (Kind.DUPLICATE_OF, "Duplicate of", "Has duplicates"),
        (Kind.CAUSED_BY, "Caused by", "Causes"),
        (Kind.CHILD_OF, "Part of", "Parts"),
        (Kind.RELATED_TO, "Related to", "Related to"),
    ):
        link = linking.link(one, other, kind, by=cast.marta)
        assert groups(cast.marta, one) == {there: [other]}
        assert groups(cast.marta, other) == {back: [one]}
        linking.unlink(link, by=cast.marta)


def test_the_dialog_links_by_number_or_by_choice(cast: Cast) -> None:
    one, other, third = cast.ticket(), cast.ticket(), cast.ticket()
    assert post(cast.marta, "links", one, kind="duplicate_of", q=f"sd-{other.pk}").status_code == 302
    assert post(cast.marta, "links", one, kind="caused_by", other=third.pk).status_code == 302
    assert groups(cast.marta, one) == {"Duplicate of": [other], "Caused by": [third]}


def test_it_can_be_said_from_the_other_side(cast: Cast) -> None:
    whole, part = cast.ticket(), cast.ticket()
    post(cast.marta, "links", whole, kind="-child_of", q=str(part.pk))
    assert part.links.get().other == whole


def test_what_is_missing_or_refused_keeps_the_dialog_open(cast: Cast) -> None:
    one = cast.ticket()
    for data, sentence in (
        ({"q": "printer"}, "Choose a ticket from the list"),
        ({"q": "999999"}, "There is no such ticket"),
        ({"other": "999999"}, "There is no such ticket"),
    ):
        response = post(cast.marta, "links", one, kind="related_to", **data)
        assert response.status_code == 422
        assert sentence in response.content.decode()
    response = post(cast.marta, "links", one, kind="related_to", q=str(one.pk))
    assert response.status_code == 409
    assert "A ticket cannot be linked with itself." in response.content.decode()
    assert not TicketLink.objects.exists()


def test_a_removed_link_can_be_put_back(cast: Cast) -> None:
    part, whole = cast.ticket(), cast.ticket()
    for ticket in (part, whole):
        link = linking.link(part, whole, Kind.CHILD_OF, by=cast.marta)
        offered = signed_in(cast.marta).get(removal(cast.marta, ticket, link)["Location"])
        removed = offered.context["related"].removed
        post(cast.marta, "links", ticket, kind=removed.kind, other=removed.other.pk)
        kept = TicketLink.objects.get()
        assert (kept.ticket, kept.other, kept.kind) == (part, whole, Kind.CHILD_OF)
        kept.delete()


def test_the_offer_cannot_be_made_up(cast: Cast) -> None:
    ticket = cast.ticket()
    secret = opened_by_door()
    Ticket.objects.filter(pk=secret.pk).update(group=GroupFactory(is_private=True))
    for told in (f"child_of:{secret.pk}", "child_of:x", "nonsense:1", "child_of", f"child_of:{'9' * 30}"):
        assert get(cast.marta, ticket, f"?removed={told}").context["related"].removed is None


def test_a_link_is_found_only_on_its_own_tickets_and_by_those_who_see_both(cast: Cast) -> None:
    one, other, third = cast.ticket(), cast.ticket(subject="Salaries"), cast.ticket()
    link = linking.link(one, other, Kind.RELATED_TO, by=cast.marta)
    assert removal(cast.marta, third, link).status_code == 404
    assert removal(cast.helen, one, link).status_code == 404
    Ticket.objects.filter(pk=other.pk).update(group=GroupFactory(is_private=True))
    assert removal(cast.marta, one, link).status_code == 404
    assert groups(cast.marta, one) == {}
    assert "Salaries" not in page(cast.marta, one)


def test_who_only_reads_sees_links_and_changes_none(cast: Cast) -> None:
    one, other = cast.ticket(), cast.ticket()
    link = linking.link(one, other, Kind.RELATED_TO, by=cast.marta)
    stranger = agent_of(GroupFactory())
    assert groups(stranger, one) == {"Related to": [other]}
    assert get(stranger, one).context["related"].form is None
    assert removal(stranger, one, link).status_code == 409
    assert post(stranger, "links", one, kind="caused_by", q=str(other.pk)).status_code == 409
    assert TicketLink.objects.get() == link


def test_likely_tickets_come_first_then_what_fits_the_words_newest_first(cast: Cast) -> None:
    ticket = cast.ticket(subject="Mail is late")
    older, newer = cast.ticket(subject="Printer is on fire"), cast.ticket(subject="The PRINTER again")
    foreign = opened_by_door(subject="Printer elsewhere")
    hidden = opened_by_door(subject="Printer of the boss")
    Ticket.objects.filter(pk=hidden.pk).update(group=GroupFactory(is_private=True))
    assert found(cast.marta, ticket) == [newer, older]
    assert found(cast.marta, ticket, q="printer") == [foreign, newer, older]
    assert found(cast.marta, ticket, q="printer", **{"for": "merge"}) == [newer, older]
    assert found(cast.marta, ticket, q=older.reference) == [older]
    assert found(cast.marta, ticket, q="nothing like it") == []


def test_the_history_says_who_linked_what(cast: Cast) -> None:
    one, other = cast.ticket(), cast.ticket()
    linking.unlink(linking.link(one, other, Kind.DUPLICATE_OF, by=cast.marta), by=cast.marta)
    turns = get(cast.marta, one, "?tab=history").context["conversation"].turns
    said = [turn.text for turn in turns if turn.kind in {EventKind.LINKED, EventKind.UNLINKED}]
    assert said == [
        f"linked it as a duplicate of {other.reference}",
        f"removed the link with {other.reference}",
    ]


def test_as_many_statements_for_twenty_links_as_for_two(cast: Cast) -> None:
    ticket = cast.ticket()

    def statements() -> int:
        browser, url = signed_in(cast.marta), reverse("desk:ticket", args=[ticket.pk])
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    def link(number: int) -> None:
        for turn in range(number):
            ends = [cast.ticket(), ticket]
            one, other = ends if turn % 2 else reversed(ends)
            TicketLink.objects.create(ticket=one, other=other, created_by=cast.marta)

    link(2)
    few = statements()
    link(18)
    assert statements() == few
