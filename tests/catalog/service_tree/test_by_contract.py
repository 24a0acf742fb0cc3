"""Services only by contract, and what happens when no hours are left: in forms, tree, preview and copies."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from catalog import hours_used_up
from catalog.editor.saving import stamp
from catalog.models import AtZero, RequestType, Service
from catalog.service_tree.forms import ServiceForm
from tests.catalog.conftest import Desk
from tests.catalog.service_tree.test_records import general
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

LINKS = [{"title": "Outbox", "url": "https://kb.example.org/outbox", "audience": "client"}]


def of_service(row: Service, **changed: Any) -> dict[str, Any]:
    """What the page of a service sends; a box that is not ticked is not sent."""
    seen = stamp(Service.objects.get(pk=row.pk), *ServiceForm.kept())
    given = {
        "name": row.name,
        "category": row.category_id,
        "group": row.group_id,
        "icon": row.icon,
        "seen": seen,
    }
    return given | changed


def test_a_service_becomes_one_by_contract_and_back(desk: Desk, item: RequestType) -> None:
    service = item.service
    page = desk.get("service", service.pk)
    assert "Only by contract" in page
    assert "Clients see it only while one of their contracts includes it." in page
    assert "by contract" not in desk.get("catalog")
    desk.post("service", service.pk, **of_service(service, is_restricted="on"))
    assert Service.objects.get().is_restricted
    assert "by contract" in desk.get("catalog")
    desk.post("service", service.pk, **of_service(service))
    assert not Service.objects.get().is_restricted


def test_a_new_service_can_be_by_contract_from_the_start(desk: Desk, item: RequestType) -> None:
    given = of_service(item.service, name="Servers", is_restricted="on", category=CategoryFactory().pk)
    desk.post("service-new", **given)
    assert Service.objects.get(name="Servers").is_restricted


def test_a_conflict_names_only_what_differs_and_boxes_in_words(desk: Desk, item: RequestType) -> None:
    service = item.service
    mine = of_service(service, name="Mine")
    Service.objects.update(name="Theirs")
    page = desk.post("service", service.pk, **mine).content.decode()
    assert "Name: Theirs" in page
    assert "Only by contract:" not in page
    mine = of_service(Service.objects.get())
    Service.objects.update(is_restricted=True)
    page = desk.post("service", service.pk, **mine).content.decode()
    assert "Only by contract: yes" in page
    assert "Name:" not in page


@pytest.mark.parametrize("rule", ["", *AtZero.values])
def test_a_request_type_says_what_happens_when_no_hours_are_left(
    desk: Desk, item: RequestType, rule: str
) -> None:
    assert "As the contract says" in desk.get("type", item.pk)
    assert desk.post("type", item.pk, **general(item, at_zero=rule)).status_code == 302
    item.refresh_from_db()
    assert item.at_zero == item.snapshot()["at_zero"] == rule
    assert f'<option value="{rule}" selected>' in desk.get("type", item.pk)


def test_another_rule_is_refused(desk: Desk, item: RequestType) -> None:
    assert desk.post("type", item.pk, **general(item, at_zero="never")).status_code == 422


def test_the_rule_is_said_as_a_sentence() -> None:
    said = [hours_used_up.sentence(rule) for rule in AtZero.values]
    assert all(sentence.startswith("When the hours are used up: ") for sentence in said)
    assert len(set(said)) == len(AtZero.values)
    assert hours_used_up.sentence("ask") == "When the hours are used up: the client is asked first."
    assert hours_used_up.sentence("") == hours_used_up.sentence("unknown") == ""
    with override("en"):
        assert RequestType(at_zero="ask").when_used_up() == hours_used_up.sentence("ask")


def test_the_preview_says_the_rule(desk: Desk, item: RequestType) -> None:
    assert "When the hours are used up" not in desk.get("type-preview", item.pk)
    RequestType.objects.update(at_zero="ask")
    assert "When the hours are used up: the client is asked first." in desk.get("type-preview", item.pk)


def test_copies_keep_links_the_rule_and_by_contract(desk: Desk, item: RequestType) -> None:
    RequestType.objects.update(links=LINKS, at_zero="ask")
    Service.objects.update(is_restricted=True)
    desk.post("type-copy", item.pk)
    copied = RequestType.objects.exclude(pk=item.pk).get()
    assert (copied.links, copied.at_zero) == (LINKS, "ask")
    copied.delete()
    desk.post("service-copy", item.service_id)
    service = Service.objects.exclude(pk=item.service_id).get()
    assert service.is_restricted
    assert [(one.links, one.at_zero) for one in service.request_types.all()] == [(LINKS, "ask")]
