"""What every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from servicedesk.tickets import events


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _seam_follows_settings(settings: Any) -> Iterator[None]:
    """A test may change `TICKET_EVENT_HANDLERS`; the seam reads it anew each time."""
    events._handlers.cache_clear()
    yield
    events._handlers.cache_clear()
