"""From a draft to a version: what changes, whom it concerns, from when."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Protocol, Self

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib import days, formatting
from servicedesk.people.http import UserRequest
from sla.changes.forms import ApplyForm
from sla.changes.preview import Preview
from sla.version_pages import discarded_draft
from sla.version_pages.shown_revision import revision
from sla.versions import drafts


class Publishable(Protocol):
    """What the page of a calendar or a policy tells of itself."""

    @property
    def draft(self) -> Any: ...
    @property
    def sort(self) -> Any: ...
    def address(self) -> str: ...
    def after(self, request: UserRequest, conflict: drafts.Conflict) -> tuple[Self, dict[str, Any]]:
        """The page as it is now, and what the other person did."""
        ...

    def refusal(self, begins: datetime) -> str:
        """Why it cannot be valid from then on, or nothing."""
        ...

    def told(self) -> list[str]:
        """What changes."""
        ...

    def preview(self) -> Preview | None: ...
    def publish(self, stored: Any, begins: datetime, request: UserRequest) -> Any: ...
    def publish_context(self) -> dict[str, Any]: ...


def page(request: UserRequest, screen: Publishable, template: str) -> HttpResponse:
    """GET shows the effect on open tickets; POST publishes."""
    if screen.draft is None:
        raise drafts.Conflict(None)
    if request.method != "POST":
        form = ApplyForm(initial=_asked(request.GET.get("effective_from", "")))
        return _shown(request, screen, form, template)
    form = ApplyForm(request.POST)
    if not form.is_valid() or not _fits(screen, form):
        return _shown(request, screen, form, template, status=422)
    try:
        version = _published(screen, form, request)
    except drafts.Conflict as conflict:
        newer, more = screen.after(request, conflict)
        return _shown(request, newer, form, template, status=409, **more)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _shown(request, screen, form, template, status=422)
    discarded_draft.forget(request, screen.draft.owner)
    said = _("Version %(number)s is published. It is valid from %(moment)s.")
    moment = formatting.in_full(version.effective_from)
    messages.success(request, said % {"number": version.number, "moment": moment})
    return redirect(screen.address())


@transaction.atomic
def _published(screen: Publishable, form: ApplyForm, request: UserRequest) -> Any:
    """All or nothing: the version, its coming to open tickets, the end of the draft."""
    owner = screen.draft.owner
    type(owner).objects.select_for_update().get(pk=owner.pk)  # two versions never get one number
    stored = drafts.locked(screen.draft, revision=revision(request))
    version = screen.publish(stored, form.cleaned_data["effective_from"], request)
    form.order(version, by=request.user)
    stored.delete()
    return version


def _fits(screen: Publishable, form: ApplyForm) -> bool:
    """Versions follow each other, one never begins with another; else the form says what is wrong."""
    last, begins = screen.sort.latest(screen.draft.owner), form.cleaned_data["effective_from"]
    if last and begins <= last.effective_from:
        sentence = _("Version %(number)s is valid from %(moment)s. Choose a later time.")
        moment = formatting.in_full(last.effective_from)
        form.add_error("effective_from", sentence % {"number": last.number, "moment": moment})
    elif refusal := screen.refusal(begins):
        form.add_error(None, refusal)
    return not form.errors


def _shown(
    request: UserRequest, screen: Publishable, form: ApplyForm, template: str, status: int = 200, **more: Any
) -> HttpResponse:
    known = {"form": form, "lines": screen.told(), "preview": screen.preview()}
    return render(request, template, screen.publish_context() | known | more, status=status)


def _asked(day: str) -> dict[str, datetime]:
    """The day chosen beside the button; today and earlier mean now, which is what an empty field says."""
    first = days.read(day)
    if first is None:
        return {}
    begins = timezone.make_aware(datetime.combine(first, time()))
    return {"effective_from": begins} if begins > timezone.now() else {}
