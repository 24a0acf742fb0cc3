"""Several programs as one, seen from outside: a process that supervises small ones."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.supervisor import Program, Running, Supervisor
from tests.own_desk import ROOT, below, is_running, until

SUPERVISE = """
import sys
from pathlib import Path
from deploy.parent import end_with_make
from deploy.supervisor import Program, Supervisor
end_with_make()
names = ["web", "worker"]
supervisor = Supervisor(cwd=Path.cwd())
for name, code in zip(names, sys.argv[1:]):
    supervisor.start(Program(name, [sys.executable, "-c", code]))
sys.exit(supervisor.wait())
"""
# Waits for ever, with a child of its own in the same group, like a web server or a worker.
SERVE = """
import os, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
def end(*_):
    child.terminate(); sys.exit()
signal.signal(signal.SIGTERM, end)
print("ready", os.getpid(), child.pid)
time.sleep(600)
"""
SAY_AND_FAIL = "import sys; print('cannot'); sys.exit(3)"
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def _unignored() -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)


def started(command: list[str], **options: object) -> subprocess.Popen[str]:
    """In a session of its own, like a job of a terminal, with no signal ignored."""
    process: subprocess.Popen[str] = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, preexec_fn=_unignored,
        **options,  # type: ignore[call-overload]
    )  # fmt: skip
    return process


def supervise(*programs: str) -> subprocess.Popen[str]:
    return started([sys.executable, "-c", SUPERVISE, *programs])


def serving(process: subprocess.Popen[str], count: int) -> list[int]:
    """The process ids of so many programs and their children, as soon as they are there."""
    assert process.stdout is not None
    pids: list[int] = []
    while len(pids) < 2 * count:
        line = process.stdout.readline()
        assert line, "it ended"
        if " | ready" in line:
            pids += [int(word) for word in line.split() if word.isdigit()]
    return pids


def test_lines_say_who_wrote_them_and_who_dies_is_started_again_ever_later() -> None:
    process = supervise(SERVE, SAY_AND_FAIL)
    assert process.stdout is not None
    lines: list[str] = []
    while len([line for line in lines if "again" in line]) < 2:
        lines.append(process.stdout.readline().strip())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert [line for line in lines if line.startswith("worker")] == [
        "worker | cannot",
        "worker ended with code 3; starting it again in 1 s.",
        "worker | cannot",
        "worker ended with code 3; starting it again in 2 s.",
    ]
    assert process.returncode == 0


def test_waits_grow_to_a_minute_and_begin_anew_after_a_steady_time(monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""], text=True, start_new_session=True)
    process.wait()
    said: list[str] = []
    supervisor = Supervisor.__new__(Supervisor)
    monkeypatch.setattr(supervisor, "say", said.append)
    each = Running(Program("beat", []), process, since=time.monotonic())
    for _ in range(8):
        supervisor._look_after(each)
        each.again_at = None
    each.since -= 61
    supervisor._look_after(each)
    assert [int(re.findall(r"in (\d+) s", line)[0]) for line in said] == [1, 2, 4, 8, 16, 32, 60, 60, 1]


def test_a_killed_program_comes_back_without_what_it_left_behind() -> None:
    process = supervise(SERVE)
    pid, child = serving(process, 1)
    os.kill(pid, signal.SIGKILL)
    again = serving(process, 1)
    assert not is_running(child)
    assert pid not in again
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_leaves_nobody_behind(number: signal.Signals) -> None:
    process = supervise(SERVE, SERVE)
    pids = serving(process, 2)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert [pid for pid in pids if is_running(pid)] == []


def test_a_killed_supervisor_leaves_nobody_behind() -> None:
    process = supervise(SERVE, SERVE)
    pids = serving(process, 2)
    process.kill()
    process.wait()
    until(lambda: not any(is_running(pid) for pid in pids))


@pytest.mark.parametrize("whole_group", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("recipe", ["$(RUN)", ": by a shell; $(RUN)"])
def test_interrupting_make_alone_stops_everything(
    number: signal.Signals, whole_group: bool, recipe: str, tmp_path: Path
) -> None:
    script = tmp_path / "run.py"
    script.write_text(f"import sys\nsys.argv[1:] = {[SERVE, SERVE]!r}\n{SUPERVISE}")
    (tmp_path / "Makefile").write_text(f"RUN = {sys.executable} {script}\nrun:\n\t@{recipe}\n")
    make = started(
        ["make", "-f", str(tmp_path / "Makefile"), "run"], env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    serving(make, 2)
    everybody = below(make.pid)
    assert len(everybody) >= 5
    if whole_group:
        os.killpg(make.pid, number)
    else:
        os.kill(make.pid, number)
    until(lambda: not any(is_running(pid) for pid in everybody))
    make.communicate(timeout=60)
