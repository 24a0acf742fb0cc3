"""Raw mails, uploads, the queue and the database are for the desk's own user alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from servicedesk.lib import checks, file_permissions


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def started(folder: Path, *command: str) -> None:
    """A process of its own, as an installation with an ordinary umask starts it."""
    values = {
        "VAR_DIR": str(folder), "MEDIA_ROOT": str(folder / "media"), "STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3", "SECRET_KEY": "only-for-tests", "DEBUG": "True",
        "BROKER_URL": "filesystem://", "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
    }  # fmt: skip
    former = os.umask(0o022)
    try:
        subprocess.run([sys.executable, *command], env=os.environ | values, cwd=project.BASE_DIR, check=True)
    finally:
        os.umask(former)


WRITES = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from servicedesk.mail.tasks import sweep_outbox
default_storage.save("raw-mails/2026/one.eml", ContentFile(b"secret"))
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE kept (word TEXT)")
sweep_outbox.delay()
"""


def test_whatever_a_process_writes_is_for_its_user_alone(tmp_path: Path) -> None:
    data = tmp_path / "var"
    started(data, "-c", WRITES)
    written = [data, *data.rglob("*")]
    assert {"desk.sqlite3", "one.eml", "queue"} <= {path.name for path in written}
    assert any(path.parent.name == "queue" for path in written)
    assert {mode(path) for path in written if path.is_dir()} == {0o700}
    assert {mode(path) for path in written if path.is_file()} == {0o600}


def test_a_folder_that_stood_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    data, mail = tmp_path / "var", tmp_path / "var" / "media" / "one.eml"
    mail.parent.mkdir(parents=True)
    for path in (mail, data / "desk.sqlite3", data / "desk.sqlite3-wal"):
        path.touch()
        path.chmod(0o644)
    mail.parent.chmod(0o755)
    data.chmod(0o755)
    started(data, "-c", "import django; django.setup()")
    assert [mode(path) for path in (data, mail.parent, mail)] == [0o700, 0o700, 0o600]
    assert mode(data / "desk.sqlite3-wal") == 0o600


def test_a_database_beside_the_folder_is_closed_too(tmp_path: Path) -> None:
    database = tmp_path / "desk.sqlite3"
    database.touch()
    database.chmod(0o664)
    file_permissions.database(str(database))
    assert mode(database) == 0o600


def test_uploads_are_private_whatever_the_umask(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        storage = FileSystemStorage(location=tmp_path)
        name = storage.save("inner/paper.pdf", ContentFile(b"x"))
    finally:
        os.umask(former)
    assert mode(tmp_path / name) == 0o600
    assert mode(tmp_path / "inner") == 0o700


@pytest.mark.parametrize(("folder", "found"), [(0o700, []), (0o755, ["lib.W002"]), (0o710, ["lib.W002"])])
def test_the_check_names_what_stands_open(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: int, found: list[str]
) -> None:
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    elsewhere = {"ENGINE": "django.db.backends.postgresql", "NAME": "desk"}
    monkeypatch.setitem(settings.DATABASES, "default", elsewhere)
    tmp_path.chmod(folder)
    assert [message.id for message in checks.data_is_private()] == found


def test_a_folder_of_data_elsewhere_is_closed_by_a_start_too(tmp_path: Path) -> None:
    media = tmp_path / "elsewhere" / "media"
    (media / "2026").mkdir(parents=True, mode=0o755)
    (media / "2026" / "mail.eml").write_text("x")
    for one in (media, media / "2026"):
        one.chmod(0o755)
    (media / "2026" / "mail.eml").chmod(0o644)
    file_permissions.elsewhere(media)
    assert [mode(one) for one in (media, media / "2026", media / "2026" / "mail.eml")] == [
        0o700,
        0o700,
        0o600,
    ]
    file_permissions.elsewhere(tmp_path / "not there")
    assert not (tmp_path / "not there").exists()


def test_the_settings_close_it(tmp_path: Path) -> None:
    media = tmp_path / "media of old"
    media.mkdir()
    media.chmod(0o755)
    values = {"VAR_DIR": str(tmp_path / "var"), "MEDIA_ROOT": str(media), "SECRET_KEY": "x", "DEBUG": "True"}
    command = [sys.executable, "-c", "import servicedesk.settings"]
    subprocess.run(command, env=os.environ | values, cwd=project.BASE_DIR, check=True)
    assert mode(media) == 0o700
