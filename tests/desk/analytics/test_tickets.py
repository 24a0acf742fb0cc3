"""Every figure of insight leads to its tickets."""

from __future__ import annotations

import pytest

from servicedesk.people.models import User
from tests.desk.analytics.conftest import get, shown, summarised
from tests.desk.conftest import Cast, signed_in
from tests.factories import (
    ClientFactory,
    TicketFactory,
)

pytestmark = pytest.mark.django_db


def test_every_figure_leads_to_its_tickets(cast: Cast) -> None:
    quick = summarised(cast.ticket(subject="Quick"), stays="60>60>600>60")
    slow = summarised(cast.ticket(subject="Slow"), stays="60>60>6000>60")
    asked = summarised(
        cast.ticket(subject="Asked"), "accept>work>wait_client>review>work>cancelled", "1>1>9>1>2>0"
    )
    context = shown(cast.admin)
    addresses = [figure.url for figure in context["key_figures"]]
    addresses += [row.url for name in ("steps", "paths", "parties") for row in context[name]]
    addresses += [item.url for item in (*context["heat"].boxes, *context["heat"].ways) if item.url]
    browser = signed_in(cast.admin)
    for address in addresses:
        assert browser.get(address).status_code == 200, address

    def behind(figure: str) -> list[tuple[int, str]]:
        rows = get(cast.admin, "insight-tickets", of=figure).context["rows"]
        return [(ticket.pk, time) for ticket, time in rows]

    assert behind("step.work") == [(slow.pk, "1h 40m"), (quick.pk, "10m"), (asked.pk, "3s")]
    assert behind("party.client") == [(slow.pk, "1m"), (quick.pk, "1m"), (asked.pk, "9s")]
    assert [pk for pk, _time in behind("cancelled")] == [asked.pk]
    assert [pk for pk, _time in behind("way.work.confirm")] == [slow.pk, quick.pk]
    assert behind("reopened") == []


def test_the_list_is_narrowed_as_the_page_was(cast: Cast, leader: User) -> None:
    mine = summarised(cast.ticket())
    summarised(TicketFactory())
    rows = get(leader, "insight-tickets").context["rows"]
    assert [ticket for ticket, _time in rows] == [mine]
    assert get(leader, "insight-tickets", client=ClientFactory().pk).context["rows"] == []


@pytest.mark.parametrize("figure", ["nothing", "step", "path.0", "path.\x00", "way.a", "party.x", "a" * 3000])
def test_a_figure_that_does_not_exist_is_not_found(cast: Cast, figure: str) -> None:
    assert get(cast.admin, "insight-tickets", of=figure).status_code == 404


def test_the_list_is_paged(cast: Cast) -> None:
    for _ in range(51):
        summarised(TicketFactory())
    assert len(get(cast.admin, "insight-tickets").context["rows"]) == 50
    assert len(get(cast.admin, "insight-tickets", page=2).context["rows"]) == 1
