"""Files that come with messages: what is let in, and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from servicedesk.tickets.errors import FileRefused
from servicedesk.tickets.models import Attachment, Message

# Programs and scripts that a desktop would run on a double click.
FORBIDDEN_SUFFIXES = frozenset(
    {".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".msi", ".msp", ".cpl", ".jar", ".js", ".jse"}
    | {".vbs", ".vbe", ".wsf", ".wsh", ".ps1", ".hta", ".lnk", ".reg", ".dll", ".apk", ".iso"}
)


@dataclass(frozen=True)
class Upload:
    """A file on its way in; `content` is all of its bytes."""

    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


def check(upload: Upload) -> None:
    """Raise `FileRefused` with a sentence for the sender when the file may not come in."""
    suffix = PurePosixPath(upload.name.lower().replace("\\", "/")).suffix
    if suffix in FORBIDDEN_SUFFIXES:
        raise FileRefused(
            _(
                "“%(name)s” was not accepted: files of the type %(type)s can carry programs. "
                "Put it into a ZIP archive or describe it."
            )
            % {"name": upload.name, "type": suffix}
        )
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise FileRefused(
            _("“%(name)s” is too large: %(size)s, at most %(limit)s.")
            % {
                "name": upload.name,
                "size": filesizeformat(upload.size),
                "limit": filesizeformat(settings.ATTACHMENT_MAX_BYTES),
            }
        )


def keep(message: Message, uploads: Sequence[Upload]) -> list[Attachment]:
    """Store checked files beside their message."""
    return [
        Attachment.objects.create(
            message=message,
            file=ContentFile(upload.content, name=_safe_name(upload.name)),
            name=upload.name[:255],
            content_type=upload.content_type[:120],
            size=upload.size,
        )
        for upload in uploads
    ]


def _safe_name(name: str) -> str:
    """The name on disk; what people see is `Attachment.name`."""
    suffix = PurePosixPath(name.replace("\\", "/")).suffix[:12]
    return f"file{suffix if suffix[1:].isalnum() else ''}"
