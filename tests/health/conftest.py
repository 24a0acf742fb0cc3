from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from servicedesk.health import lateness


@pytest.fixture(autouse=True)
def _looked_at_anew(settings: Any) -> Iterator[None]:
    settings.HEALTH_ON_PAGES = True
    lateness.forget()
    yield
    lateness.forget()
