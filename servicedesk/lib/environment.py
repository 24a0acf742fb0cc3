"""Settings read from the environment; what is wrong is told in one sentence each, before anything starts.

A value that is missing, empty, of the wrong type or form is noted and its default taken meanwhile, so that
one start names all of them; `finish` then ends the process. No traceback, no secret on the screen.
"""

from __future__ import annotations

import builtins
import logging
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from environs import Env

from servicedesk.lib.setting_values import WrongForm, folded

T = TypeVar("T")
YES, NO = {"true", "t", "1", "yes", "y", "on"}, {"false", "f", "0", "no", "n", "off"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SECRETS = {"SECRET_KEY", "SEALING_KEYS", "EMAIL_HOST_PASSWORD"}


class WrongSettings(SystemExit):
    """The process ends with code 1; the sentences stand on its error output."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(1)
        self.sentences = sentences


class Environment:
    """The variables of this process and of a `.env` file, which they override."""

    def __init__(self, file: Path) -> None:
        self._values = Env()
        self._values.read_env(str(file), recurse=False)
        self.wrong: list[str] = []

    def str(
        self,
        name: str,
        default: builtins.str | None = None,
        *,
        example: builtins.str = "",
        form: Callable[[builtins.str], builtins.str] = folded,
    ) -> builtins.str:
        """A text. It may be empty only if its default is; without a default it is required.

        `form` returns the value as it is used, or raises `WrongForm` with what is wrong with it.
        """

        def read(value: builtins.str) -> builtins.str:
            if value or default != "":
                return form(value)
            return ""

        return self._read(name, read, default or "", example, is_required=default is None)

    def bool(self, name: builtins.str, default: builtins.bool) -> builtins.bool:
        def read(value: builtins.str) -> builtins.bool:
            if (word := value.lower()) not in YES | NO:
                raise WrongForm("is neither True nor False")
            return word in YES

        return self._read(name, read, default, str(default))

    def int(
        self,
        name: builtins.str,
        default: builtins.int,
        *,
        least: builtins.int = 0,
        most: builtins.int = 2**31 - 1,
        example: builtins.str = "",
    ) -> builtins.int:
        def read(value: builtins.str) -> builtins.int:
            if not re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII):
                raise WrongForm("is not a whole number")
            if not least <= int(value) <= most:
                raise WrongForm(f"is not between {least} and {most}")
            return int(value)

        return self._read(name, read, default, example or str(default))

    def list(
        self,
        name: builtins.str,
        default: builtins.list[builtins.str],
        *,
        example: builtins.str = "",
        form: Callable[[builtins.str], builtins.str] = folded,
    ) -> builtins.list[builtins.str]:
        """Texts separated by commas. None at all only where the default is none."""

        def read(value: builtins.str) -> builtins.list[builtins.str]:
            parts = [part.strip() for part in value.split(",")]
            if not value.strip() and not default:
                return []
            return [form(part) for part in parts if part] or [form("")]

        return self._read(name, read, default, example or ",".join(default))

    def log_level(self, name: builtins.str, default: builtins.int) -> builtins.int:
        def read(value: builtins.str) -> builtins.int:
            if value.upper() not in LEVELS:
                raise WrongForm(f"is none of {', '.join(LEVELS)}")
            return logging.getLevelNamesMapping()[value.upper()]

        return self._read(name, read, default, logging.getLevelName(default))

    def folder(self, name: builtins.str, default: Path, *, base: Path, make: builtins.bool = False) -> Path:
        """A folder, from `base` on if it is not absolute; `make` makes it, or nothing can start."""

        example = f"/var/lib/servicedesk/{default.name}"
        found = self._read(name, lambda value: _folder(base / folded(value), make), default, example)
        if make and not found.is_dir():
            try:
                _folder(found, make)  # the default
            except WrongForm as wrong:
                self.wrong.append(sentence(name, builtins.str(found), builtins.str(wrong), example))
                self.finish()
        return found

    def parsed(
        self,
        name: builtins.str,
        default: builtins.str,
        read: Callable[[builtins.str], T],
        *,
        example: builtins.str,
    ) -> T:
        """What `read` makes of the text; it raises `WrongForm`."""
        return self._read(name, read, read(default), example)

    def refuse(self, sentence: builtins.str) -> None:
        """Note that values do not go together."""
        self.wrong.append(sentence)

    def finish(self) -> None:
        """End the process if anything was wrong."""
        if self.wrong:
            # At once and by ourselves: some servers say a child's last word late or never.
            sys.stderr.write("\n".join(self.wrong) + "\n")
            sys.stderr.flush()
            raise WrongSettings(self.wrong)

    def _read(
        self,
        name: builtins.str,
        read: Callable[[builtins.str], T],
        default: T,
        example: builtins.str,
        *,
        is_required: builtins.bool = False,
    ) -> T:
        value = self._values.str(name, None)
        if value is None and not is_required:
            return default
        try:
            if value is None:
                raise WrongForm("is missing")
            return read(value.strip())
        except WrongForm as wrong:
            self.wrong.append(sentence(name, value, builtins.str(wrong), example))
            return default


def _folder(path: Path, make: bool) -> Path:
    try:
        if make:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_wrong = path.exists() and not path.is_dir()
        if not path.exists():
            tempfile.TemporaryFile(dir=_nearest(path)).close()
    except (OSError, ValueError) as error:
        raise WrongForm(f"cannot be a folder of ours ({_plain(error)})") from None
    if is_wrong:
        raise WrongForm("is not a folder")
    return path


def _nearest(path: Path) -> Path:
    """The folder in which it would have to be made."""
    return next(one for one in path.absolute().parents if one.exists())


def sentence(name: str, value: str | None, wrong: str, example: str) -> str:
    """“EMAIL_PORT is “abc”, which is not a whole number. Example: EMAIL_PORT=587”."""
    ending = f" Example: {name}={example}" if example else ""
    if value is None or name in SECRETS or "is missing" in wrong:
        return f"{name} {wrong}.{ending}"
    if not value.strip():
        return f"{name} is empty.{ending}"
    return f"{name} is “{shown(value)}”, which {wrong}.{ending}"


def shown(value: str) -> str:
    """The value without what stands before the last “@” of an address with a password."""
    text = " ".join(value.split())
    if ":" in text.rpartition("@")[0]:
        scheme, found, _ = text.partition("://")
        text = f"{scheme + found if found else ''}…@{text.rpartition('@')[2]}"
    return text if len(text) <= 80 else text[:79] + "…"


DEBUG_BESIDE_PRODUCTION = (
    "DEBUG is True, but BASE_URL, ALLOWED_HOSTS and DATABASE_URL are those of a production, where everybody"
    " would see the pages for developers. Example: DEBUG=False"
)


def fits_debug(base_url: str, allowed_hosts: list[str], engine: str) -> bool:
    """Whether this can be a developer's machine: no TLS; and with a database server, nobody else's hosts."""
    parts = urlsplit(base_url)
    if parts.scheme == "https":
        return False
    is_local = all(_is_local(host) for host in (parts.hostname or "", *allowed_hosts))
    return is_local or engine.endswith("sqlite3")


def _is_local(host: str) -> bool:
    name = (urlsplit(f"//{host}").hostname if not host.startswith(".") else host) or ""
    return name in {"localhost", "testserver", "::1", "0.0.0.0"} or bool(  # noqa: S104 (a comparison)
        name.endswith(".localhost") or re.fullmatch(r"127(\.\d+){3}", name)
    )


def _plain(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
