"""What the portal's templates say often."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib import formatting
from servicedesk.lib.localized import localized
from servicedesk.portal.deadline import proof_wording
from servicedesk.portal.requests import status_groups
from servicedesk.tickets.models import DueKind, Ticket
from servicedesk.tickets.statuses import Status

register = template.Library()

_DUE: dict[str, Promise] = {
    DueKind.FIRST_RESPONSE: gettext_lazy("answer"),
    DueKind.NEXT_RESPONSE: gettext_lazy("answer"),
    DueKind.RESOLUTION: gettext_lazy("solution"),
}


@register.filter
def progress(ticket: Ticket) -> list[dict[str, str]]:
    return status_groups.progress(ticket)


@register.filter
def status_group_of(status: str) -> status_groups.StatusGroup:
    return status_groups.status_group_of(status)


@register.filter
def client_status(status: str) -> Promise:
    return Status(status).client_label


@register.filter
def description(item: Any) -> str:
    """The description of a service or a request type in the reader's language."""
    return localized(item.description, item.description_translations)


@register.filter
def promise_title(kind: str) -> Promise | str:
    return proof_wording.TITLES.get(kind, kind)


@register.filter
def promise_word(kind: str) -> Promise | str:
    """What is promised next, in one word for a list."""
    return _DUE.get(kind, "")


@register.simple_tag
def greeting(name: str) -> str:
    """“Good afternoon, Helen.” by the reader's clock."""
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s.") % {"name": name}
    if hour < 12:
        return _("Good morning, %(name)s.") % {"name": name}
    return _("Good afternoon, %(name)s.") % {"name": name}


@register.filter
def day(moment: Any) -> str:
    """A day without its time: “21 Nov”."""
    return formatting.when(timezone.localtime(moment).date())
