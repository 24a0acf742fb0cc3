"""What the documents point at exists."""

import contextlib
import importlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from sla.engine import worktime
from sla.simulation import simulate
from sla.simulation.scenario import read

ROOT = Path(settings.BASE_DIR)
PLACES = (ROOT, ROOT / "servicedesk", ROOT / "deploy")
LINK = re.compile(r"\]\(([^)#\s]+)")
FILE = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.py)`")
NAME = re.compile(r"`((?:[a-z]\w*\.)+(?!E\d)\w+)(?:\(\))?`")
PACKAGES = (
    *("catalog", "contracts", "deploy", "reports", "servicedesk", "sla", "tests", "workflows", "benchmarks"),
    *(path.parent.name for path in (ROOT / "servicedesk").glob("*/__init__.py")),
)
MOST_BYTES = 250 * 1024


def documents() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    yield from (ROOT / "docs").rglob("*.md")


@pytest.mark.parametrize("document", list(documents()), ids=lambda path: path.name)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", list(documents()), ids=lambda path: path.name)
def test_every_file_and_name_of_the_code_that_a_document_says_is_there(document: Path) -> None:
    """Decisions and the changelog speak of their own day."""
    if "adr" in document.parts or document.name == "CHANGELOG.md":
        return
    text = document.read_text(encoding="utf-8")
    files = {file for file in FILE.findall(text) if not any((folder / file).exists() for folder in PLACES)}
    names = {
        name for name in NAME.findall(text) if name.split(".")[0] in PACKAGES and not is_of_the_code(name)
    }
    assert files | names == set()


def is_of_the_code(name: str) -> bool:
    """Whether a module, or what it holds, has this dotted name, written from `servicedesk` on or not."""
    for start in ("", "servicedesk."):
        module = start + name
        found: list[str] = []
        while "." in module:
            with contextlib.suppress(ImportError):
                holder: object = importlib.import_module(module)
                for part in reversed(found):
                    holder = getattr(holder, part, None)
                return holder is not None
            module, _dot, last = module.rpartition(".")
            found.append(last)
    return False


def test_pictures_stay_small() -> None:
    pictures = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").glob("*.png")}
    assert pictures
    assert {name: size for name, size in pictures.items() if size > MOST_BYTES} == {}


def test_the_readme_names_the_demonstrations_sign_ins() -> None:
    from servicedesk.demo.world import PASSWORD, SIGN_INS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [email for _role, email in SIGN_INS if f"{email} | {PASSWORD}" not in readme] == []


def test_the_examples_of_agreements_can_be_played() -> None:
    text = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
    calendar, scenario = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    assert worktime.compiled(calendar).day_length() == timedelta(hours=8)
    clocks = simulate.play(read(scenario))["clocks"]
    assert {kind: clock["state"] for kind, clock in clocks.items()} == {
        "first_response": "met",
        "next_response": "none",
        "resolution": "running",
    }


def test_every_command_of_agreements_exists() -> None:
    text = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)", text, re.MULTILINE))
    assert named
    assert named <= set(get_commands())
