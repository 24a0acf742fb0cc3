"""The way in and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse

from servicedesk.attempts import refusing
from servicedesk.once.acting import repeatable
from servicedesk.people import attempt_limits
from servicedesk.people.forms import SignInForm


class SignIn(LoginView):
    """Django's own keeps `next` on our host; the form refuses who tried too often."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if not form.cleaned_data["remember"]:
            self.request.session.set_expiry(0)  # until the browser closes
        attempt_limits.remember(self.request, response, form.get_user())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(form=form), status=422)
        return refusing.told(response, form.refused) if form.refused else response


sign_in = repeatable("whoever is in stays in")(SignIn.as_view())
sign_out = repeatable("whoever is out stays out")(LogoutView.as_view(http_method_names=["post", "options"]))
