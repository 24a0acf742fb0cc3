"""Several programs as one, seen from outside: a process that supervises small ones."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUPERVISE = """
import sys
from pathlib import Path
from deploy.supervisor import Program, Supervisor
names = ["web", "worker"]
supervisor = Supervisor(cwd=Path.cwd())
for name, code in zip(names, sys.argv[1:]):
    supervisor.start(Program(name, [sys.executable, "-c", code]))
sys.exit(supervisor.wait())
"""
# Waits for ever, with a child of its own in the same group, like a web server or a worker.
SERVE = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", os.getpid(), child.pid)
time.sleep(600)
"""
SAY_AND_FAIL = "import sys; print('cannot'); sys.exit(3)"


def supervise(*programs: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, *programs],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Dead, but not yet collected by whoever adopted it.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_lines_say_who_wrote_them_and_the_first_end_ends_all() -> None:
    process = supervise(SERVE, SAY_AND_FAIL)
    output, _ = process.communicate(timeout=60)
    assert "worker | cannot" in output
    assert "worker ended with code 3; stopping the others." in output
    assert process.returncode == 3


def test_even_an_orderly_end_of_one_is_a_failure_of_the_whole() -> None:
    process = supervise(SERVE, "pass")
    process.communicate(timeout=60)
    assert process.returncode == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nobody_behind(number: signal.Signals) -> None:
    process = supervise(SERVE, SERVE)
    assert process.stdout is not None
    ready = [process.stdout.readline() for _ in range(2)]
    pids = [int(word) for line in ready for word in line.split() if word.isdigit()]
    assert len(pids) == 4
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert [pid for pid in pids if is_running(pid)] == []
