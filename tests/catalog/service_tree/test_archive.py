"""Categories in the archive: hidden with all within them, shown when asked for, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.editor.saving import stamp
from catalog.models import Category, RequestType, Service
from catalog.service_tree import ordering
from tests.catalog.conftest import Desk
from tests.catalog.service_tree.test_records import general
from tests.factories import CategoryFactory, GroupFactory, RequestTypeFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(item: RequestType) -> Category:
    """“Workplace” with the service “Computers” and its request type “New computer”."""
    found = item.service.category
    found.name = "Workplace"
    found.save()
    return found


def shown(page: str) -> set[str]:
    return {name for name in ("Workplace", "Computers", "New computer") if f">{name}</a>" in page}


def test_a_category_goes_into_the_archive_with_everything_in_it_and_comes_back(
    desk: Desk, category: Category
) -> None:
    answer = desk.post("category-archive", category.pk, to="in")
    page = desk.browser.get(answer["Location"]).content.decode()
    assert "“Workplace” is in the archive." in page
    assert shown(page) == set()
    assert not Service.objects.offered().exists()
    assert not RequestType.objects.offered().exists()
    assert not Service.objects.get().is_archived
    assert shown(desk.get("catalog", archived="1")) == {"Workplace", "Computers", "New computer"}
    desk.post("category-archive", category.pk, to="out")
    assert shown(desk.get("catalog")) == {"Workplace", "Computers", "New computer"}
    assert RequestType.objects.offered().exists()


def test_undo_and_its_page_take_a_category_back(desk: Desk, category: Category) -> None:
    page = desk.post("category-archive", category.pk, htmx=True, to="in").content.decode()
    assert f'action="/setup/catalog/categories/{category.pk}/archive/"' in page
    assert "Restore from the archive" in desk.get("category", category.pk)
    assert desk.get("catalog", undo=f"category.{category.pk}").count("Undo") == 1
    desk.post("category-archive", category.pk, to="out")
    assert "Restore from the archive" not in desk.get("category", category.pk)


def test_when_all_is_in_the_archive_the_tree_says_so(desk: Desk, category: Category) -> None:
    Category.objects.update(is_archived=True)
    page = desk.get("catalog")
    assert "Everything is in the archive" in page
    assert "Including archived (1)" in page


def test_saving_a_category_leaves_it_in_the_archive(desk: Desk, category: Category) -> None:
    Category.objects.update(is_archived=True)
    category.refresh_from_db()
    desk.post("category", category.pk, name="Office", seen=stamp(category, "name", "translations"))
    category.refresh_from_db()
    assert (category.name, category.is_archived) == ("Office", True)


def test_a_category_in_the_archive_takes_no_new_service(desk: Desk, category: Category) -> None:
    Category.objects.update(is_archived=True)
    given = {"category": category.pk, "group": GroupFactory().pk, "name": "Printing", "icon": "printer"}
    answer = desk.post("service-new", **given)
    assert answer.status_code == 422
    assert Service.objects.count() == 1
    tree = desk.get("catalog", archived="1")
    assert f"?category={category.pk}" not in tree
    assert "?service=" not in tree


def test_a_request_type_is_not_moved_into_an_archived_category_but_one_within_stays(
    desk: Desk, item: RequestType, category: Category
) -> None:
    other = RequestTypeFactory()
    Category.objects.filter(pk=category.pk).update(is_archived=True)
    assert desk.post("type", other.pk, **general(other, service=item.service_id)).status_code == 422
    assert desk.post("type", item.pk, **general(item, name="Laptop")).status_code == 302
    item.refresh_from_db()
    assert (item.name, item.service.category) == ("Laptop", category)


def test_a_service_stays_in_its_archived_category_when_it_is_saved(desk: Desk, category: Category) -> None:
    Category.objects.update(is_archived=True)
    page = desk.get("service", Service.objects.get().pk)
    assert f'<option value="{category.pk}" selected>' in page


def test_a_service_in_the_archive_still_takes_request_types_so_that_a_copy_can_be_made_ready(
    desk: Desk, item: RequestType
) -> None:
    Service.objects.update(is_archived=True)
    sent = {"service": item.service_id, "name": "Screen", "kind": "incident", "default_urgency": 2}
    assert desk.post("type-new", default_impact=3, **sent).status_code == 302


def test_a_category_that_is_used_is_not_deleted_out_of_the_archive(desk: Desk, category: Category) -> None:
    Category.objects.update(is_archived=True)
    assert desk.post("category-delete", category.pk).status_code == 409
    assert Category.objects.exists()


def test_categories_are_put_in_order_and_step_over_the_archive(desk: Desk) -> None:
    rows = [CategoryFactory(name=name, position=place) for place, name in enumerate("ABC")]
    desk.post("category-move", rows[2].pk, before=rows[0].pk)
    assert [one.name for one in Category.objects.all()] == ["C", "A", "B"]
    Category.objects.filter(name="A").update(is_archived=True)
    ordering.step(Category.objects.get(name="B"), -1)
    assert [one.name for one in Category.objects.filter(is_archived=False)] == ["B", "C"]


def test_the_tree_costs_the_same_with_its_archive(desk: Desk, django_assert_max_num_queries: Any) -> None:
    for _number in range(2):
        for _row in range(3):
            RequestTypeFactory(service=ServiceFactory(category=CategoryFactory(is_archived=True)))
        with django_assert_max_num_queries(7):
            desk.get("catalog", archived="1", missing="1")
