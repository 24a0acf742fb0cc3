"""Text that is made from a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string


def rendered(template: str, context: Mapping[str, Any]) -> str:
    """What the template says, as text that a page still has to escape.

    Django marks all that it renders as safe HTML, a mail with a client's name in it too.
    """
    return "".join([render_to_string(template, dict(context))])  # a plain str, whatever came
