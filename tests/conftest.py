"""What every test may use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as tests_settings
from django.db import connections

from servicedesk.tickets import events
from sla.versions import published
from tests.databases import provide_template

# A busy machine is no reason to fail: no test asserts times.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="leave out tests that touch no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database says nothing new on another one."""
    if config.getoption("--only-database"):
        left_out = [item for item in items if not _touches_database(item)]
        items[:] = [item for item in items if _touches_database(item)]
        config.hook.pytest_deselected(items=left_out)


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


def pytest_unconfigure() -> None:
    """Remove this process's folder: database file, uploads, queue."""
    shutil.rmtree(tests_settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        provide_template()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's copy is the test database already; PostgreSQL makes its own from the template."""
    return connections["default"].vendor == "sqlite"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _no_versions_of_other_tests() -> None:
    """Their keys and moments are given out again."""
    published.forget()


@pytest.fixture(autouse=True)
def _seam_follows_settings(settings: Any) -> Iterator[None]:
    """A test may change `TICKET_EVENT_HANDLERS`; the seam reads it anew each time."""
    events._handlers.cache_clear()
    yield
    events._handlers.cache_clear()
