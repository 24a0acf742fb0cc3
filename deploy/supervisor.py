"""Run several programs as one: their lines in one terminal, and when one ends, all end."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

GRACE = 15  # seconds a program has to finish what it is doing


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]


class Supervisor:
    """Starts programs, each in a process group of its own, and stops every group at the end."""

    def __init__(self, *, cwd: Path) -> None:
        self.cwd = cwd
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.readers: list[threading.Thread] = []
        self.stop_asked = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self, program: Program) -> None:
        process = subprocess.Popen(
            program.command,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self.running[program.name] = process
        reader = threading.Thread(target=self._read, args=(program.name, process), daemon=True)
        reader.start()
        self.readers.append(reader)

    def _read(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.say(f"{name:<6} | {line.rstrip()}")

    def say(self, text: str) -> None:
        """Print whole lines, whoever else is printing."""
        with suppress(OSError):  # the terminal is gone; stopping goes on
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_asked.set()

    def all_alive(self) -> bool:
        alive = all(process.poll() is None for process in self.running.values())
        return alive and not self.stop_asked.is_set()

    def wait(self) -> int:
        """Wait for a signal or the first end, stop everything, and return the exit code.

        0 after a signal; else the code of the program that ended, and never 0.
        """
        while self.all_alive():
            time.sleep(0.1)
        code = self._first_end()
        self.stop()
        return code

    def _first_end(self) -> int:
        if self.stop_asked.is_set():
            self.say("Stopping …")
            return 0
        name, code = next(
            (name, p.returncode) for name, p in self.running.items() if p.returncode is not None
        )
        self.say(f"{name} ended with code {code}; stopping the others.")
        return 128 - code if code < 0 else code or 1

    def stop(self) -> None:
        """Ask every program to end, wait for `GRACE`, then end whatever is left of its group."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + GRACE
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):  # the whole group is ended next
                process.wait(timeout=max(0.1, until - time.monotonic()))
            self._end_group(process)
        for reader in self.readers:
            reader.join(timeout=1)

    def _end_group(self, process: subprocess.Popen[str]) -> None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nobody is left
        process.wait()
