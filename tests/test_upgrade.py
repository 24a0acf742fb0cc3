"""A desk of a former state upgrades: its rows, and the stored names of processes and jobs, still hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import databases

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Any:
    folder = tmp_path_factory.mktemp("former")
    with django_db_blocker.unblock(), databases.empty(folder) as url:
        process = subprocess.run(
            [sys.executable, "-m", "tests.upgrading"],
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            cwd=Path(settings.BASE_DIR),
            capture_output=True,
            text=True,
            check=False,
        )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


@pytest.mark.parametrize("check", ["check_flows", "ledger_check", "check --database=default"])
def test_an_upgraded_desk_passes_the_checks_of_its_data(told: Any, check: str) -> None:
    assert told[check]["content"], told[check]["said"]


def test_the_clocks_of_an_upgraded_desk_follow_from_their_facts(told: Any) -> None:
    (summary,) = told["sla_rebuild --dry-run"]["said"]
    count, rest = summary.split(" ", 1)
    assert count == "0"
    assert int(rest.split()[-2]) > 30, "the dump holds tickets with clocks"
