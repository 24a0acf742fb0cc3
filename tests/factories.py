"""Valid rows by default; a test states only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from catalog.models import Category, Kind, RequestType, Service
from servicedesk.people.models import Client, Group, GroupMembership, Membership, User
from servicedesk.tickets.models import Ticket

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    time_zone = "UTC"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        password = fields.pop("password", None)
        user = model_class(**fields)
        # Argon2 costs 50 ms on purpose; most tests sign in by force.
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        return user


class ClientFactory(DjangoModelFactory[Client]):
    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Client {n}")


class GroupFactory(DjangoModelFactory[Group]):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Group {n}")


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service

    name = factory.Sequence(lambda n: f"Service {n}")
    category = factory.SubFactory(CategoryFactory)
    group = factory.SubFactory(GroupFactory)


class RequestTypeFactory(DjangoModelFactory[RequestType]):
    class Meta:
        model = RequestType

    name = factory.Sequence(lambda n: f"Request type {n}")
    service = factory.SubFactory(ServiceFactory)
    kind = Kind.INCIDENT


class TicketFactory(DjangoModelFactory[Ticket]):
    """A bare row, without clocks or process; `opened_by_door` makes a whole ticket."""

    class Meta:
        model = Ticket

    subject = factory.Sequence(lambda n: f"Ticket {n}")
    kind = Kind.INCIDENT
    client = factory.SubFactory(ClientFactory)
    requester = factory.SubFactory(UserFactory)
    service = factory.SubFactory(ServiceFactory)
    group = factory.SelfAttribute("service.group")


def agent_of(*groups: Group | None, is_leader: bool = False, **fields: Any) -> User:
    """An agent who works in the given groups; a ticket’s, which has always one here."""
    agent = UserFactory(is_agent=True, **fields)
    for group in filter(None, groups):
        GroupMembership.objects.create(group=group, user=agent, is_leader=is_leader)
    return agent


def contact_of(client: Client, *, is_manager: bool = False, **fields: Any) -> User:
    """A person of the client company."""
    role = Membership.Role.MANAGER if is_manager else Membership.Role.CONTACT
    person = UserFactory(**fields)
    Membership.objects.create(client=client, user=person, role=role)
    return person


def published_policy(name: str) -> Any:
    """A policy that can be promised; its matrix is empty."""
    from sla.models import Policy
    from sla.versions.publishing import publish_policy

    policy = Policy.objects.create(name=name)
    publish_policy(policy, [], LONG_AGO)
    return policy


def published_calendar(name: str, tz: str = "UTC") -> Any:
    """A calendar that can be promised: Mon-Fri 9-18."""
    from sla.calendars.editing.ready_made import default_calendar_definition
    from sla.models import Calendar
    from sla.versions.publishing import publish_calendar

    calendar = Calendar.objects.create(name=name)
    publish_calendar(calendar, default_calendar_definition(tz, ""), LONG_AGO - timedelta(days=1))
    return calendar


def contract_for(client: Client, *, tz: str = "UTC", **fields: Any) -> Any:
    """A contract with Mon-Fri 9-18 hours and 1 h / 2 h / 8 h promises for everything."""
    from contracts.models import Contract
    from sla.models import Calendar, Policy
    from sla.versions.publishing import publish_calendar, publish_policy

    calendar = Calendar.objects.create(name=f"Office {client.name}"[:120])
    week = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    publish_calendar(calendar, {"tz": tz, "week": week}, LONG_AGO)
    policy = Policy.objects.create(name=f"Policy {client.name}"[:120])
    cell = {
        "first_response": timedelta(hours=1),
        "next_response": timedelta(hours=2),
        "resolution": timedelta(hours=8),
    }
    publish_policy(policy, [cell], LONG_AGO)
    values = {
        "number": f"C-{client.pk}",
        "name": f"Gold {client.name}"[:120],
        "starts_on": LONG_AGO.date(),
        "policy": policy,
        "calendar": calendar,
    }
    return Contract.objects.create(client=client, **(values | fields))


def opened_by_door(**fields: Any) -> Ticket:
    """A whole ticket: through the door, with a contact, coverage, clocks and process."""
    from servicedesk.intake.submit import Submission, submit

    item = fields.pop("request_type", None) or RequestTypeFactory()
    client = fields.pop("client", None) or ClientFactory()
    requester = fields.pop("requester", None) or contact_of(client)
    values = {"subject": "Mail is late", "body": "Since Friday letters arrive hours late."}
    return submit(Submission(requester=requester, client=client, request_type=item, **(values | fields)))
