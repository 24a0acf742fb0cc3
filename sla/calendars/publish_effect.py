"""What publishing a draft would do to open tickets."""

from __future__ import annotations

from django.utils import timezone

from sla.calendars.page import Screen
from sla.changes import preview, preview_wording
from sla.changes.preview import Preview


def of(screen: Screen) -> Preview:
    return preview.of_calendar(screen.calendar, screen.definition, timezone.now())


def sentence(screen: Screen) -> str:
    """Asks for every open ticket."""
    return preview_wording.sentence(of(screen))
