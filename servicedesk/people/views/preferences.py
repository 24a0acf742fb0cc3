"""What people set for themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.attempts import refusing
from servicedesk.lib.next_page import lead_on
from servicedesk.once.acting import repeatable
from servicedesk.people.forms import ChangePasswordForm, LanguageForm, PreferencesForm, ThemeForm
from servicedesk.people.http import UserRequest
from servicedesk.people.models import User

YEAR_SECONDS = 365 * 24 * 3600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@repeatable("it writes the same settings")
def preferences(request: UserRequest) -> HttpResponse:
    # A copy, so that a refused form does not change how this very page greets its reader.
    person = User.objects.get(pk=request.user.pk)
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(person.language or translation.get_language()):
            messages.success(request, _("Saved."))
        return redirect("people:preferences")
    return _page(request, form, ChangePasswordForm(request.user))


@sensitive_post_parameters()
@login_required
@require_POST
@repeatable("the old password is another one by then")
def change_password(request: UserRequest) -> HttpResponse:
    form = ChangePasswordForm(request.user, request.POST)
    if not form.is_valid():
        response = _page(request, PreferencesForm(instance=request.user), form)
        return refusing.told(response, form.refused) if form.refused else response
    update_session_auth_hash(request, form.save())
    messages.success(request, _("Your password is changed. Other devices were signed out."))
    return redirect("people:preferences")


def _page(request: UserRequest, form: PreferencesForm, password_form: ChangePasswordForm) -> HttpResponse:
    context = {
        "form": form,
        "password_form": password_form,
        "addresses": request.user.addresses.filter(is_active=True),
        "shell": "desk/base.html" if request.user.is_staff else "portal/base.html",
    }
    failed = form.errors or password_form.errors
    return render(request, "people/preferences.html", context, status=422 if failed else 200)


@require_POST
@repeatable("it writes the same theme")
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark: with the person who is signed in, else in a cookie."""
    form = ThemeForm(request.POST)
    response = lead_on(request)
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["theme"]
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(theme=chosen)
    else:
        _keep(response, "theme", chosen)
    return response


@require_POST
@repeatable("it writes the same language")
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language: in the cookie, and with the person who is signed in."""
    form = LanguageForm(request.POST)
    response = lead_on(request)
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["language"]
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
