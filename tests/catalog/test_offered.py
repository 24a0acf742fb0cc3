"""What can be chosen: the offered rows, and the one that a row holds already."""

from __future__ import annotations

import pytest

from catalog.models import Category, RequestType, Service
from tests.factories import RequestTypeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> RequestType:
    """A request type whose category went to the archive."""
    item: RequestType = RequestTypeFactory()
    Category.objects.filter(pk=item.service.category_id).update(is_archived=True)
    return item


def test_an_archived_category_takes_its_services_and_types_with_it(kept: RequestType) -> None:
    on_offer = RequestTypeFactory()
    assert list(Service.objects.offered()) == [on_offer.service]
    assert list(RequestType.objects.offered()) == [on_offer]


def test_what_is_held_already_can_still_be_chosen(kept: RequestType) -> None:
    on_offer = RequestTypeFactory()
    assert set(Service.objects.offered_or(kept.service_id)) == {on_offer.service, kept.service}
    assert set(RequestType.objects.offered_or(kept.pk)) == {on_offer, kept}
    assert list(Service.objects.offered_or(None)) == [on_offer.service]
