"""The cast of the desk, with a client that buys hours."""

from tests.desk.conftest import _monday, cast

__all__ = ["_monday", "cast"]
