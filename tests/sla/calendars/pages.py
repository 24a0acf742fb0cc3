"""Addresses and texts of the pages of calendars."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from sla.models import Calendar


def url(name: str, calendar: Calendar, *args: Any) -> str:
    return reverse(f"sla:{name}", args=[calendar.pk, *args])


def read(answer: Any) -> str:
    """The page as text, one space between words."""
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(text.replace("&quot;", '"').replace("&#x27;", "'").split())
