"""A forgotten password: ask for a link, follow it, choose a new one. The page never says who exists."""

from __future__ import annotations

from typing import Any

from axes.utils import reset as forget_failed_sign_ins
from django.conf import settings
from django.contrib.auth.views import (
    PasswordResetCompleteView,
    PasswordResetConfirmView,
    PasswordResetDoneView,
    PasswordResetView,
)
from django.http import HttpResponse
from django.urls import reverse_lazy

from servicedesk.people.forms import ForgottenPasswordForm

ask = PasswordResetView.as_view(
    template_name="people/password_reset.html",
    form_class=ForgottenPasswordForm,
    email_template_name="people/mail/password_reset.txt",
    subject_template_name="people/mail/password_reset_subject.txt",
    extra_email_context={"base_url": settings.BASE_URL, "company_name": settings.COMPANY_NAME},
    success_url=reverse_lazy("people:password-reset-sent"),
)
sent = PasswordResetDoneView.as_view(template_name="people/password_reset_sent.html")


class ChooseNewPassword(PasswordResetConfirmView):
    template_name = "people/password_reset_confirm.html"
    success_url = reverse_lazy("people:password-reset-done")

    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever reads the account's mail need not wait for the end of a lock-out."""
        forget_failed_sign_ins(username=form.user.email.lower())
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


confirm = ChooseNewPassword.as_view()
done = PasswordResetCompleteView.as_view(template_name="people/password_reset_done.html")
