"""Categories, services and the general part of request types."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.editor.saving import stamp
from catalog.models import Category, RequestType, Service
from catalog.service_tree.forms import RequestTypeForm, ServiceForm, icon_names
from tests.catalog.conftest import Desk
from tests.factories import CategoryFactory, GroupFactory, RequestTypeFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def general(item: RequestType, **changed: Any) -> dict[str, Any]:
    """What the page of a request type sends."""
    given = {
        "service": item.service_id,
        "name": item.name,
        "kind": item.kind,
        "default_urgency": 2,
        "default_impact": 3,
        "seen": stamp(RequestType.objects.get(pk=item.pk), *RequestTypeForm.kept()),
    }
    return given | changed


def test_a_category_is_created_in_three_languages(desk: Desk) -> None:
    CategoryFactory(position=4)
    answer = desk.post("category-new", name="Workplace", name_ru="Рабочее место", name_es="Puesto")
    assert answer.status_code == 302
    row = Category.objects.get(name="Workplace")
    assert (row.translations, row.position) == ({"ru": "Рабочее место", "es": "Puesto"}, 5)


def test_a_service_is_created_with_its_icon(desk: Desk) -> None:
    category, group = CategoryFactory(), GroupFactory()
    given = {"category": category.pk, "group": group.pk, "name": "Printing", "description_ru": "Печать"}
    desk.post("service-new", icon="printer", **given)
    row = Service.objects.get()
    assert (row.icon, row.description_translations) == ("printer", {"ru": "Печать"})


def test_an_unknown_icon_is_refused_and_what_was_typed_stays(desk: Desk) -> None:
    given = {"category": CategoryFactory().pk, "group": GroupFactory().pk, "name": "Printing"}
    answer = desk.post("service-new", icon='x"><script>', **given)
    assert answer.status_code == 422
    assert 'value="Printing"' in answer.content.decode()
    assert not Service.objects.exists()


def test_the_icons_are_those_of_the_drawing(desk: Desk) -> None:
    assert {"box", "laptop", "printer"} <= set(icon_names())
    page = desk.get("service-new")
    assert all(f"#i-{name}" in page for name in icon_names())


def test_an_emptied_translation_is_gone(desk: Desk) -> None:
    row = CategoryFactory(translations={"ru": "Было", "es": "Era"})
    desk.post("category", row.pk, name=row.name, name_es="Es", seen=stamp(row, "name", "translations"))
    row.refresh_from_db()
    assert row.translations == {"es": "Es"}


def test_the_general_part_is_saved(desk: Desk, item: RequestType) -> None:
    group = GroupFactory()
    given = general(
        item, name="New laptop", name_ru="Ноутбук", group=group.pk, price="500", estimated_hours="2.5"
    )
    assert desk.post("type", item.pk, needs_verification="on", **given).status_code == 302
    item.refresh_from_db()
    assert (item.name, item.translations, item.group) == ("New laptop", {"ru": "Ноутбук"}, group)
    assert (str(item.price), str(item.estimated_hours), item.needs_verification) == ("500.00", "2.50", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("kind", "wish"), ("default_urgency", "9"), ("price", "-1"),
     ("estimated_hours", "NaN"), ("service", "99999"), ("group", "x")],
)  # fmt: skip
def test_a_wrong_value_is_said_and_nothing_is_stored(
    desk: Desk, item: RequestType, field: str, value: str
) -> None:
    answer = desk.post("type", item.pk, **general(item, **{"description": "Typed", field: value}))
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.content.decode()
    item.refresh_from_db()
    assert item.description == ""


def test_a_request_with_a_plan_cannot_become_an_incident(desk: Desk, item: RequestType) -> None:
    item.plan = [{"tasks": [{"title": "Order it"}]}]
    item.save()
    answer = desk.post("type", item.pk, **general(item, kind="incident"))
    assert answer.status_code == 422
    assert "Only a service request has a plan." in answer.content.decode()
    item.refresh_from_db()
    assert item.kind == "service_request"


def test_saving_the_general_part_leaves_the_plan_that_another_saved(desk: Desk, item: RequestType) -> None:
    sent = general(item, name="Renamed")
    plan = [{"tasks": [{"title": "Order it"}]}]
    RequestType.objects.filter(pk=item.pk).update(plan=plan)
    assert desk.post("type", item.pk, **sent).status_code == 302
    item.refresh_from_db()
    assert (item.name, item.plan) == ("Renamed", plan)


def test_of_two_people_the_slower_sees_both_and_nothing_is_lost(desk: Desk, item: RequestType) -> None:
    sent = general(item, name="Mine")
    RequestType.objects.filter(pk=item.pk).update(name="Theirs")
    answer = desk.post("type", item.pk, **sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Mine"' in page
    assert "Name: Theirs" in page
    item.refresh_from_db()
    assert item.name == "Theirs"
    assert desk.post("type", item.pk, **general(item, name="Mine")).status_code == 302
    item.refresh_from_db()
    assert item.name == "Mine"


def test_the_page_after_a_conflict_can_be_saved_as_it_is(desk: Desk) -> None:
    row = ServiceFactory(name="Before")
    sent = {"category": row.category_id, "group": row.group_id, "icon": "box", "name": "Mine"}
    answer = desk.post("service", row.pk, seen="long ago", **sent)
    assert answer.status_code == 409
    fresh = stamp(row, *ServiceForm.kept())
    assert f'name="seen" value="{fresh}"' in answer.content.decode()
    assert desk.post("service", row.pk, seen=fresh, **sent).status_code == 302


def test_another_service_takes_it_to_its_end(desk: Desk, item: RequestType) -> None:
    other = RequestTypeFactory(position=7).service
    desk.post("type", item.pk, **general(item, service=other.pk))
    item.refresh_from_db()
    assert (item.service, item.position) == (other, 8)


def test_names_are_shown_as_text(desk: Desk, item: RequestType) -> None:
    RequestType.objects.filter(pk=item.pk).update(name="<img src=x onerror=alert(1)>")
    for page in (desk.get("catalog"), desk.get("type", item.pk), desk.get("type-preview", item.pk)):
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_the_page_costs_the_same_whatever_the_catalog(
    desk: Desk, item: RequestType, django_assert_max_num_queries: Any
) -> None:
    for _number in range(3):
        RequestTypeFactory()
    with django_assert_max_num_queries(10):  # session, person, row, its service; two lists; three uses; timer
        desk.get("type", item.pk)
