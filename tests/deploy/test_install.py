"""What `make run` says on an empty machine before anything is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy import install
from deploy.progress import Progress


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Debian without any of our packages, where we may install nothing."""
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/dpkg-query" if "dpkg" in name else None)
    monkeypatch.setattr(install, "_is_installed", lambda _package: False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "end_with_make", lambda: None)


@pytest.mark.parametrize("purpose", ["run", "test"])
def test_all_missing_system_packages_are_named_in_one_command(
    bare: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], purpose: str
) -> None:
    monkeypatch.setattr("sys.argv", ["install", purpose])
    with pytest.raises(SystemExit, match="Neither the environment nor PDF files can be made"):
        install.main()
    [command] = [line for line in capsys.readouterr().out.splitlines() if "sudo apt-get" in line]
    assert command.split()[4:] == ["python3-venv", *install.SETS[purpose]]


def test_progress_is_a_line_each_tenth_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("  migrations")
    for done in range(1, 41):
        progress.at(done, 40, f"people.{done:04}")
    progress.end()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert lines[0] == "  migrations: 1 of 40 (people.0001)"
    assert lines[-1] == "  migrations: 40 of 40 (people.0040)"
