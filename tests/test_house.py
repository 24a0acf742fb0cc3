"""Rules of the house that no linter knows."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("catalog", "contracts", "deploy", "reports", "servicedesk", "sla", "tests", "workflows")
MAX_PYTHON, MAX_TEMPLATE = 300, 120
NAMES_WITHOUT_MEANING = {"utils", "helpers", "manager", "managers", "services", "common", "base", "misc"}
# Mails and printed documents are read outside the site and bring their styles with them.
READ_ELSEWHERE = {"mail", "notifications", "document.html"}
INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "inline style": re.compile(r"<style(?![^>]*\bnonce=)", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "htmx code": re.compile(r"\shx-on[:-]|\shx-vals=[\"']js:", re.IGNORECASE),
    # Attributes may only set custom properties, like style="--u: 40".
    "style attribute": re.compile(r"\sstyle=(\"|')(?!\s*(--|\{))", re.IGNORECASE),
}


def python_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def template_files() -> Iterator[Path]:
    folders = [ROOT / "templates", *(ROOT / package for package in PACKAGES)]
    for folder in folders:
        yield from (path for path in folder.rglob("*.html") if "tests" not in path.relative_to(ROOT).parts)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_python_file_is_a_crowded_room() -> None:
    assert {short(path): length(path) for path in python_files() if length(path) > MAX_PYTHON} == {}


def test_no_template_is_a_crowded_room() -> None:
    assert {short(path): length(path) for path in template_files() if length(path) > MAX_TEMPLATE} == {}


def test_modules_are_named_for_what_they_are_about() -> None:
    named = {path.stem for path in python_files()} | {path.parent.name for path in python_files()}
    assert named & NAMES_WITHOUT_MEANING == set()


@pytest.mark.parametrize("kind", INLINE)
def test_templates_hold_nothing_that_the_content_policy_refuses(kind: str) -> None:
    pages = [path for path in template_files() if not READ_ELSEWHERE & set(path.parts)]
    assert [short(path) for path in pages if INLINE[kind].search(path.read_text(encoding="utf-8"))] == []


def test_every_template_compiles() -> None:
    compiled = set()
    for path in template_files():
        parts = path.relative_to(ROOT).parts
        name = "/".join(parts[parts.index("templates") + 1 :])
        assert get_template(name), name
        compiled.add(name)
    assert {"base.html", "desk/ticket/page.html", "portal/request/page.html"} <= compiled


def test_every_static_file_that_a_stylesheet_names_exists(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["viewflow"])
    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output, verbosity=1)
    except SystemExit:
        pytest.fail(output.getvalue())


def test_env_example_names_every_variable_of_the_settings() -> None:
    source = (ROOT / "servicedesk" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', source))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert read
    assert read - named == set()
