"""How large the file of a matrix may be."""

from __future__ import annotations

from servicedesk.lib import workbook
from servicedesk.lib.workbook import Limits, Sheet
from servicedesk.lib.workbook import NotAWorkbook as NotAMatrix

__all__ = ["MOST_BYTES", "MOST_LINES", "NotAMatrix", "Sheet", "opened"]

_LIMITS = Limits()
MOST_BYTES = _LIMITS.megabytes * 1024 * 1024
MOST_LINES = _LIMITS.lines


def opened(content: bytes) -> list[Sheet]:
    """Raises NotAMatrix."""
    return workbook.opened(content, _LIMITS)
