"""The real migrations: an upgrade can be undone, and a new start gives the same tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests import databases

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_all_migrations_lead_back_to_nothing_and_forth_to_the_same_tables(tmp_path: Path) -> None:
    with databases.copied(tmp_path) as url:
        values = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "-m", "tests.migrating"]
        process = subprocess.run(
            command,
            env=os.environ | values,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout.splitlines()[-1]) == {"left": [], "changed": []}
