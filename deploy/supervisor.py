"""Run several programs as one: their lines in one terminal; one that dies is started again, ever more slowly.

Process managers in Python (honcho, circus) either end everything with the first death or are a service of
their own; this is a hundred lines of the standard library.
"""

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

from deploy import tied

GRACE = 15  # seconds a program has to finish what it is doing
FIRST_WAIT, LONGEST_WAIT = 1, 60  # seconds before a program that died is started again
STEADY = 60  # seconds after which a program is thought to be well, and waits begin anew


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]


@dataclass
class Running:
    """A program and its present process; `again_at` (monotonic) while it waits to be started again."""

    program: Program
    process: "subprocess.Popen[str]"
    since: float
    wait: float = FIRST_WAIT
    again_at: float | None = None


class Supervisor:
    """Starts programs, each in a process group of its own, and stops every group at the end.

    Should the supervisor itself be killed, the programs are told to end by the kernel. Use it in the
    main thread.
    """

    def __init__(self, *, cwd: Path) -> None:
        self.cwd = cwd
        self.running: dict[str, Running] = {}
        self.readers: list[threading.Thread] = []
        self.stop_asked = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self, program: Program) -> None:
        self.running[program.name] = Running(program, self._spawn(program), time.monotonic())

    def _spawn(self, program: Program) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            tied.command(*program.command),
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        reader = threading.Thread(target=self._read, args=(program.name, process), daemon=True)
        reader.start()
        self.readers = [each for each in self.readers if each.is_alive()] + [reader]
        return process

    def _read(self, name: str, process: "subprocess.Popen[str]") -> None:
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
        alive = all(each.process.poll() is None for each in self.running.values())
        return alive and not self.stop_asked.is_set()

    def wait(self) -> int:
        """Keep everything running until a signal comes, then stop everything; returns the exit code, 0."""
        while not self.stop_asked.wait(0.1):
            for each in self.running.values():
                self._look_after(each)
        self.say("Stopping …")
        self.stop()
        return 0

    def give_up(self) -> int:
        """Stop everything because a program did not even start; returns its exit code, never 0."""
        if self.stop_asked.is_set():
            self.stop()
            return 0
        ended = (each for each in self.running.values() if each.process.returncode is not None)
        first = next(ended, None)
        code = first.process.returncode if first else 1
        if first:
            self.say(f"{first.program.name} ended with code {code}; stopping.")
        self.stop()
        return 128 - code if code < 0 else code or 1

    def _look_after(self, each: Running) -> None:
        if each.again_at is not None:
            if time.monotonic() >= each.again_at:
                each.process, each.since, each.again_at = self._spawn(each.program), time.monotonic(), None
            return
        code = each.process.poll()
        if code is None:
            return
        self._end_group(each.process)  # what it left may hold its port or its queue
        now = time.monotonic()
        each.wait = FIRST_WAIT if now - each.since >= STEADY else each.wait
        self.say(f"{each.program.name} ended with code {code}; starting it again in {each.wait:g} s.")
        each.again_at, each.wait = now + each.wait, min(2 * each.wait, LONGEST_WAIT)

    def stop(self) -> None:
        """Ask every program to end, wait for `GRACE`, then end whatever is left of its group."""
        processes = [each.process for each in self.running.values()]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + GRACE
        for process in processes:
            with suppress(subprocess.TimeoutExpired):  # the whole group is ended next
                process.wait(timeout=max(0.1, until - time.monotonic()))
            self._end_group(process)
        for reader in self.readers:
            reader.join(timeout=1)

    def _end_group(self, process: "subprocess.Popen[str]") -> None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nobody is left
        process.wait()
