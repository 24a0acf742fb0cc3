"""Each form of the catalog and of the rules of assignment that adds or moves something: done once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.desk.conftest import Cast
from tests.factories import CategoryFactory, RequestTypeFactory, ServiceFactory
from tests.once.table import Table
from tests.once.walking import Sent, Walker
from tests.tickets.assignment_setup.test_rules import rule

pytestmark = pytest.mark.django_db
table = Table()


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def admin(cast: Cast) -> Walker:
    return Walker(cast.admin)


# The rules of assignment.
@table.form("assignment:new")
def _(cast: Cast) -> Sent:
    typed = {"name": "First", "method": "least_loaded", "is_active": "on"}
    return admin(cast).fills("assignment:new", on=at("assignment:new"), **typed)


@table.form("assignment:move")
def _(cast: Cast) -> Sent:
    rule("First"), rule("Second", 1)
    third = rule("Third", 2)
    return admin(cast).fills("assignment:move", third.pk, on=at("assignment:rules"), to="up")


@table.form("assignment:restore")
def _(cast: Cast) -> Sent:
    walker, page = admin(cast), at("assignment:rules")
    walker.fills("assignment:remove", rule("First").pk, on=page).send()
    return walker.fills("assignment:restore", on=f"{page}?deleted")


# The catalog.
def of_the_tree(cast: Cast, name: str, pk: int) -> Sent:
    """The buttons of the tree share a form and bring their own address."""
    sent = admin(cast).fills("catalog:catalog", on=at("catalog:catalog"), by="up")
    sent.action = at(name, pk)
    return sent


@table.form("catalog:category-move")
def _(cast: Cast) -> Sent:
    rows = [CategoryFactory(position=number) for number in range(10, 13)]
    return of_the_tree(cast, "catalog:category-move", rows[-1].pk)


@table.form("catalog:service-move")
def _(cast: Cast) -> Sent:
    category = CategoryFactory()
    rows = [ServiceFactory(category=category, position=number) for number in range(3)]
    return of_the_tree(cast, "catalog:service-move", rows[-1].pk)


@table.form("catalog:type-move")
def _(cast: Cast) -> Sent:
    service = ServiceFactory()
    rows = [RequestTypeFactory(service=service, position=number) for number in range(3)]
    return of_the_tree(cast, "catalog:type-move", rows[-1].pk)


@table.form("catalog:category-new")
def _(cast: Cast) -> Sent:
    return admin(cast).fills("catalog:category-new", on=at("catalog:category-new"), name="Workplace")


@table.form("catalog:service-new")
def _(cast: Cast) -> Sent:
    near = cast.item.service
    typed = {"name": "Printing", "category": near.category_id, "group": near.group_id, "icon": "printer"}
    return admin(cast).fills("catalog:service-new", on=at("catalog:service-new"), **typed)


@table.form("catalog:type-new")
def _(cast: Cast) -> Sent:
    typed = {"name": "A new printer", "service": cast.item.service_id}
    return admin(cast).fills("catalog:type-new", on=at("catalog:type-new"), **typed)


@table.form("catalog:service-copy")
def _(cast: Cast) -> Sent:
    return of_the_tree(cast, "catalog:service-copy", cast.item.service_id)


@table.form("catalog:type-copy")
def _(cast: Cast) -> Sent:
    return admin(cast).fills("catalog:type-copy", cast.item.pk, on=at("catalog:type", cast.item.pk))


@table.form("catalog:excel-take")
def _(cast: Cast) -> Sent:
    walker = admin(cast)
    book = load_workbook(io.BytesIO(walker.browser.get(at("catalog:excel-file")).content))
    sheet = book.worksheets[0]
    new = [cell.value for cell in sheet[2]]
    sheet.append(["Another one" if value == CategoryFactory._meta.model.objects.first().name else value
                  for value in new])  # fmt: skip
    paper = io.BytesIO()
    book.save(paper)
    file = SimpleUploadedFile("catalog.xlsx", paper.getvalue())
    trial = walker.browser.post(at("catalog:excel"), {"file": file})
    return walker.fills_in(trial, at("catalog:excel-take"))


table.test(globals(), "assignment:", "catalog:")
