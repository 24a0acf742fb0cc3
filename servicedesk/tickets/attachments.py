"""Files that come with messages: what is let in, and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from django.core.files.base import ContentFile

from servicedesk.lib import uploads
from servicedesk.lib.uploads import Upload
from servicedesk.tickets.errors import FileRefused
from servicedesk.tickets.models import Attachment, Message

__all__ = ["Upload", "check", "keep"]


def check(upload: Upload) -> None:
    """Raise `FileRefused` with a sentence for the sender when the file may not come in."""
    if sentence := uploads.refusal(upload):
        raise FileRefused(sentence)


def keep(message: Message, files: Sequence[Upload]) -> list[Attachment]:
    """Store checked files beside their message."""
    return [
        Attachment.objects.create(
            message=message,
            file=ContentFile(upload.content, name=_safe_name(upload.name)),
            name=uploads.readable_name(upload.name),
            content_type=upload.content_type[:120],
            size=upload.size,
        )
        for upload in files
    ]


def _safe_name(name: str) -> str:
    """The name on disk; what people see is `Attachment.name`."""
    suffix = PurePosixPath(name.replace("\\", "/")).suffix[:12]
    return f"file{suffix if suffix[1:].isalnum() else ''}"
