"""What publishing a draft would do to open tickets."""

from __future__ import annotations

from django.utils import timezone

from sla.changes import preview, preview_wording
from sla.changes.preview import Preview
from sla.policies.page import Screen


def of(screen: Screen) -> Preview:
    return preview.of_policy(screen.policy, screen.cells(), timezone.now())


def sentence(screen: Screen) -> str:
    """Asks for every open ticket."""
    return preview_wording.sentence(of(screen))
