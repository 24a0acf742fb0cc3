"""What a new request is about: a service, then a request type of it, or something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import RequestType, RequestTypeQuerySet, Service
from contracts.coverage import offered_services
from servicedesk.lib import keys
from servicedesk.people.models import Client

OTHER = "other"

Companies = Sequence[Client]  # those of the person who chooses


@dataclass(frozen=True)
class Choice:
    """How far the person has chosen. `problem` is a sentence about a choice that is not possible."""

    service: Service | None = None
    item: RequestType | None = None
    is_other: bool = False
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        return self.item is not None or self.is_other

    @property
    def type_value(self) -> str:
        return str(self.item.pk) if self.item else OTHER if self.is_other else ""


def read(given: Mapping[str, str], companies: Companies) -> Choice:
    """Understand `service` and `type` of an address or a form; nothing raises. One or two statements.

    What is only offered to others is no more known than what is not there at all.
    """
    service_key, type_key = given.get("service", ""), given.get("type", "")
    if type_key and type_key != OTHER:
        return _with_type(type_key, companies)
    service = _service(service_key, companies)
    if service_key and service is None:
        return Choice(problem=_("This service is no longer offered. Choose another one."))
    if type_key == OTHER:
        return Choice(service=service, is_other=True)
    return Choice(service=service, is_other=service is not None and not types_of(service).exists())


def for_company(choice: Choice, company: Client) -> str:
    """Why this company of the person’s may not have what was chosen; empty when it may.

    One statement for a restricted service, else none.
    """
    service = choice.service
    if service is None or offered_services.is_offered(service, company, timezone.now()):
        return ""
    return offered_services.not_offered(service, company)


def entitled_first(choice: Choice, companies: Companies) -> list[Client]:
    """Those that may have what was chosen before the others, so that one of them is proposed."""
    if choice.service is None or len(companies) < 2:
        return list(companies)
    entitled = offered_services.entitled(choice.service, companies, timezone.now())
    return sorted(companies, key=lambda company: company not in entitled)


def _service(key: str, companies: Companies) -> Service | None:
    if not _is_key(key):
        return None
    return offered_services.services_for(companies, timezone.now()).filter(pk=key).first()


def _with_type(key: str, companies: Companies) -> Choice:
    item = None
    if _is_key(key):
        offered = offered_services.types_for(companies, timezone.now()).select_related(
            "service__group", "group"
        )
        item = offered.filter(pk=key).first()
    if item is None:
        return Choice(problem=_("This request type is no longer offered. Choose another one."))
    return Choice(service=item.service, item=item)


def _is_key(text: str) -> bool:
    return keys.read(text) is not None


def types_of(service: Service) -> RequestTypeQuerySet:
    return RequestType.objects.offered().filter(service=service)


def services(companies: Companies) -> list[Service]:
    """All offered services in the order of their categories; one statement."""
    return list(
        offered_services.services_for(companies, timezone.now())
        .select_related("category")
        .order_by("category__position", "category__name", "position", "name")
    )


def grouped_types(companies: Companies) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every offered request type by service, as choices of a list; one statement."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    offered = offered_services.types_for(companies, timezone.now()).select_related("service")
    for item in offered.order_by("service", "position", "name"):
        grouped.setdefault(str(item.service), []).append((str(item.pk), str(item)))
    return [*grouped.items(), (_("Other"), [(OTHER, _("Something else"))])]
