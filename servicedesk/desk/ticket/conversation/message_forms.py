"""Three forms with three addresses: a reply to the client, a note for colleagues, a personal message.

None has a field for the visibility, so nothing can flip it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.desk import audience
from servicedesk.desk.audience import Audience
from servicedesk.desk.public_text import MAX_TEXT, refuse_hidden_words
from servicedesk.lib.upload_field import UploadsField
from servicedesk.people.models import User
from servicedesk.tickets import merged
from servicedesk.tickets.models import Ticket


class MessageForm(forms.Form):
    """Words, files, or both."""

    mode = ""

    body = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    uploads = UploadsField(label=gettext_lazy("Attach files"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, ticket: Ticket, user: User) -> None:
        super().__init__(data, files, auto_id=f"{self.mode}_%s")
        self.ticket, self.user = ticket, user
        self.fields["body"].widget.attrs["data-draft"] = f"{self.mode}-{ticket.pk}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("body") and not given.get("uploads") and not self.errors:
            self.add_error("body", _("Write a message first."))
        return given


class ReplyForm(MessageForm):
    """To the client. `audience` says whom the writer saw named above the text."""

    mode = "reply"

    audience = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, ticket: Ticket, user: User) -> None:
        super().__init__(data, files, ticket=ticket, user=user)
        self.recipients: Audience = audience.of_reply(ticket, user)
        self.initial["audience"] = self.recipients.mark

    def clean_body(self) -> str:
        """What only colleagues may read does not go out by copying."""
        body: str = self.cleaned_data["body"]
        refuse_hidden_words(body, merged.messages(self.ticket, self.user))
        return body

    @property
    def is_for_others(self) -> bool:
        """The recipients are not those whom the writer saw."""
        return bool(self.cleaned_data["audience"] != self.recipients.mark)

    def show_new_audience(self) -> None:
        """The next attempt goes to the people named now."""
        self.data = {name: self.data[name] for name in self.data} | {"audience": self.recipients.mark}


class NoteForm(MessageForm):
    """For colleagues only."""

    mode = "note"


class PersonalForm(MessageForm):
    """For one colleague only."""

    mode = "personal"

    addressee = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Person"), empty_label=gettext_lazy("Choose…")
    )

    def __init__(self, data: Any = None, files: Any = None, *, ticket: Ticket, user: User) -> None:
        super().__init__(data, files, ticket=ticket, user=user)
        field = self.fields["addressee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = audience.colleagues(ticket, user)
        if ticket.assignee_id != user.pk:
            self.initial["addressee"] = ticket.assignee_id
