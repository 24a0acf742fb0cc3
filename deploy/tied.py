"""Run a program that ends when whoever started it ends, however that happens: `kill -9` too.

Usage: python -m deploy.tied PARENT COMMAND…

PARENT is the process id of the starter. Linux keeps the promise; elsewhere the command runs as it is.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def tie() -> None:
    """Let the kernel send SIGTERM when the parent is gone; it stays so over `exec`."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def command(*words: object) -> list[str]:
    """The words of a command tied to this process; start it in the main thread, which lives longest."""
    return [sys.executable, "-m", "deploy.tied", str(os.getpid()), *map(str, words)]


def main() -> None:
    parent, *words = sys.argv[1:]
    tie()
    if os.getppid() != int(parent):
        sys.exit(143)  # gone before we were tied
    try:
        os.execvp(words[0], words)  # noqa: S606 (no shell)
    except OSError as error:
        sys.exit(f"{words[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
