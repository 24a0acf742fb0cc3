"""DATABASE_URL as Django's settings of a database. What the address itself says wins over our defaults."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import dj_database_url

from servicedesk.lib.setting_values import WrongForm, folded

KEPT_OPEN = 60  # seconds a connection without work stays open for the next request
SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",  # all writers queue up instead of failing half way
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
SQLITE_OPTIONS = {*SQLITE, "isolation_level", "cached_statements", "check_same_thread", "uri", "detect_types"}
# Nobody waits longer for another person's ticket; the answer is then a clear "try again".
BOUNDED_WAIT = "-c lock_timeout=5000"
REACHED_WITHIN = 10  # seconds
# Options that Django takes, not the driver.
DJANGO_OPTIONS = {"isolation_level", "server_side_binding", "assume_role", "service", "passfile", "pool"}


def understood(url: str) -> str:
    """The address, if it is one; `settings_of` says more."""
    settings_of(folded(url))
    return url


def settings_of(url: str) -> dict[str, Any]:
    """Read the address.

    Raises:
        WrongForm: the end of a sentence about it.
    """
    found = _parsed(url)
    if found["ENGINE"].endswith("sqlite3"):
        return _sqlite(found, is_in_memory=":memory:" in url)
    if found["ENGINE"].endswith(".postgresql"):
        return _postgresql(found)
    raise WrongForm("begins with neither sqlite:// nor postgres://")


def _parsed(url: str) -> dict[str, Any]:
    try:
        found: Any = dj_database_url.parse(url, conn_max_age=KEPT_OPEN, conn_health_checks=True)
    except dj_database_url.UnknownSchemeError:
        raise WrongForm("begins with neither sqlite:// nor postgres://") from None
    except ValueError:
        raise WrongForm("is not the address of a database") from None
    if not found["NAME"]:
        raise WrongForm("names no database")
    return dict(found)


def _sqlite(found: dict[str, Any], *, is_in_memory: bool) -> dict[str, Any]:
    given = found.get("OPTIONS", {})
    if unknown := set(given) - SQLITE_OPTIONS:
        raise WrongForm(f"has an option that SQLite does not know, “{min(unknown)}”")
    found["OPTIONS"] = SQLITE | given
    name = str(found["NAME"])
    if name == ":memory:" and not is_in_memory:
        raise WrongForm("names no file")
    if not name.startswith((":memory:", "file:")):
        _writable(Path(name).absolute())
    found.pop("CONN_MAX_AGE", None)  # opening a file costs nothing, and an open one hinders whoever moves it
    found.pop("CONN_HEALTH_CHECKS", None)
    return found


def _writable(path: Path) -> None:
    """SQLite writes the file, and its journals beside it."""
    if not path.parent.is_dir():
        raise WrongForm("lies in a folder that does not exist")
    if path.is_dir():
        raise WrongForm("names a folder, not a file")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError:
        raise WrongForm("lies in a folder that cannot be written") from None


def _postgresql(found: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = found.setdefault("OPTIONS", {})
    if "conn_max_age" in options:
        found["CONN_MAX_AGE"] = _age(options.pop("conn_max_age"))
    if "conn_health_checks" in options:
        found["CONN_HEALTH_CHECKS"] = bool(options.pop("conn_health_checks"))
    # Of two values for one parameter the server takes the later, so what is given wins.
    options["options"] = f"{BOUNDED_WAIT} {options.get('options', '')}".strip()
    options.setdefault("connect_timeout", REACHED_WITHIN)
    _known_to_the_driver(options)
    return found


def _age(value: object) -> int | None:
    if str(value).lower() == "none":
        return None  # open for ever
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongForm("has a conn_max_age that is not a number of seconds")
    return value


def _known_to_the_driver(options: dict[str, Any]) -> None:
    import psycopg
    from psycopg.conninfo import make_conninfo

    try:
        make_conninfo("", **{key: value for key, value in options.items() if key not in DJANGO_OPTIONS})
    except psycopg.ProgrammingError as error:
        raise WrongForm(f"has an option that PostgreSQL does not know ({str(error).strip()})") from None
