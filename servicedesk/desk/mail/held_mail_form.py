"""What becomes of a mail that is held: one of three buttons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from servicedesk.desk import audience
from servicedesk.desk.audience import Audience
from servicedesk.intake.email.held_mail import Choice
from servicedesk.people.models import User
from servicedesk.tickets import merged
from servicedesk.tickets.models import Ticket


class ReviewForm(forms.Form):
    """`audience` says whom the page named beside “Send to the client”, as it does for a reply."""

    choice = forms.ChoiceField(choices=Choice.choices, widget=forms.HiddenInput)
    audience = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, ticket: Ticket | None, user: User) -> None:
        super().__init__(data, auto_id="review_%s")
        self.recipients: Audience | None = None
        if ticket is not None:
            self.recipients = audience.of_reply(merged.standing_for(ticket), user)
            self.initial["audience"] = self.recipients.mark

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wanted = self.recipients.mark if self.recipients else ""
        if given.get("choice") == Choice.PUBLISH and given.get("audience") != wanted:
            self.add_error(
                None, _("The recipients have changed. It is not sent yet; check the recipients below.")
            )
        return given
