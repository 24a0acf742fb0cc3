"""Who may open the portal's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from servicedesk.people.http import UserRequest
from servicedesk.people.models import User
from servicedesk.tickets.models import Participant, Ticket, TicketQuerySet

P = ParamSpec("P")


def for_clients(
    view: Callable[Concatenate[UserRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Ask to sign in first; people of the desk are led to their own page of the same thing."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = cast(UserRequest, request)
        if known.user.is_staff:
            return redirect("desk:ticket", kwargs["pk"]) if "pk" in kwargs else redirect("home")
        return view(known, *args, **kwargs)

    return login_required(guarded)


def own_requests(user: User) -> TicketQuerySet:
    """What the person asked for or follows, without the rest of a company they manage."""
    followed = Participant.objects.filter(user=user).values("ticket")
    return Ticket.objects.visible_to(user).filter(Q(requester=user) | Q(pk__in=followed))
