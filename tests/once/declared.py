"""All addresses, and what their views declare about a POST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from servicedesk.once import acting

ARGUMENTS: list[list[Any]] = [
    *([], [1], [1, 1], [1, 1, 1]),
    *([1, "resolution"], ["token"], ["MQ", "token"], [1, "x"]),
]


def views() -> Iterator[tuple[str, Any]]:
    """The name and the view of every address."""
    yield from _views(get_resolver().url_patterns, "")


def _views(patterns: list[Any], space: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _views(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern.callback


def that_are(kind: str) -> set[str]:
    return {name for name, view in views() if acting.posting(view) == kind}


def some_address(name: str) -> str:
    for arguments in ARGUMENTS:
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name}: which arguments?")
