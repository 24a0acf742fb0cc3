"""Run a command against PostgreSQL: the one DATABASE_URL names, else a throw-away cluster.

Usage: python3.11 -m deploy.with_postgres COMMAND…

The cluster is made from Debian's own binaries in a temporary folder, listens on a free port
of 127.0.0.1, trades safety for speed, and is gone afterwards. The exit code is the command's.
"""

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.install import POSTGRES, install_system_packages

FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]


def binaries() -> Path:
    """The folder of the newest installed server, which is installed first when there is none."""
    found = _find_binaries()
    if found is None:
        install_system_packages(POSTGRES)
        found = _find_binaries()
    if found is None:
        sys.exit("PostgreSQL's server programs are needed: sudo apt-get install -y postgresql")
    return found


def _find_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def owner() -> str:
    """Who runs the server: PostgreSQL refuses root."""
    return "postgres" if os.geteuid() == 0 else getpass.getuser()


def as_owner(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", owner(), "--", *words]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster() -> Iterator[str]:
    """Start a throw-away cluster, yield its DATABASE_URL, stop and remove it."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="servicedesk-postgres-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(owner()).pw_uid, -1)
    data, port = folder / "data", free_port()
    try:
        as_owner(
            programs / "initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        settings = [*FAST, f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
        options = " ".join(f"-c {setting}" for setting in settings)
        as_owner(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgres://desk@127.0.0.1:{port}/postgres"
        finally:
            as_owner(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str], url: str) -> int:
    return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


def main() -> int:
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return run(command, given)
    with cluster() as url:
        return run(command, url)


if __name__ == "__main__":
    sys.exit(main())
