"""What every test may use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as tests_settings

from servicedesk.tickets import events

# A busy machine is no reason to fail: no test asserts times.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


def pytest_unconfigure() -> None:
    """Remove this process's folder: database file, uploads, queue."""
    shutil.rmtree(tests_settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _seam_follows_settings(settings: Any) -> Iterator[None]:
    """A test may change `TICKET_EVENT_HANDLERS`; the seam reads it anew each time."""
    events._handlers.cache_clear()
    yield
    events._handlers.cache_clear()
