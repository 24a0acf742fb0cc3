"""What can be wrong with an installation although every single value is valid."""

import os
from collections.abc import Collection, Iterable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.http.request import validate_host
from django.utils.module_loading import import_string

from servicedesk.lib import file_permissions, unique_names


@register(Tags.files)
def folders_are_writable(**_kwargs: Any) -> Iterable[CheckMessage]:
    """The data folder holds the queue, the uploads and, by default, the database."""
    for folder in {settings.VAR_DIR, settings.MEDIA_ROOT}:
        existing = folder
        while not existing.exists():
            existing = existing.parent
        if not os.access(existing, os.W_OK | os.X_OK):
            yield Error(f"{folder} is not writable.", hint="Set VAR_DIR or MEDIA_ROOT.", id="lib.E001")


@register(Tags.files, deploy=True)
def data_is_private(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Raw mails, uploads and the database are read by the desk alone. A start closes what is its own."""
    for path in file_permissions.standing_open(_data()):
        yield Warning(
            f"{path} can be read by other users of this machine.",
            hint=f"Run: chmod -R go= {path}",
            id="lib.W002",
        )


def _data() -> Iterable[Path]:
    database = settings.DATABASES["default"]
    yield from {Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)}
    if database["ENGINE"].endswith("sqlite3"):
        name = str(database["NAME"])
        yield from (Path(name + end) for end in ("", "-wal", "-shm") if ":memory:" not in name)


@register(Tags.urls, deploy=True)
def links_lead_here(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Links in mails start with BASE_URL; a host that is not allowed would refuse them."""
    host = urlsplit(settings.BASE_URL).hostname
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        yield Error(
            f"BASE_URL is {settings.BASE_URL}, but its host is not in ALLOWED_HOSTS.",
            hint="People who follow a link of a mail would get “Bad request”.",
            id="lib.E002",
        )


@register(deploy=True)
def dotted_names_lead_somewhere(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Settings name event handlers and scheduled tasks of upper apps by text only."""
    handlers = [("TICKET_EVENT_HANDLERS", name) for name in settings.TICKET_EVENT_HANDLERS]
    tasks = [("CELERY_BEAT_SCHEDULE", str(row["task"])) for row in settings.CELERY_BEAT_SCHEDULE.values()]
    queues = [("HEALTH_QUEUES", name) for name in settings.HEALTH_QUEUES.values()]
    for setting, name in handlers + tasks + queues:
        try:
            import_string(name)
        except ImportError as error:
            yield Error(f"{setting} names {name}: {error}.", id="lib.E003")


@register(deploy=True)
def mail_can_leave(**_kwargs: Any) -> Iterable[CheckMessage]:
    if not settings.EMAIL_HOST:
        yield Warning(
            "No mail leaves: EMAIL_HOST is not set.",
            hint="Outgoing mail is then only kept readable on the desk.",
            id="lib.W001",
        )


@register(deploy=True)
def names_are_our_own(**_kwargs: Any) -> Iterable[CheckMessage]:
    """The name and the sender of the demonstration must not stand on anybody's mails."""
    if settings.COMPANY_NAME == settings.DEFAULT_COMPANY_NAME:
        yield Error("COMPANY_NAME is that of the demonstration.", hint="Name your company.", id="lib.E004")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if domain.endswith(".example"):
        yield Error(
            f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL}, a sender whom no answer reaches.",
            hint="Name an address of your own.",
            id="lib.E005",
        )


@register(Tags.database, deploy=True)
def names_have_their_keys(databases: Collection[str] | None = None, **_kwargs: Any) -> Iterable[CheckMessage]:
    """A wrong key lets the same name in twice, and refuses one that nobody has. Asked with `--database`."""
    tables = {table for name in databases or () for table in connections[name].introspection.table_names()}
    for model in (one for one in apps.get_models() if one._meta.db_table in tables):
        for pk, name in unique_names.wrong_keys(model):
            yield Warning(
                f"The key of “{name}” ({model._meta.verbose_name} {pk}) is not that of its name.",
                hint="Save it again, by its page or by a program.",
                id="lib.W008",
            )
