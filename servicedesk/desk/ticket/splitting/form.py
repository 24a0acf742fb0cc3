"""A ticket split off from a message: what the new one says, and what of the message goes along."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from catalog.models import RequestType
from servicedesk.desk.public_text import MAX_TEXT, refuse_hidden_words
from servicedesk.intake.splitting import Split
from servicedesk.people.models import User
from servicedesk.tickets import merged
from servicedesk.tickets.models import Attachment, Message, Ticket


class SplitForm(forms.Form):
    """Filled with the message, if the client may read it; a note of ours is never copied by itself."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=250,
        error_messages={"required": gettext_lazy("Write in a few words what it is about.")},
    )  # fmt: skip
    request_type = forms.ChoiceField(label=gettext_lazy("Request type"), required=False)
    body = forms.CharField(
        label=gettext_lazy("What the client needs"), max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write what happens or what is needed.")},
    )  # fmt: skip
    attached = forms.MultipleChoiceField(
        label=gettext_lazy("Files to copy"), required=False,
        help_text=gettext_lazy("Copies; the client can open them."), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, ticket: Ticket, message: Message, user: User) -> None:
        super().__init__(data)
        self.ticket, self.message, self.user = ticket, message, user
        self.is_for_client = message.visibility == Message.Visibility.PUBLIC
        self.initial = {"subject": ticket.subject}
        if self.is_for_client:
            self.initial["body"] = message.body
        self._types: dict[str, RequestType] = {}
        self._files: dict[str, Attachment] = {}
        self._offer_types()
        self._offer_files()

    def clean_body(self) -> str:
        """What only colleagues may read does not go out by copying."""
        body: str = self.cleaned_data["body"]
        refuse_hidden_words(body, merged.messages(self.ticket, self.user))
        return body

    def split(self) -> Split:
        """What is asked of the door; call on a valid form."""
        given = self.cleaned_data
        return Split(
            subject=given["subject"],
            body=given["body"],
            request_type=self._types.get(given["request_type"]),
            key=uuid.uuid4().hex,
            files=[self._files[name] for name in given.get("attached", ())],
        )

    def _offer_types(self) -> None:
        offered = RequestType.objects.offered().select_related("service__group", "group")
        grouped: dict[str, list[tuple[str, str]]] = {}
        for item in offered.order_by("service__position", "service__name", "position", "name"):
            self._types[str(item.pk)] = item
            grouped.setdefault(str(item.service), []).append((str(item.pk), str(item)))
        field = self.fields["request_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext_lazy("Same as this ticket")), *grouped.items()]

    def _offer_files(self) -> None:
        """Of a message that the client may read all files go along, unless somebody says otherwise."""
        self._files = {str(file.pk): file for file in self.message.attachments.all()}
        if not self._files:
            del self.fields["attached"]
            return
        field = self.fields["attached"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, file.name) for key, file in self._files.items()]
        if self.is_for_client:
            self.initial["attached"] = list(self._files)
