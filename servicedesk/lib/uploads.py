"""Files on their way in: what they are, and why one may not come in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from servicedesk.lib import answer_tokens
from servicedesk.lib.answer_tokens import Held

LONGEST_NAME = 255
MAX_FILES = 10  # that a person can send with one message
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

    @cached_property
    def tokens(self) -> Held:
        """Looked for once, however often the file is asked about on its way."""
        return answer_tokens.held_by(self.content)

    def for_others(self) -> bytes:
        """Its bytes for whoever may read the message, without tokens of answers.

        Raises:
            ValueError: there is one that cannot be taken out, and nobody asked before.
        """
        if self.tokens is Held.NONE:
            return self.content
        clean = answer_tokens.without(self.content)
        if clean is None:
            raise ValueError(self.name)
        return clean


class SentFile(Upload):
    """A file of a form. Its bytes are read only where they are kept, one file at a time."""

    def __init__(self, file: UploadedFile[bytes]) -> None:
        kind = file.content_type or "application/octet-stream"
        vars(self).update(name=file.name or "file", content_type=kind, sent=file)

    @property
    def content(self) -> bytes:
        sent: UploadedFile[bytes] = vars(self)["sent"]
        sent.seek(0)
        return bytes(sent.read())

    @property
    def size(self) -> int:
        return vars(self)["sent"].size or 0


def readable_name(name: str) -> str:
    """The name as people see it: without folders and invisible signs, which can turn `gpj.exe` around; at
    most 255 characters, the ending among them."""
    last = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable())
    if len(last) > LONGEST_NAME:
        suffix = PurePosixPath(last).suffix[:12]
        last = last[: LONGEST_NAME - len(suffix)] + suffix
    return last.strip() or "file"


def ending(name: str) -> str:
    """“.pdf”, in small letters; "" without one. Points and spaces at the end are none: Windows drops them."""
    return PurePosixPath(name.lower().replace("\\", "/").rstrip(" .")).suffix


def refusal(upload: Upload) -> str:
    """A sentence for the sender when the file may not come in; "" when it may."""
    if (suffix := ending(upload.name)) in FORBIDDEN_SUFFIXES:
        return _(
            "“%(name)s” was not accepted: files of the type %(type)s can carry programs. "
            "Put it into a ZIP archive or describe it."
        ) % {"name": upload.name, "type": suffix}
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        return _("“%(name)s” is too large: %(size)s, at most %(limit)s.") % {
            "name": upload.name,
            "size": filesizeformat(upload.size),
            "limit": filesizeformat(settings.ATTACHMENT_MAX_BYTES),
        }
    return ""
