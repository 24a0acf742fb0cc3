"""What the documents point at exists."""

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
LINK = re.compile(r"\]\(([^)#\s]+)")
MOST_BYTES = 250 * 1024


def documents() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    yield from (ROOT / "docs").rglob("*.md")


@pytest.mark.parametrize("document", list(documents()), ids=lambda path: path.name)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


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
