"""Install the Python packages of a lock file, and say how far it is. Standard library only."""

import os
import subprocess
import threading
import time
from pathlib import Path

from deploy.progress import Progress
from deploy.tied import command

LOOK_EVERY = 0.2  # seconds
# Counts what applies to this machine: a universal lock names packages of other systems, too.
COUNT = """
import sys
from pip._vendor.packaging.requirements import Requirement
lines = [line.rstrip("\\\\ \\n") for line in open(sys.argv[1]) if line[:1].isalnum()]
found = [each for each in map(Requirement, lines) if each.marker is None or each.marker.evaluate()]
print(len(found))
"""


def install(python: Path, lock: Path) -> None:
    """Exactly what the lock names, checked by hash.

    Raises:
        subprocess.CalledProcessError: pip failed; what it said last is on the screen.
    """
    total = _count(python, lock)
    installed = len(_unpacked(python))
    words = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    words += ["--no-color", "--no-compile", "--require-hashes", "--requirement", lock]
    pip = subprocess.Popen(
        command(*words), text=True, errors="replace", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said: list[str] = []
    reader = threading.Thread(target=_read, args=(pip, said), daemon=True)
    reader.start()
    _show(pip, said, python, installed, total)
    reader.join(timeout=5)
    if code := pip.wait():
        print(*said[-20:], sep="", flush=True)
        raise subprocess.CalledProcessError(code, ["pip", "install", "--requirement", lock.name])


def _count(python: Path, lock: Path) -> int:
    asked = subprocess.run([python, "-c", COUNT, lock], capture_output=True, text=True, check=False)
    if asked.returncode == 0:
        return int(asked.stdout)
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def _unpacked(python: Path) -> list[Path]:
    return list(python.parent.parent.glob("lib/python3*/site-packages/*.dist-info"))


def _read(pip: "subprocess.Popen[str]", said: list[str]) -> None:
    assert pip.stdout is not None
    said.extend(iter(pip.stdout.readline, ""))


def _show(pip: "subprocess.Popen[str]", said: list[str], python: Path, before: int, total: int) -> None:
    """First packages are fetched, which pip tells; then unpacked, which the folder tells."""
    fetching, unpacking, seen = Progress("  fetched"), Progress("  installed"), 0
    while pip.poll() is None:
        fetched = [line.split()[1] for line in list(said) if line.startswith("Collecting ")]
        if any(line.startswith("Installing collected") for line in said[-3:]):
            if seen:
                fetching.at(total, total)
                fetching.end()
            seen = 0
            unpacking.at(min(len(_unpacked(python)) - before, total), total)
        elif len(fetched) > seen:
            seen = len(fetched)
            fetching.at(min(seen, total), total, fetched[-1].partition("=")[0])
        time.sleep(LOOK_EVERY)
    if pip.returncode == 0:
        unpacking.at(total, total)
    unpacking.end()


def compile_all(python: Path) -> None:
    """Whole, whatever PYTHONDONTWRITEBYTECODE says: every start is then three times faster."""
    parts = sorted(
        part for part in python.parent.parent.glob("lib/python3*/site-packages/*") if part.is_dir()
    )
    halves = [parts[number :: os.cpu_count() or 1] for number in range(os.cpu_count() or 1)]
    running = [
        subprocess.Popen(
            command(python, "-m", "compileall", "-q", *half),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for half in halves
        if half
    ]
    for process in running:
        process.wait()  # what cannot be compiled is nothing to stop for
