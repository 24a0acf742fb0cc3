"""Names that differ by case, spaces or encoding only are one name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from catalog.models import Category, RequestType, Service
from catalog.service_tree import copying
from catalog.service_tree.forms import CategoryForm, ServiceForm
from contracts.clients.company.forms import ClientForm
from contracts.models import Contract, RateClass
from contracts.terms.forms import ContractForm
from servicedesk.lib import unique_names
from servicedesk.lib.checks import names_have_their_keys
from servicedesk.lib.unique_names import KeyField, OneName, free, key, write_keys
from servicedesk.people.models import Client, Group
from servicedesk.tickets.assignment_setup.rule_form import RuleForm
from servicedesk.tickets.models import AssignmentRule
from sla.calendars.forms import CalendarForm
from sla.models import Calendar, Policy
from sla.policies.forms import PolicyForm
from tests.factories import (
    CategoryFactory,
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    ServiceFactory,
    UserFactory,
    contract_for,
)

FIRST, SECOND = "ООО «Вега» Straße", "  ооо   «ВЕГА» STRASSE "


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "ACME"),
        ("Acme Ltd", "acme \u00a0 ltd "),
        ("Связь", "СВЯЗЬ"),
        ("Café", "Cafe\u0301"),
        ("Straße", "STRASSE"),
        ("Acme", "Ac\u200bme"),
        ("Ｇold", "gold"),
        *(("Vega", f"Ve{sign}ga") for sign in "\ufe0f\u034f\u115f\u3164\x7f\x01\u00ad\u2060\U000e0041"),
        *(("Vega-IT", f"Vega{dash}IT") for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"),
        ("Vega IT", "Vega\u2800IT"),
    ],
)
def test_what_looks_the_same_has_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_what_differs_has_its_own_key() -> None:
    assert len({key(name) for name in ("Acme", "Acme 2", "Акме", "A cme")}) == 4


def test_a_key_is_short_enough_for_an_index() -> None:
    assert len(key("\ufdfa" * 150).encode()) <= 2600


def test_a_free_name_keeps_its_length() -> None:
    long = "x" * 40
    assert free(long, [long], longest=40) == "x" * 36 + " (2)"


def contract(client: Client, number: str) -> Contract:
    return Contract(client=client, number=number, **_agreed(client))


def _agreed(client: Client) -> dict[str, Any]:
    policy, _ = Policy.objects.get_or_create(name="Gold")
    calendar, _ = Calendar.objects.get_or_create(name="Office")
    return {"name": "Any", "starts_on": "2026-01-01", "policy": policy, "calendar": calendar}


def _service(name: str) -> Service:
    shelf = Category.objects.first() or CategoryFactory()
    return ServiceFactory.build(name=name, category=shelf, group=Group.objects.first() or GroupFactory())  # type: ignore[no-any-return]


def _request_type(name: str) -> RequestType:
    return RequestType(name=name, service=Service.objects.first() or ServiceFactory())


def _rate(name: str) -> RateClass:
    agreed = Contract.objects.first() or contract_for(ClientFactory())
    return RateClass(name=name, when="night", contract=agreed)


MADE: dict[str, Callable[[str], Any]] = {
    "client": lambda name: Client(name=name),
    "group": lambda name: Group(name=name),
    "category": lambda name: Category(name=name),
    "service": _service,
    "request type": _request_type,
    "policy": lambda name: Policy(name=name),
    "calendar": lambda name: Calendar(name=name),
    "assignment rule": lambda name: AssignmentRule(name=name),
    "contract": lambda name: contract(ClientFactory(), name),
    "rate class": _rate,
}


@pytest.mark.django_db
@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_the_database_and_the_forms_refuse_a_second_one(make: Callable[[str], Any]) -> None:
    first = make(FIRST)
    first.save()
    second = make(SECOND)
    with pytest.raises(ValidationError, match="There is “ООО «Вега» Straße” already"):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(first).objects.bulk_create([second])
    first.full_clean()  # itself is no other


def test_every_model_with_a_key_has_its_constraint() -> None:
    keyed = {
        model.__name__
        for model in apps.get_models()
        if any(isinstance(field, KeyField) for field in model._meta.fields)
    }
    held = {
        model.__name__
        for model in apps.get_models()
        if any(isinstance(one, OneName) for one in model._meta.constraints)
    }
    assert keyed == held
    assert len(keyed) == len(MADE)


def test_no_name_is_unique_by_its_letters_alone() -> None:
    """Such a column would let names through that differ by case only. Editions are named by their makers."""
    loose = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__name__ != "ZoneEdition"
        and model._meta.app_label in {"people", "catalog", "sla", "contracts", "tickets", "reports"}
        for field in model._meta.fields
        if isinstance(field, models.CharField) and field.unique and not isinstance(field, models.EmailField)
    ]
    assert loose == []


@pytest.mark.django_db
def test_forms_say_it_beside_the_name() -> None:
    admin = UserFactory(is_superuser=True)
    client, shelf = ClientFactory(name="Вега"), CategoryFactory(name="Вега")
    ServiceFactory(name="Вега", category=shelf)
    Policy.objects.create(name="Вега")
    Calendar.objects.create(name="Вега")
    AssignmentRule.objects.create(name="Вега")
    contract_for(client, number="В-1")
    forms: list[tuple[Any, str]] = [
        (ClientForm({"name": "ВЕГА"}, by=admin), "name"),
        (CategoryForm({"name": "вега"}), "name"),
        (ServiceForm({"name": " вега", "category": shelf.pk}), "name"),
        (PolicyForm({"name": "ВЕГА"}), "name"),
        (CalendarForm({"name": "ВЕГА"}), "name"),
        (RuleForm({"name": "вега", "method": "nobody"}), "name"),
        (ContractForm({"number": "в-1"}, client=client), "number"),
    ]
    assert [("already" in str(form.errors.get(name, ""))) for form, name in forms] == [True] * 7


@pytest.mark.django_db
def test_services_of_different_categories_may_share_a_name() -> None:
    ServiceFactory(name="Mail", category=CategoryFactory())
    other = ServiceFactory(name="mail", category=CategoryFactory())
    other.full_clean()
    assert Service.objects.filter(name_key=other.name_key).count() == 2


@pytest.mark.django_db
def test_copies_of_one_thing_have_names_of_their_own() -> None:
    item = RequestTypeFactory(name="Laptop")
    names = [copying.copy_type(item).name for _ in range(3)]
    assert names == ["Laptop (copy)", "Laptop (copy) (2)", "Laptop (copy) (3)"]
    names = [copying.copy_service(item.service).name for _ in range(2)]
    assert names == [f"{item.service.name} (copy)", f"{item.service.name} (copy) (2)"]


@pytest.mark.django_db
def test_rows_from_before_are_told_apart_and_the_oldest_keeps_its_name() -> None:
    names = ["Вега", "ВЕГА", "вега (2)", "Orion", " вега"]
    for name in names:
        client = ClientFactory(name=f"was {name}")
        Client.objects.filter(pk=client.pk).update(name=name, name_key="")
    renamed = write_keys(Client)
    kept = list(Client.objects.order_by("pk").values_list("name", flat=True))
    assert kept == ["Вега", "ВЕГА (3)", "вега (2)", "Orion", " вега (4)"]
    assert [(former, new) for _row, former, new in renamed] == [("ВЕГА", "ВЕГА (3)"), (" вега", " вега (4)")]
    assert not Client.objects.filter(name_key="").exists()
    assert write_keys(Client) == []


@pytest.mark.django_db
@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_whoever_saves_the_name_saves_its_key(make: Callable[[str], Any]) -> None:
    row = make("Vega")
    row.save()
    (keyed,) = (field for field in row._meta.fields if isinstance(field, KeyField))
    setattr(row, keyed.of, "Orion")
    row.save(update_fields=[keyed.of])
    row.refresh_from_db()
    assert getattr(row, keyed.name) == "orion"
    assert not list(names_have_their_keys(databases=["default"]))
    type(row)._base_manager.update(**{keyed.name: "vega"})
    (told,) = names_have_their_keys(databases=["default"])
    assert "Orion" in told.msg


@pytest.mark.django_db
@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
@pytest.mark.parametrize("name", ["\u200b", "\u2060\ufe0f", "\u2800", "\u3164"])
def test_a_name_that_nobody_sees_is_refused(make: Callable[[str], Any], name: str) -> None:
    with pytest.raises(ValidationError, match="a name that can be seen"):
        make(name).full_clean()


def test_no_code_writes_names_past_their_keys() -> None:
    """`update()` and `bulk_update()` have no hook, so they name both."""
    writes = re.compile(r"\.a?update\([^()]*\b(name|number)=|\.a?bulk_update\([^()]*[\"'](name|number)[\"']")
    root = Path(unique_names.__file__).parents[2]
    found = [
        f"{path.relative_to(root)}: {hit[0]}"
        for folder in ("servicedesk", "catalog", "contracts", "sla", "workflows", "reports")
        for path in (root / folder).rglob("*.py")
        for hit in writes.finditer(path.read_text())
        if f"{hit[1] or hit[2]}_key" not in hit[0] and path.name not in {"uploads.py", "versions.py"}
    ]
    assert found == []


@pytest.mark.django_db
def test_keys_of_renamed_rows_are_written_anew_although_they_stand_crosswise() -> None:
    one, other = ClientFactory(name="One"), ClientFactory(name="Other")
    twin = ClientFactory(name="Third")
    Client.objects.filter(pk=one.pk).update(name="Other")
    Client.objects.filter(pk=other.pk).update(name="Next", name_key="")
    Client.objects.filter(pk=one.pk).update(name_key="next")
    Client.objects.filter(pk=other.pk).update(name_key="one")
    Client.objects.filter(pk=twin.pk).update(name="Nе\u200bxt".replace("е", "e"))
    assert [(row.pk, new) for row, _former, new in write_keys(Client)] == [(twin.pk, "Ne\u200bxt (2)")]
    assert unique_names.wrong_keys(Client) == []


@pytest.mark.django_db
def test_rows_without_a_key_do_not_stand_in_each_others_way() -> None:
    """While an older version of the program still writes, its rows have no key yet."""
    one, other = GroupFactory(), GroupFactory()
    assert Group.objects.filter(pk__in=[one.pk, other.pk]).update(name_key="") == 2
