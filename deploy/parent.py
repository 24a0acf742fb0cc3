"""Notice that `make` was interrupted alone, by its process id, and end with it.

The terminal sends Ctrl-C to everybody. `kill -INT` of make does not: make then waits for its child, which
never hears of it. What is seen from here: the signal stays blocked in make while it waits so.
"""

import os
import signal
import threading
import time
from pathlib import Path

LOOK_EVERY = 0.25  # seconds
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
BETWEEN = {"sh", "dash", "bash"}
MAKES = {"make", "gmake"}


def end_with_make() -> None:
    """From now on: when the make that runs us is interrupted or gone, we get a SIGTERM."""
    starter = os.getppid()
    if makes := makes_above(starter):
        threading.Thread(target=_watch, args=(starter, makes), daemon=True).start()


def makes_above(pid: int) -> list[int]:
    """The makes that run us, with nothing but shells between; none elsewhere than on Linux."""
    found = []
    while (status := _status(pid)) and status.get("Name") in BETWEEN | MAKES:
        if status["Name"] in MAKES:
            found.append(pid)
        pid = int(status["PPid"])
    return found


def is_interrupted(make: int) -> bool:
    """Whether it is gone, or holds a signal that ends it."""
    status = _status(make)
    if not status or status.get("State", "Z").startswith("Z"):
        return True
    blocked = int(status["SigBlk"], 16)
    return any(blocked >> (number - 1) & 1 for number in ENDING)


def _watch(starter: int, makes: list[int]) -> None:
    while os.getppid() == starter and not any(is_interrupted(make) for make in makes):
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
