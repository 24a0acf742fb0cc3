"""Start web, worker and schedule in one terminal; Ctrl-C stops all of them.

Usage: python -m deploy.run

PORT (default 8000) and HOST (default 127.0.0.1) say where the site listens.
"""

import os
import socket
import sys
import time
from pathlib import Path

from deploy.prepare import prepare
from deploy.supervisor import Program, Supervisor

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PATIENCE = 60  # seconds until the site must answer


WORKER = Program(
    "worker",
    [
        *[str(BIN / "celery"), "-A", "servicedesk", "--quiet", "worker"],
        *["--beat", "--concurrency", "2", "--loglevel", "INFO"],
        *["--without-gossip", "--without-mingle", "--without-heartbeat"],  # there is only this one
    ],
)


def web(host: str, port: int) -> Program:
    command = [str(BIN / "granian"), "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)]
    return Program("web", [*command, "--blocking-threads", "4", "servicedesk.wsgi:application"])


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def wait_for_site(supervisor: Supervisor, host: str, port: int) -> bool:
    """Return True as soon as the site answers; False when a program died or time is up."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and supervisor.all_alive():
        if answers(host, port):
            return True
        time.sleep(0.1)
    return False


def greeting(address: str, sign_ins: str) -> str:
    people = [f"    {line}" for line in sign_ins.splitlines()]
    return "\n".join(["", f"  The service desk is at {address}", "", *people, "", "  Ctrl-C stops it.", ""])


def main() -> int:
    host = os.environ.get("HOST", "127.0.0.1")
    port = int(os.environ.get("PORT", "8000"))
    near = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 (a comparison)
    address = f"http://{near}:{port}"
    if answers(near, port):
        print(f"Something listens on {address} already. Choose another: make run PORT={port + 1}")
        return 1
    if port != 8000:
        os.environ.setdefault("BASE_URL", address)
    sign_ins = prepare()
    supervisor = Supervisor(cwd=ROOT)
    supervisor.start(web(host, port))
    # The worker comes second, so that the site answers as soon as it can.
    if wait_for_site(supervisor, near, port):
        supervisor.start(WORKER)
        supervisor.say(greeting(address, sign_ins))
    return supervisor.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
