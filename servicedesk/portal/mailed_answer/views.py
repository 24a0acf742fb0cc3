"""Confirm, rate or re-open from a mail, without signing in.

A mail scanner opens every link: GET only shows, POST acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from servicedesk.attempts.refusing import slows_guessing
from servicedesk.lib.refusals import Refusal
from servicedesk.lib.signing import LinkBroken, LinkExpired
from servicedesk.notifications import links
from servicedesk.notifications.links import Answer
from servicedesk.once.acting import acts_once
from servicedesk.portal.request.forms import SolvedForm
from servicedesk.portal.request.outcome_messages import refused
from servicedesk.portal.request.page import deadlines
from servicedesk.tickets.access import speaks_for_client
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status

ANSWERABLE = (Status.RESOLVED, Status.CLOSED)


def _is_broken(response: HttpResponseBase) -> bool:
    return response.status_code == 404


@never_cache
@slows_guessing(_is_broken)
@require_http_methods(["GET", "HEAD", "POST"])
@acts_once
def answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        given = _read(token)
    except Refusal as error:
        status = 410 if isinstance(error, LinkExpired) else 404
        return render(request, "portal/mailed_answer/refused.html", {"message": str(error)}, status=status)
    with _as_seen_by(given) as language:
        response = _act(request, token, given) if request.method == "POST" else _show(request, given)
        response.headers["Content-Language"] = language
        return response


def _read(token: str) -> Answer:
    """The link counts as long as the person may see the request and speaks for the client."""
    given = links.read_answer(token)
    if not Ticket.objects.visible_to(given.user).filter(pk=given.ticket.pk).exists():
        raise LinkBroken
    if not speaks_for_client(given.user, given.ticket):
        raise LinkBroken
    return given


@contextmanager
def _as_seen_by(given: Answer) -> Iterator[str]:
    """In the language and time zone of the person the mail went to."""
    language = given.user.language or given.ticket.client.language
    zone = ZoneInfo(given.user.time_zone or given.ticket.client.time_zone)
    with translation.override(language), timezone.override(zone):
        yield language


def _act(request: HttpRequest, token: str, given: Answer) -> HttpResponse:
    ticket = given.ticket
    if ticket.status not in ANSWERABLE or _is_continued(ticket, request):
        return redirect("portal:answer", token)  # a second click: the page says what is recorded
    form = SolvedForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return _show(request, given, form, status=422)
    try:
        outcome, _pk = form.apply(by=given.user)
    except TicketError as error:
        messages.error(request, refused(error))
    else:
        messages.success(request, outcome)
    return redirect("portal:answer", token)


def _is_continued(ticket: Ticket, request: HttpRequest) -> bool:
    """A “no” long after the end has opened a new request already; another “no” opens none."""
    return request.POST.get("solved") == SolvedForm.NO and ticket.followed_by.exists()


def _show(
    request: HttpRequest, given: Answer, form: SolvedForm | None = None, status: int = 200
) -> HttpResponse:
    ticket = given.ticket
    context = {
        "ticket": ticket,
        "person": given.user,
        "is_answerable": ticket.status in ANSWERABLE,
        "form": form or SolvedForm(ticket=ticket, rating=given.rating),
        "deadlines": deadlines(ticket),
        "continued_by": ticket.followed_by.order_by("pk").last(),
    }
    return render(request, "portal/mailed_answer/page.html", context, status=status)
