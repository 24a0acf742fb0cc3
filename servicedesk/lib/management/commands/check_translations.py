"""Judge the translations: nothing missing, unfinished, outdated or with broken placeholders."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FORMS = re.compile(r"nplurals=(\d+)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
SOURCES = ("catalog", "contracts", "reports", "servicedesk", "sla", "templates", "workflows")


class Command(BaseCommand):
    help = "Fail when a marked string is untranslated, fuzzy or missing in a .po file, or no longer used."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not shutil.which("xgettext"):
            raise CommandError("This needs the gettext programs: apt-get install gettext")
        with tempfile.TemporaryDirectory() as folder:
            faults = list(_faults(Path(folder)))
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults. `make messages` brings the .po files up to date.")
        self.stdout.write("Translations are complete.")


def _faults(folder: Path) -> Iterator[str]:
    """Extract everything anew into a copy of the .po files, and read what came of it."""
    languages = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    for code in languages:
        _copy_catalog(settings.BASE_DIR, folder, code)
    _extract(settings.BASE_DIR, folder)
    for code in languages:
        path = folder / "locale" / code / "LC_MESSAGES" / "django.po"
        if not path.exists():
            yield f"{code}: no strings were found"
            continue
        yield from (f"{code}: {fault}" for fault in faults_of(polib.pofile(str(path))))
        broken = subprocess.run(
            ["msgfmt", "--check-format", "-o", os.devnull, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        yield from (f"{code}: {line}" for line in broken.stderr.splitlines() if broken.returncode)


def _copy_catalog(project: Path, folder: Path, code: str) -> None:
    target = folder / "locale" / code / "LC_MESSAGES"
    target.mkdir(parents=True)
    source = project / "locale" / code / "LC_MESSAGES" / "django.po"
    if source.exists():
        shutil.copy(source, target)


def _extract(project: Path, folder: Path) -> None:
    """Run `makemessages` over links to our sources, so that it writes into the copy."""
    for name in SOURCES:
        (folder / name).symlink_to(project / name)
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--all", "--symlinks", "--no-location"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(done.stderr)


def faults_of(catalog: polib.POFile) -> Iterator[str]:
    """What is wrong with the entries of a language, each as one line."""
    forms = int(FORMS.findall(catalog.metadata.get("Plural-Forms", "nplurals=0"))[0])
    for entry in catalog:
        short = " ".join(entry.msgid.split())[:90]
        if entry.obsolete:
            yield f"no longer used: {short}"
        elif entry.fuzzy:
            yield f"fuzzy: {short}"
        elif not entry.translated():
            yield f"untranslated: {short}"
        elif entry.msgid_plural and set(entry.msgstr_plural) != set(range(forms)):
            yield f"{len(entry.msgstr_plural)} of {forms} plural forms: {short}"
        elif wrong := _wrong_placeholders(entry):
            yield f"other placeholders ({', '.join(wrong)}): {short}"


def _wrong_placeholders(entry: polib.POEntry) -> list[str]:
    """Placeholders that only one side has. The form for one may do without the number, as in English."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    asked = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    spared = asked - set(PLACEHOLDER.findall(entry.msgid)) if entry.msgid_plural else set()
    wrong: set[str] = set()
    for number, text in enumerate(texts):
        may_be_left_out = spared if number == 0 else set()
        wrong |= (asked ^ set(PLACEHOLDER.findall(text))) - may_be_left_out
    return sorted(wrong)
