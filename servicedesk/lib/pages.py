"""Pages of lists that may be long: nothing is counted beyond what people turn pages for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property


class LongPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Counts at most `most` rows and shows no more; whoever looks for others narrows the list.

    `count` is exact if it is given: it was counted for another part of the page. `told` is how many there
    are altogether, if somebody keeps that.
    """

    def __init__(
        self, rows: Any, per_page: int, *, most: int, count: int | None = None, told: int | None = None
    ) -> None:
        super().__init__(rows, per_page)
        self._rows, self._most, self._exact, self._told = rows, most, count, told

    @cached_property
    def _counted(self) -> int:
        if self._exact is not None:
            return self._exact
        return int(self._rows.order_by().values("pk")[: self._most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._counted, self._most)

    @property
    def shown(self) -> str:
        """How many, for people: “1200”, or “2000+”."""
        if self._counted > self._most and self._told:
            return str(self._told)
        return at_most(self._counted, self._most)


def at_most(number: int, most: int) -> str:
    """The number, or “2000+” when nobody counted further."""
    return str(number) if number <= most else f"{most}+"
