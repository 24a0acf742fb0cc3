"""A document of a contract as it is uploaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy

from contracts.models import Contract, ContractDocument
from servicedesk.lib import answer_tokens
from servicedesk.people.models import User
from servicedesk.tickets import attachments
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import FileRefused


class DocumentForm(forms.Form):
    """A paper of the contract."""

    file = forms.FileField(label=gettext_lazy("File"))
    is_for_client = forms.BooleanField(
        label=gettext_lazy("The client may read it"), required=False, initial=True
    )

    def clean_file(self) -> Any:
        """Raises: ValidationError: too large, or of a forbidden type, as with any attachment."""
        given = self.cleaned_data["file"]
        upload = Upload(given.name, given.content_type or "", given.read())
        try:
            attachments.check(upload)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return ContentFile(upload.for_others(), name=answer_tokens.masked(given.name))

    def keep(self, contract: Contract, *, by: User) -> ContractDocument:
        given = self.cleaned_data["file"]
        return ContractDocument.objects.create(
            contract=contract,
            file=given,
            name=given.name[:200],
            size=given.size,
            is_for_client=self.cleaned_data["is_for_client"],
            added_by=by,
        )
