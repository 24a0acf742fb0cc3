"""Files that come with messages: what is let in, and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from servicedesk.lib import answer_tokens, uploads
from servicedesk.lib.answer_tokens import Held
from servicedesk.lib.uploads import Upload
from servicedesk.tickets.errors import FileRefused
from servicedesk.tickets.models import Attachment, Message

__all__ = ["Upload", "check", "keep"]


def check(upload: Upload) -> None:
    """Raise `FileRefused` with a sentence for the sender when the file may not come in."""
    if sentence := uploads.refusal(upload):
        raise FileRefused(sentence)
    if upload.tokens is Held.WITHIN:
        raise FileRefused(
            _("“%(name)s” was not accepted: it holds a reply address meant for one person only.")
            % {"name": answer_tokens.masked(upload.name)}
        )


def keep(message: Message, files: Sequence[Upload]) -> list[Attachment]:
    """Store checked files beside their message."""
    return [_kept(message, upload) for upload in files]


def _kept(message: Message, upload: Upload) -> Attachment:
    """Without tokens of answers, whoever may read the message: they prove who wrote a mail."""
    content = upload.for_others()
    return Attachment.objects.create(
        message=message,
        file=ContentFile(content, name=_safe_name(upload.name)),
        name=answer_tokens.masked(uploads.readable_name(upload.name)),
        content_type=upload.content_type[:120],
        size=len(content),
    )


def _safe_name(name: str) -> str:
    """The name on disk; what people see is `Attachment.name`."""
    suffix = PurePosixPath(name.replace("\\", "/")).suffix[:12]
    return f"file{suffix if suffix[1:].isalnum() else ''}"
