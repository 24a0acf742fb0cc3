"""Structured logs: JSON lines in production, readable ones for a developer.

Every line of a request carries its `request_id`. Addresses of people are cut out, and so are
paths, because a path may hold a signed link.
"""

import logging
import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ADDRESS = re.compile(r"[\w.+%-]+@([\w-]+(?:\.[\w-]+)+)")


def configure(config: dict[str, Any]) -> None:
    """Set up `logging` and structlog. `config`: `level` (a level of `logging`), `json` (bool)."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": {"()": _formatter, "as_json": config["json"]}},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["console"], "level": config["level"]},
            "loggers": {
                # Refused and missing pages are in our own line about the request already.
                "django.request": {"level": "ERROR"},
                "django.db.backends": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},  # each minute, five times
                "celery.worker.strategy": {"level": "WARNING"},
                "kombu.connection": {"level": "ERROR"},  # says each time that a folder has no host name
                "fontTools": {"level": "WARNING"},
                "weasyprint": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def without_addresses(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Leave of an e-mail address only its domain."""
    return {
        key: ADDRESS.sub(r"…@\1", value) if isinstance(value, str) else value for key, value in line.items()
    }


def without_path(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace Django's “Internal Server Error: /path” by the route."""
    request = getattr(line.get("_record"), "request", None)
    match = getattr(request, "resolver_match", None)
    if request is None:
        return line
    return {**line, "event": "request failed", "route": match.route if match else "unknown"}


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(as_json: bool) -> logging.Formatter:
    """The last steps, for our lines and for those of libraries alike."""
    steps: list[Processor] = [without_path, structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
        steps += [structlog.processors.format_exc_info, without_addresses, renderer]
    else:
        # Plain tracebacks: without the values of variables, which may be about people.
        console = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
        steps += [without_addresses, console]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=steps)
