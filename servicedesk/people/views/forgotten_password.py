"""A forgotten password: ask for a link, follow it, choose a new one. The page never says who exists."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import (
    PasswordResetCompleteView,
    PasswordResetConfirmView,
    PasswordResetDoneView,
    PasswordResetView,
)
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy

from servicedesk.attempts import refusing
from servicedesk.attempts.counting import TooManyTries
from servicedesk.once.acting import repeatable
from servicedesk.people import attempt_limits
from servicedesk.people.forms import ForgottenPasswordForm


class Ask(PasswordResetView):
    template_name = "people/password_reset.html"
    form_class = ForgottenPasswordForm
    email_template_name = "people/mail/password_reset.txt"
    subject_template_name = "people/mail/password_reset_subject.txt"
    extra_email_context = {"base_url": settings.BASE_URL, "company_name": settings.COMPANY_NAME}
    success_url = reverse_lazy("people:password-reset-sent")

    def form_valid(self, form: Any) -> HttpResponse:
        """Counted before anybody is looked for, so that the answer says nothing about who exists."""
        try:
            attempt_limits.ask_for_reset(self.request, form.cleaned_data["email"])
        except TooManyTries as refused:
            form.add_error(None, str(refused))
            return refusing.told(self.form_invalid(form), refused)
        return super().form_valid(form)


ask = repeatable("one mail is sent in a few minutes")(Ask.as_view())
sent = PasswordResetDoneView.as_view(template_name="people/password_reset_sent.html")


class ChooseNewPassword(PasswordResetConfirmView):
    template_name = "people/password_reset_confirm.html"
    success_url = reverse_lazy("people:password-reset-done")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        attempt_limits.new_password_chosen(self.request, form.user)
        attempt_limits.remember(self.request, response, form.user)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _is_broken(response: HttpResponseBase) -> bool:
    """Django's view shows a page that says so, with 200."""
    context = getattr(response, "context_data", None) or {}
    return context.get("validlink") is False


confirm = refusing.slows_guessing(_is_broken)(repeatable("the link works once")(ChooseNewPassword.as_view()))
done = PasswordResetCompleteView.as_view(template_name="people/password_reset_done.html")
