"""The form field for files that come with a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from servicedesk.tickets import attachments
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import FileRefused

MAX_FILES = 10


@dataclass(frozen=True)
class _Announced(Upload):
    """A file that is judged before its bytes are read."""

    announced: int = 0

    @property
    def size(self) -> int:
        return self.announced


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Any number of files; cleans to a list of `Upload`, refuses each with its own sentence."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if len(given) > MAX_FILES:
            raise ValidationError(_("At most %(number)s files at once, please.") % {"number": MAX_FILES})
        errors: list[str] = []
        uploads = [upload for file in given if (upload := _judged(file, errors))]
        if errors:
            raise ValidationError(errors)
        return uploads


def _judged(file: UploadedFile[bytes], errors: list[str]) -> Upload | None:
    name, kind = file.name or "file", file.content_type or "application/octet-stream"
    try:
        attachments.check(_Announced(name, kind, b"", announced=file.size or 0))
    except FileRefused as refused:
        errors.append(str(refused))
        return None
    return Upload(name, kind, file.read())
