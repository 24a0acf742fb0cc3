"""Signing in, a forgotten password, one's own preferences."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from servicedesk.attempts.counting import TooManyTries
from servicedesk.people import addresses, attempt_limits
from servicedesk.people.models import User


class SignInForm(AuthenticationForm):
    username = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    remember = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)

    refused: TooManyTries | None = None

    # One sentence for a wrong address, a wrong password and a closed account: it names no account.
    error_messages = {
        "invalid_login": _("Wrong e-mail address or password."),
        "inactive": _("Wrong e-mail address or password."),
    }

    def clean_username(self) -> str:
        """One spelling, so that a guesser gets no new tries by writing the address in capitals."""
        address: str = self.cleaned_data["username"]
        return address.strip().lower()

    def clean(self) -> dict[str, Any]:
        """Raises: ValidationError: the password is wrong, or (`refused` is set) nobody looked at it."""
        email = self.cleaned_data.get("username")
        if not email or not self.cleaned_data.get("password"):
            return self.cleaned_data
        assert self.request  # its view passes it on
        try:
            attempt = attempt_limits.sign_in(self.request, email)
        except TooManyTries as refused:
            self.refused = refused
            raise forms.ValidationError(str(refused), code="too_many") from refused
        given: dict[str, Any] = super().clean()
        attempt.was_right()
        return given


class ForgottenPasswordForm(PasswordResetForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def get_users(self, email: str) -> Iterable[User]:
        """Whoever types a further address of theirs is written to at the main one."""
        found: list[User] = list(super().get_users(email))
        known = None if found else addresses.owner(email)
        if known and known.is_active and known.person.has_usable_password():
            found = [known.person]
        return [person for person in found if attempt_limits.may_be_mailed(person)]

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Write to people in their own language, whoever's browser asked."""
        context = kwargs.get("context") or args[2]
        with translation.override(context["user"].language or translation.get_language()):
            super().send_mail(*args, **kwargs)


def time_zones() -> list[tuple[str, str]]:
    """Every place of the IANA database; names without a place (“Etc/GMT-3”) are left out."""
    names = sorted(zoneinfo.available_timezones())
    places = [name for name in names if "/" in name and not name.startswith(("Etc/", "SystemV/"))]
    return [(name, name.replace("_", " ")) for name in ("UTC", *places)]


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("full_name", "phone", "language", "time_zone", "theme")
        widgets: ClassVar[dict[str, Any]] = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
            "theme": forms.RadioSelect,
        }

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("Company time zone")), *time_zones()],
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = User._meta.get_field("language").choices or []
        self.fields["language"].choices = [("", _("Browser language")), *languages]  # type: ignore[attr-defined]


class ChangePasswordForm(PasswordChangeForm):
    """Second on its page, so it does not take the focus."""

    refused: TooManyTries | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["old_password"].widget.attrs["autofocus"]

    def clean_old_password(self) -> str:
        """Raises: ValidationError: it is wrong, or (`refused` is set) it was guessed too often."""
        try:
            attempt = attempt_limits.old_password(self.user)
        except TooManyTries as refused:
            self.refused = refused
            raise forms.ValidationError(str(refused), code="too_many") from refused
        old: str = super().clean_old_password()
        attempt.was_right()
        return old


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=User.Theme.choices)


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=User._meta.get_field("language").choices or [])
