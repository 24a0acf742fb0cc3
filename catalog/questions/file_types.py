"""Ready types of files that a question can be held to, each a handful of endings. Pure.

Only the ending is looked at; what may never come in is refused whatever a question allows.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileType(models.TextChoices):
    PICTURES = "pictures", _("Pictures")
    VIDEOS = "videos", _("Videos")
    DOCUMENTS = "documents", _("Documents")
    TABLES = "tables", _("Tables")
    LOGS = "logs", _("Logs and plain text")
    MAILS = "mails", _("Saved mails")
    ARCHIVES = "archives", _("Archives")


_ENDINGS = {
    FileType.PICTURES: ".png .jpg .jpeg .gif .webp .bmp .heic .heif .tif .tiff",
    FileType.VIDEOS: ".mp4 .mov .webm .mkv .avi",
    FileType.DOCUMENTS: ".pdf .doc .docx .odt .rtf",
    FileType.TABLES: ".xls .xlsx .ods .csv",
    FileType.LOGS: ".log .txt .json .xml .evtx",
    FileType.MAILS: ".eml .msg",
    FileType.ARCHIVES: ".zip .7z .gz .tgz .tar .rar",
}


def endings(types: object) -> tuple[str, ...]:
    """The endings of these types; none of them: every ending. What is unknown is passed over."""
    return tuple(one for name in _known(types) for one in _ENDINGS[name].split())


def words(types: object) -> str:
    """“Pictures, documents” in the reader's language."""
    labels = [str(name.label) for name in _known(types)]
    return ", ".join([*labels[:1], *(label.lower() for label in labels[1:])])


def _known(types: object) -> Iterable[FileType]:
    named = types if isinstance(types, list) else []
    return [one for one in FileType if one.value in named]
