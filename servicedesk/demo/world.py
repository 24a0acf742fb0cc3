"""The demo's stage: people, catalog, agreements. Everything after it happens through the real verbs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile

from catalog.models import Category, RequestType, Service
from servicedesk.demo.logos import logo
from servicedesk.people.models import Client, Group, GroupMembership, Membership, User

DATA = Path(__file__).parent / "data"
PASSWORD = "quayside-demo"  # noqa: S105 - printed for whoever tries the demo
LANGUAGES = ("en", "ru", "es")
STAFF_DOMAIN = "quayside.example"

# role, e-mail: who signs in to look around
SIGN_INS = (
    ("client", "helen.marsh@brightwater.example"),
    ("agent", f"marta.ruiz@{STAFF_DOMAIN}"),
    ("account manager", f"grace.holm@{STAFF_DOMAIN}"),
    ("administrator", f"admin@{STAFF_DOMAIN}"),
)


@dataclass
class Company:
    client: Client
    contacts: list[User]
    country: str


@dataclass
class World:
    groups: dict[str, Group] = field(default_factory=dict)
    agents: dict[int, list[User]] = field(default_factory=dict)
    account_managers: list[User] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    types: dict[str, RequestType] = field(default_factory=dict)
    cases: dict[str, dict[str, list[list[str]]]] = field(default_factory=dict)


def load(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def build() -> World:
    """Create the people and the catalog; dates and tickets come later."""
    world, people = World(), load("people")
    password = make_password(PASSWORD)  # one hash for all: Argon2 is slow on purpose
    name, email = people["administrator"]
    User.objects.create(full_name=name, email=email, is_superuser=True, password=password, language="en")
    _staff(world, people, password)
    for row in people["clients"]:
        world.companies.append(_company(row, world, people["transliteration"], password))
    _catalog(world, load("catalog"))
    return world


def _staff(world: World, people: dict[str, Any], password: str) -> None:
    for row in people["groups"]:
        group = Group.objects.create(name=row["name"])
        world.groups[row["key"]], world.agents[group.pk] = group, []
        for number, name in enumerate(row["agents"]):
            agent = User.objects.create(
                full_name=name,
                email=f"{_address(name, {})}@{STAFF_DOMAIN}",
                is_agent=True,
                language=people["agent_languages"].get(name, "en"),
                time_zone="Europe/London",
                password=password,
            )
            GroupMembership.objects.create(group=group, user=agent, is_leader=number == 0)
            world.agents[group.pk].append(agent)
    for name, email, language in people["account_managers"]:
        manager = User.objects.create(
            full_name=name, email=email, language=language, is_account_manager=True, password=password
        )
        world.account_managers.append(manager)


def _company(row: dict[str, Any], world: World, letters: dict[str, str], password: str) -> Company:
    client = Client(
        name=row["name"],
        language=row["language"],
        time_zone=row["zone"],
        account_manager=world.account_managers[row["manager"]],
    )
    client.logo.save(
        f"{row['domain'].split('.')[0]}.svg", ContentFile(logo(row["name"], row["hue"])), save=True
    )
    contacts = []
    for number, name in enumerate(row["contacts"]):
        contact = User.objects.create(
            full_name=name,
            email=f"{_address(name, letters)}@{row['domain']}",
            language=row["language"],
            time_zone=row["zone"],
            password=password,
        )
        role = Membership.Role.CONTACT if number else Membership.Role.MANAGER
        Membership.objects.create(client=client, user=contact, role=role)
        contacts.append(contact)
    return Company(client, contacts, row["country"])


def _address(name: str, letters: dict[str, str]) -> str:
    accents = str.maketrans("áéíóúüñ", "aeiouun")
    plain = "".join(letters.get(letter, letter) for letter in name.lower())
    return plain.translate(accents).replace(" ", ".")


def named(texts: list[str]) -> dict[str, Any]:
    """[en, ru, es] as a name and its translations."""
    return {"name": texts[0], "translations": dict(zip(LANGUAGES[1:], texts[1:], strict=True))}


def labelled(texts: list[str], key: str) -> dict[str, Any]:
    return {key: texts[0], "translations": dict(zip(LANGUAGES[1:], texts[1:], strict=True))}


def _catalog(world: World, data: dict[str, Any]) -> None:
    for place, category in enumerate(data["categories"]):
        shelf = Category.objects.create(position=place, **named(category["name"]))
        for number, row in enumerate(category["services"]):
            words = row["description"]
            service = Service.objects.create(
                category=shelf,
                group=world.groups[row["group"]],
                icon=row["icon"],
                position=place * 10 + number,
                description=words[0],
                description_translations={"ru": words[1], "es": words[2]},
                **named(row["name"]),
            )
            for order, item in enumerate(row["types"]):
                world.types[item["key"]] = _request_type(world, service, item, order)
                world.cases[item["key"]] = item["cases"]


def _request_type(world: World, service: Service, row: dict[str, Any], position: int) -> RequestType:
    return RequestType.objects.create(
        service=service,
        kind=row["kind"],
        default_urgency=row["urgency"],
        default_impact=row["impact"],
        approvals=row.get("approvals") or ([{"who": row["approval"]}] if "approval" in row else []),
        price=row.get("price"),
        estimated_hours=row.get("hours"),
        needs_verification=row.get("verify", False),
        form=[_field(entry) for entry in row.get("form", [])],
        plan=[_stage(world, stage) for stage in row.get("plan", [])],
        position=position,
        **named(row["name"]),
    )


def _field(row: dict[str, Any]) -> dict[str, Any]:
    field_ = {
        "key": row["key"],
        "kind": row["kind"],
        "required": row["required"],
        **labelled(row["label"], "label"),
    }
    if row["kind"] == "choice":
        field_["choices"] = [{"value": value, **labelled(texts, "label")} for value, texts in row["choices"]]
    return field_


def _stage(world: World, row: dict[str, Any]) -> dict[str, Any]:
    return {"tasks": [_task(world, task) for task in row["tasks"]], **labelled(row["title"], "title")}


def _task(world: World, row: dict[str, Any]) -> dict[str, Any]:
    task = {"group": world.groups[row["group"]].pk, **labelled(row["title"], "title")}
    task |= {name: row[name] for name in ("key", "target", "condition") if name in row}
    if "form" in row:
        task["form"] = [_field(entry) for entry in row["form"]]
    if "checklist" in row:
        task["checklist"] = [labelled(texts, "text") for texts in row["checklist"]]
    return task
