"""Styles, scripts and pictures: no secrets, so another program or user may serve them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise tells no types
    """Hashed names, and compressed copies that everybody may read, unlike all else that we write."""

    def post_process(self, *args: Any, **options: Any) -> Iterator[Any]:
        with _readable():
            yield from super().post_process(*args, **options)


@contextmanager
def _readable() -> Iterator[None]:
    former = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(former)
