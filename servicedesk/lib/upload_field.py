"""The form field for files that come with a message."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from servicedesk.lib import uploads
from servicedesk.lib.uploads import MAX_FILES, SentFile, Upload


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Files; cleans to a list of `Upload`, refuses each with its own sentence.

    `most` is how many at once, `endings` those that may come (such as “.pdf”), empty for all that may at all.
    """

    widget = ManyFiles

    def __init__(self, *, most: int = MAX_FILES, endings: Collection[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.most, self.endings = most, endings

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(given) > self.most:
            raise ValidationError(self.too_many())
        sent: list[Upload] = [SentFile(file) for file in given]
        if errors := [sentence for one in sent if (sentence := self._refusal(one))]:
            raise ValidationError(errors)
        return sent

    def too_many(self) -> str:
        if self.most == 1:
            return _("Only one file, please.")
        return _("At most %(number)s files at once, please.") % {"number": self.most}

    def _refusal(self, upload: Upload) -> str:
        if sentence := uploads.refusal(upload):
            return sentence
        if self.endings and uploads.ending(upload.name) not in self.endings:
            return _("“%(name)s” was not accepted. It has to end with one of these: %(endings)s.") % {
                "name": upload.name,
                "endings": ", ".join(self.endings),
            }
        return ""
