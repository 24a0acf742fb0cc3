"""The programs of a desk, each with the command that starts it.

Usage: python -m deploy.programs web|worker|beat

Becomes that program. HOST (default 127.0.0.1) and PORT (default 8000) say where the site listens; the
settings WEB_PROCESSES, WEB_THREADS and WORKER_PROCESSES how many of us there are.
"""

import os
import sys
from pathlib import Path

from django.conf import settings

from deploy.supervisor import Program

BIN = Path(sys.executable).parent
APP = [str(BIN / "celery"), "-A", "servicedesk", "--quiet"]


def web(host: str, port: int) -> Program:
    """Its threads are bounded: left alone, granian may start 512, each with a connection of the database."""
    command = [str(BIN / "granian"), "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)]
    command += ["--workers", str(settings.WEB_PROCESSES), "--blocking-threads", str(settings.WEB_THREADS)]
    backpressure = max(128, 16 * settings.WEB_THREADS)  # requests that may wait for a thread, in one process
    return Program("web", [*command, "--backpressure", str(backpressure), "servicedesk.wsgi:application"])


def worker() -> Program:
    command = [*APP, "worker", "--concurrency", str(settings.WORKER_PROCESSES), "--loglevel", "INFO"]
    return Program("worker", [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"])


def beat() -> Program:
    """The schedule; exactly one. A file with its process id would only hinder the next start."""
    return Program("beat", [*APP, "beat", "--loglevel", "INFO", "--pidfile="])


def place() -> tuple[str, int]:
    """HOST and PORT of the environment; ends the process with a sentence when PORT is none."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (port.isdecimal() and port.isascii() and 0 < int(port) < 65536):
        sys.exit(f"PORT is “{port}”, which is not a number from 1 to 65535. Example: PORT=8000")
    return host, int(port)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    programs = {"web": lambda: web(*place()), "worker": worker, "beat": beat}
    if len(sys.argv) != 2 or sys.argv[1] not in programs:
        sys.exit(__doc__)
    program = programs[sys.argv[1]]()
    os.chdir(Path(__file__).resolve().parent.parent)
    os.execv(program.command[0], program.command)  # noqa: S606 (no shell)


if __name__ == "__main__":
    main()
