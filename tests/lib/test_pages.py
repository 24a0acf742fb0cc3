"""Long lists: what nobody turns to is not counted."""

from __future__ import annotations

import pytest

from servicedesk.lib.pages import LongPaginator
from servicedesk.people.models import Client
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _five() -> None:
    ClientFactory.create_batch(5)


def paginated(**options: int) -> LongPaginator:
    return LongPaginator(Client.objects.order_by("pk"), 2, **options)


def test_a_short_list_is_counted_whole() -> None:
    pages = paginated(most=5)
    assert (pages.count, pages.num_pages, pages.shown) == (5, 3, "5")


def test_a_long_one_is_counted_up_to_what_can_be_turned_to() -> None:
    pages = paginated(most=3)
    assert (pages.count, pages.num_pages, pages.shown) == (3, 2, "3+")
    assert len(pages.get_page(99)) == 1


def test_a_number_that_somebody_keeps_is_told_but_hides_no_row() -> None:
    assert paginated(most=3, told=5).shown == "5"
    assert paginated(most=9, told=0).count == 5


def test_what_was_counted_already_is_not_asked_again(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert paginated(most=9, count=4).count == 4
