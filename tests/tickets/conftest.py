from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _nobody_listens(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = []
