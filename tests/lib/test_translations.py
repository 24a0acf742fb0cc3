"""The two commands about translations."""

import os
import shutil
from pathlib import Path
from typing import Any

import polib
import pytest

from servicedesk.lib.management.commands import check_translations
from servicedesk.lib.management.commands.compile_translations import compile_if_newer


def catalog(path: Path, *entries: polib.POEntry) -> Path:
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    file.extend(entries)
    file.save(str(path))
    return path


def test_changed_source_is_compiled_and_an_unchanged_one_left_alone(tmp_path: Path) -> None:
    source = catalog(tmp_path / "django.po", polib.POEntry(msgid="Ticket", msgstr="Заявка"))
    target = tmp_path / "django.mo"
    assert compile_if_newer(source)
    assert [entry.msgstr for entry in polib.mofile(str(target))] == ["Заявка"]
    assert not compile_if_newer(source)
    os.utime(target, (0, 0))
    assert compile_if_newer(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["django.mo", "django.po"]


def test_every_kind_of_fault_is_named(tmp_path: Path) -> None:
    path = catalog(
        tmp_path / "django.po",
        polib.POEntry(msgid="Done", msgstr="Готово"),
        polib.POEntry(msgid="New", msgstr=""),
        polib.POEntry(msgid="Guess", msgstr="Догадка", flags=["fuzzy"]),
        polib.POEntry(msgid="Old", msgstr="Старое", obsolete=True),
        polib.POEntry(msgid="%(n)s hour", msgid_plural="%(n)s hours", msgstr_plural={0: "час", 1: ""}),
    )
    faults = list(check_translations.faults_of(polib.pofile(str(path))))
    assert sorted(faults) == [
        "fuzzy: Guess",
        "no longer used: Old",
        "untranslated: %(n)s hour",
        "untranslated: New",
    ]


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext: apt-get install gettext")
def test_strings_of_code_and_templates_are_found_without_touching_our_files(
    tmp_path: Path, monkeypatch: Any
) -> None:
    project, folder = tmp_path / "project", tmp_path / "copy"
    (project / "desk").mkdir(parents=True)
    (project / "desk" / "page.html").write_text('{% translate "Open ticket" %}')
    (project / "desk" / "views.py").write_text('title = _("Queue")\n')
    folder.mkdir()
    monkeypatch.setattr(check_translations, "SOURCES", ("desk",))
    check_translations._copy_catalog(project, folder, "ru")
    check_translations._extract(project, folder)
    found = polib.pofile(str(folder / "locale" / "ru" / "LC_MESSAGES" / "django.po"))
    assert sorted(entry.msgid for entry in found) == ["Open ticket", "Queue"]
    assert not (project / "locale").exists()


def test_a_plural_lacks_no_form_and_every_form_has_the_placeholders(tmp_path: Path) -> None:
    def plural(name: str, *forms: str) -> polib.POEntry:
        msgid = f"%(count)d {name}"
        return polib.POEntry(msgid=msgid, msgid_plural=msgid + "s", msgstr_plural=dict(enumerate(forms)))

    path = catalog(
        tmp_path / "django.po",
        plural("whole", "%(count)d a", "%(count)d b", "%(count)d c"),
        plural("short", "%(count)d a", "%(count)d b"),
        plural("silent", "%(count)d a", "b", "%(count)d c"),
        polib.POEntry(msgid="From %(day)s", msgstr="С %(days)s"),
    )
    file = polib.pofile(str(path))
    file.metadata["Plural-Forms"] = "nplurals=3; plural=0;"
    assert list(check_translations.faults_of(file)) == [
        "2 of 3 plural forms: %(count)d short",
        "other placeholders (%(count)d): %(count)d silent",
        "other placeholders (%(day)s, %(days)s): From %(day)s",
    ]
