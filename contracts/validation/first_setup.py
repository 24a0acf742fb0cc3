"""What a desk still lacks before a first ticket is promised anything, in the order in which it is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from catalog.models import Category, RequestType, Service
from contracts.models import Contract
from servicedesk.people.models import Client, GroupMembership, Membership
from sla.models import Calendar, Policy
from sla.validation.findings import Finding, Place, Severity


class _Lack(NamedTuple):
    code: str
    where: Place
    sentence: str


def missing() -> list[Finding]:
    """One finding for each step not done; at most twelve statements, the same for a desk of any size.

    Once there is a contract, what it lacks is found by the checks of contracts, policies and calendars.
    """
    is_begun = Contract.objects.exists()
    lacks = [*_of_the_desk(), *([] if is_begun else _of_targets()), *_of_the_catalog(), *_of_clients()]
    if not is_begun:
        text = _("There is no contract yet: tickets would have no targets.")
        lacks.append(_Lack("contract", _page_of_first("clients:contract-new", _("Contracts")), text))
    return [
        Finding(Severity.ERROR, f"start.{lack.code}", lack.where, lack.sentence, step=step)
        for step, lack in enumerate(lacks, start=1)
    ]


def _of_the_desk() -> Iterator[_Lack]:
    if not GroupMembership.objects.filter(user__is_active=True, user__is_agent=True).exists():
        text = _("No group has an agent yet: tickets would stay unassigned.")
        yield _Lack("agents", Place(_("Groups"), "assignment:groups"), text)


def _of_targets() -> Iterator[_Lack]:
    if not Calendar.objects.published().exists():
        text = _("No calendar is published: targets count working hours only.")
        view = "sla:calendars" if Calendar.objects.exists() else "sla:calendar-new"
        yield _Lack("calendar", Place(_("Calendars"), view), text)
    if not Policy.objects.published().exists():
        text = _("No SLA policy is published: it sets the targets for response and resolution.")
        view = "sla:policies" if Policy.objects.exists() else "sla:policy-new"
        yield _Lack("policy", Place(_("SLA policies"), view), text)


def _of_the_catalog() -> Iterator[_Lack]:
    if not Service.objects.offered().exists():
        text = _("No service is active: clients could request nothing.")
        view = "catalog:service-new" if Category.objects.exists() else "catalog:category-new"
        yield _Lack("service", Place(_("Catalog"), view), text)
    if not RequestType.objects.offered().exists():
        text = _("No request type is active: it gives a request its type and its form.")
        view = "catalog:type-new" if Service.objects.exists() else "catalog:catalog"
        yield _Lack("request_type", Place(_("Request types"), view), text)


def _of_clients() -> Iterator[_Lack]:
    if not Client.objects.active().exists():
        text = _("There is no client yet: add the first company that you support.")
        yield _Lack("client", Place(_("Clients"), "clients:client-new"), text)
    people = Membership.objects.filter(is_active=True, client__is_active=True, user__is_active=True)
    if not people.exists():
        text = _("No client has a contact: nobody could send a request.")
        yield _Lack("contact", _page_of_first("clients:contact-new", _("Contacts")), text)


def _page_of_first(view: str, name: str) -> Place:
    """What the first client still lacks; the list of clients while there is none."""
    client = Client.objects.active().order_by("pk").first()
    return Place(f"{name}: {client}", view, client.pk) if client else Place(name, "clients:clients")
