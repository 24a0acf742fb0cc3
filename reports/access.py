"""Who may open the screens of reports; which rows: the `visible_to` of each queryset."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from servicedesk.people.http import UserRequest
from servicedesk.people.models import User

View = Callable[..., HttpResponse]


def keeps_schedules(user: User) -> bool:
    """May set up, pause and send schedules: account managers and administrators."""
    return user.is_superuser or user.is_account_manager


def staff_only(view: View) -> View:
    """Let in people of the desk; a signed-in client is refused (403)."""
    return _only(lambda user: user.is_staff, view)


def schedule_keepers_only(view: View) -> View:
    return _only(keeps_schedules, view)


def _only(may: Callable[[User], bool], view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
