"""Two people who hold what the other needs: the database gives way, the person reads a sentence."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from servicedesk.lib import middleware
from servicedesk.people.models import Client
from tests.factories import ClientFactory
from tests.profiles import PATIENCE


def plain(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_broken_deadlock_is_a_sentence_not_a_fault(rf: RequestFactory) -> None:
    first, second = ClientFactory(), ClientFactory()
    both_hold_one = Barrier(2)
    undone: list[OperationalError] = []

    def lock(*rows: Client) -> None:
        try:
            with transaction.atomic():
                for row in rows:
                    Client.objects.select_for_update().get(pk=row.pk)
                    if row is rows[0]:
                        both_hold_one.wait(timeout=PATIENCE)
        except OperationalError as error:
            undone.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=lock, args=rows) for rows in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert len(undone) == 1
    request = rf.post("/", headers={"HX-Request": "true"})
    request.htmx = True  # type: ignore[attr-defined]
    response = middleware._Refusals(plain).process_exception(request, undone[0])
    assert response is not None
    assert response.status_code == 409
    assert "try again" in response.content.decode()
