"""What the documents point at exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

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
