"""Correcting the type at the page: the dialog, the sentence of the history, both processes."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Kind, RequestType
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, accepted, signed_in
from tests.desk.ticket.pages import get, page, step
from tests.factories import RequestTypeFactory, ServiceFactory
from workflows import advance

RIGHT = {"urgency": 2, "impact": 2, "reason": "It was never broken"}


@pytest.fixture
def wish(cast: Cast) -> RequestType:
    question = {"key": "who", "label": "For whom?", "kind": "text"}
    return RequestTypeFactory(
        name="New mailbox", service=cast.item.service, kind=Kind.SERVICE_REQUEST, form=[question]
    )


def form_of(cast: Cast, ticket: Ticket) -> Any:
    steps = get(cast.marta, ticket).context["steps"]
    return next(one.form for one in steps if one.action.name == "correct_type")


def test_the_dialog_offers_types_and_the_catalog_by_service(cast: Cast, wish: RequestType) -> None:
    RequestTypeFactory(name="Gone", service=cast.item.service, is_archived=True)
    RequestTypeFactory(name="Gone too", service=ServiceFactory(is_archived=True))
    offered = list(form_of(cast, cast.ticket()).fields["becomes"].choices)
    assert offered[0] == ("", "Choose…")
    assert offered[1] == (
        "Only the type",
        [
            ("type:incident", "Incident"),
            ("type:service_request", "Service request"),
            ("type:consultation", "Consultation"),
        ],
    )
    [(service, items)] = offered[2:]
    assert service == str(cast.item.service)
    assert dict(items)[f"item:{wish.pk}"] == "New mailbox (Service request)"
    assert "Gone" not in str(items)


def test_an_incident_becomes_a_request_and_both_processes_are_shown(cast: Cast, wish: RequestType) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    assert step(cast.marta, "correct_type", ticket, becomes=f"item:{wish.pk}", **RIGHT).status_code == 302
    assert (ticket.kind, ticket.request_type) == (Kind.SERVICE_REQUEST, wish)
    text = page(cast.marta, ticket)
    assert "Service request process: Work" in text
    assert "Incident process: ended by correction of the type" in text
    assert text.index("Service request process: Work") < text.index("Incident process: ended")
    assert text.count('role="img" aria-labelledby="process-') == 2
    assert reverse("desk:process-file", args=["service_request"]) in text


def test_the_history_says_what_was_and_what_is(cast: Cast, wish: RequestType) -> None:
    ticket = cast.ticket()
    step(
        cast.marta, "correct_type", ticket, becomes=f"item:{wish.pk}", **(RIGHT | {"urgency": 1, "impact": 1})
    )
    said = (
        "corrected the type: Service request (was Incident), New mailbox (was Mail does not work), "
        "P1 (was P3): It was never broken"
    )
    assert said in page(cast.marta, ticket)


def test_only_the_type_leaves_no_request_type(cast: Cast) -> None:
    ticket = cast.ticket()
    step(cast.marta, "correct_type", ticket, becomes="type:consultation", **RIGHT)
    assert (ticket.kind, ticket.request_type) == (Kind.CONSULTATION, None)
    assert "corrected the type: Consultation (was Incident), no longer Mail does not work" in page(
        cast.marta, ticket
    )


def test_the_service_named_counts_else_that_of_the_request_type(cast: Cast, wish: RequestType) -> None:
    other = ServiceFactory(group=cast.item.service.group)
    first, second = cast.ticket(), cast.ticket()
    item = RequestTypeFactory(service=other, kind=Kind.CONSULTATION)
    step(cast.marta, "correct_type", first, becomes=f"item:{item.pk}", **RIGHT)
    step(cast.marta, "correct_type", second, becomes=f"item:{wish.pk}", service=other.pk, **RIGHT)
    assert (first.service, second.service) == (other, other)


def test_a_stale_page_is_refused_and_gives_the_reason_back(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    advance.act(ticket, "resolve", by=cast.marta, solution="Mended")
    response = step(cast.marta, "correct_type", ticket, becomes="type:consultation", **RIGHT)
    assert response.status_code == 409
    assert "This step is no longer open." in response.content.decode()
    assert "It was never broken" in response.content.decode()
    assert ticket.kind == Kind.INCIDENT


def test_the_second_to_correct_it_the_same_way_is_told(cast: Cast) -> None:
    ticket = cast.ticket()
    step(cast.marta, "correct_type", ticket, becomes="type:consultation", **RIGHT)
    response = step(cast.oleg, "correct_type", ticket, becomes="type:consultation", **RIGHT)
    assert response.status_code == 409
    assert f"{ticket.reference} has this type already: Consultation." in response.content.decode()
    assert ticket.runs.count() == 2


def test_a_step_of_the_former_process_is_refused(cast: Cast) -> None:
    ticket = cast.ticket()
    [task] = [one.action.task_id for one in get(cast.marta, ticket).context["steps"] if one.action.task_id]
    step(cast.oleg, "correct_type", ticket, becomes="type:consultation", **RIGHT)
    assert step(cast.marta, "classify", ticket, urgency=1, impact=1, task=task).status_code == 409
    assert ticket.priority == 3


@pytest.mark.parametrize("becomes", ["", "item:999999", "item:x", "type:riddle", "mail"])
def test_what_cannot_be_chosen_is_refused_in_the_dialog(cast: Cast, becomes: str) -> None:
    ticket = cast.ticket()
    response = step(cast.marta, "correct_type", ticket, becomes=becomes, **RIGHT)
    assert response.status_code == 422
    assert 'aria-labelledby="step-correct_type-title" data-open' in response.content.decode()
    assert ticket.runs.count() == 1


def test_a_reason_is_required(cast: Cast) -> None:
    ticket = cast.ticket()
    given = RIGHT | {"reason": " "}
    assert step(cast.marta, "correct_type", ticket, becomes="type:consultation", **given).status_code == 422


def test_former_answers_are_read_beside_the_new_ones(cast: Cast, wish: RequestType) -> None:
    ticket = cast.ticket(request_type=wish, answers={"who": "Robin <b>Lee</b>"})
    step(cast.marta, "correct_type", ticket, becomes="type:incident", **RIGHT)
    text = page(cast.marta, ticket)
    assert "Answers before: New mailbox" in text
    assert "Robin &lt;b&gt;Lee&lt;/b&gt;" in text
    seen = signed_in(cast.helen).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "Robin &lt;b&gt;Lee&lt;/b&gt;" in seen


def test_clients_read_nothing_of_the_correction(cast: Cast) -> None:
    ticket = cast.ticket()
    step(cast.marta, "correct_type", ticket, becomes="type:consultation", **RIGHT)
    seen = signed_in(cast.helen).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "It was never broken" not in seen


def test_the_list_beside_the_picture_tells_every_step(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.marta)
    text = page(cast.marta, ticket)
    assert "As a list" in text
    assert '<th scope="row">Work</th><td>current</td><td class="num">1</td>' in text


@pytest.mark.parametrize("kind", Kind.values)
def test_each_process_can_be_taken_away_as_a_file(cast: Cast, kind: str) -> None:
    response = signed_in(cast.marta).get(reverse("desk:process-file", args=[kind]))
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{kind}.bpmn"'
    assert response.content.startswith(b"<?xml")


def test_there_is_no_file_of_an_unknown_process_and_none_for_clients(cast: Cast) -> None:
    assert signed_in(cast.marta).get(reverse("desk:process-file", args=["riddle"])).status_code == 404
    assert signed_in(cast.helen).get(reverse("desk:process-file", args=["incident"])).status_code == 404
