"""Start web, worker and schedule in one terminal; Ctrl-C stops all of them.

Usage: python -m deploy.run

PORT (default 8000) and HOST (default 127.0.0.1) say where the site listens; DEMO=yes or DEMO=no answers
whether an empty database gets the demonstration.
"""

import socket
import sys
import time

from deploy.parent import end_with_make
from deploy.prepare import ROOT, Unprepared, prepare, read_settings
from deploy.programs import beat, place, web, worker
from deploy.supervisor import Supervisor

PATIENCE = 60  # seconds until the site must answer


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
    end_with_make()
    host, port = place()
    near = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 (a comparison)
    address = f"http://{near}:{port}"
    if answers(near, port):
        print(f"Something listens on {address} already. Choose another: make run PORT={port + 1}")
        return 1
    read_settings(address)
    try:
        sign_ins = prepare()
    except Unprepared as reason:
        print(reason)
        return 1
    supervisor = Supervisor(cwd=ROOT)
    supervisor.start(web(host, port))
    # The worker comes second, so that the site answers as soon as it can.
    if not wait_for_site(supervisor, near, port):
        return supervisor.give_up()
    supervisor.start(worker())
    supervisor.start(beat())
    supervisor.say(greeting(address, sign_ins))
    return supervisor.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
