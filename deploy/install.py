"""Make this machine ready: system packages, the environment in `.venv`, the Python packages.

Usage: python3.11 -m deploy.install run|test

Runs before anything is installed, so it uses the standard library only. What is there already
is left alone; a second run takes a moment.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy import packages
from deploy.parent import end_with_make
from deploy.tied import command

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
# What the product itself needs: text layout and fonts for PDF.
RUN = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core", "fonts-noto-core"]
# What only tests and checks need: a browser, a reader of PDF, the tools of translators.
TEST = ["chromium", "poppler-utils", "gettext"]
POSTGRES = ["postgresql"]
SETS = {"run": RUN, "test": RUN + TEST, "postgres": POSTGRES}


def missing(packages: list[str]) -> list[str]:
    """Return those of the Debian packages that are not installed."""
    if not shutil.which("dpkg-query"):
        print(
            f"This is not Debian: please make sure of {' '.join(packages)} (or what your system calls them)."
        )
        return []
    return [name for name in packages if not _is_installed(name)]


def _is_installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def _apt() -> list[str] | None:
    """How to call apt-get here, or None when we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def install_system_packages(names: list[str]) -> list[str]:
    """Install what is missing when we may; return what is still missing."""
    wanted = missing(names)
    if not wanted:
        return []
    apt = _apt()
    if apt is not None:
        print(f"Installing {' '.join(wanted)} …", flush=True)
        patient = [*apt, "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3", "-qq"]
        subprocess.run(command(*patient, "update"), stdin=subprocess.DEVNULL, check=False)
        install = [*patient, "install", "-y", "--no-install-recommends", *wanted]
        subprocess.run(command(*install), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    left = missing(wanted)
    if left:
        print(
            f"Still missing: {' '.join(left)}. Please run:\n  sudo apt-get install -y {' '.join(left)}",
            flush=True,
        )
    return left


def for_environment() -> list[str]:
    """What Debian keeps apart from Python, where it is not there: to make an environment."""
    return [] if _has_environment() or importlib.util.find_spec("ensurepip") else ["python3-venv"]


def _has_environment() -> bool:
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], check=False, capture_output=True).returncode == 0


def create_environment() -> None:
    """Create `.venv` unless a working one is there."""
    if _has_environment():
        return
    print("Creating the environment in .venv …", flush=True)
    subprocess.run(command(sys.executable, "-m", "venv", "--clear", VENV), check=True)


def install_python_packages(lock: Path) -> None:
    """Install exactly what the lock file names, checked by hash; nothing when its stamp is there."""
    stamp = VENV / f".installed-{lock.stem}"
    state = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == state:
        return
    print(f"Installing the Python packages of {lock.name} …", flush=True)
    packages.install(VENV / "bin" / "python", lock)
    print("Compiling them, so that every start is quick …", flush=True)
    packages.compile_all(VENV / "bin" / "python")
    stamp.write_text(state)


def main() -> None:
    """Install for one purpose. Exit code 1: the product cannot work without what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=["run", "test"])
    purpose = parser.parse_args().purpose
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever starts this may be older)
        sys.exit("Python 3.11 or newer is needed.")
    end_with_make()
    left = install_system_packages([*for_environment(), *SETS[purpose]])
    if set(left) - set(TEST):
        sys.exit("Neither the environment nor PDF files can be made without these system packages.")
    create_environment()
    # The longer lock holds all of the shorter one.
    install_python_packages(ROOT / ("requirements.lock" if purpose == "run" else "requirements-dev.lock"))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(f"This failed ({error.returncode}): {' '.join(map(str, error.cmd))}")
