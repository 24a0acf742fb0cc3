"""A wrong value of any variable stops the start with one sentence that names it."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from environs import Env

from servicedesk.lib.environment import Environment, WrongSettings, shown

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
VARIABLES = re.findall(r"^#? ?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE)
MAY_BE_EMPTY = {
    "CSRF_TRUSTED_ORIGINS",
    "EMAIL_HOST",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "SEALING_KEYS",
    "MAIL_REPLY_ADDRESS",
    "MAIL_AUTHSERV_IDS",
}
FOLDERS = ("VAR_DIR", "MEDIA_ROOT", "STATIC_ROOT")
BAD_SENDERS = ["desk@quayside..example", "desk@quayside.example.", "desk@-x.example", "IT <.desk@x.example>"]
WRONG = {
    "SECRET_KEY": [""],
    "DEBUG": ["maybe", "2"],
    "ALLOWED_HOSTS": ["https://desk.example.com", "desk.example.com:8000", "a b", ",", "desk/"],
    "BASE_URL": [
        "desk.example.com",
        "ftp://desk.example.com",
        "https://",
        "https://h:port",
        "http://h/path?x",
    ],
    "CSRF_TRUSTED_ORIGINS": ["desk.example.com", "https://desk.example.com/path"],
    "BEHIND_TLS_PROXY": ["perhaps"],
    "PROXY_COUNT": ["one", "-1", "1.5"],
    "MAIL_REPLY_ADDRESS": [
        "desk",
        "desk@a..b",
        "desk@-a.example",
        "de..sk@a.example",
        "d" * 19 + "@a.example",
        "two words@x",
        "Desk <desk@quayside.example>",
    ],
    "MAIL_AUTHSERV_IDS": ["one\ntwo", "mx;x, (b)", "mx x", ","],
    "COMPANY_NAME": ["Quayside\nIT", " "],
    "DATABASE_URL": [
        "nonsense",
        "mysql://h/desk",
        "postgres://h:port/desk",
        "postgres://h",
        "postgres:///desk?nonsense=1",
        "postgres:///desk?conn_max_age=long",
        "sqlite:///",
        "sqlite:////proc/x.db",
        f"sqlite:///{ROOT}",
        "sqlite:////there/is/no/such/folder/desk.sqlite3",
        "sqlite:///desk.sqlite3?nonsense=1",
    ],
    "BROKER_URL": [
        "foo",
        "redis",
        "redis://",
        "amqp://h:port//",
        "sqs://",
        "redis://h/notadb",
        "filesystem:///var/queue",
    ],
    "WEB_PROCESSES": ["0", "many"],
    "WEB_THREADS": ["0", "many"],
    "WORKER_PROCESSES": ["0", "many"],
    "CELERY_ALWAYS_EAGER": ["always"],
    "ATTACHMENT_MAX_BYTES": ["20 MB", "0"],
    "EMAIL_HOST": ["smtp://mail.example.com", "mail.example.com:587", "two words"],
    "EMAIL_PORT": ["abc", "0", "70000"],
    "EMAIL_HOST_USER": ["two\nlines"],
    "EMAIL_HOST_PASSWORD": ["two\nlines"],
    "EMAIL_USE_TLS": ["starttls"],
    "EMAIL_USE_SSL": ["ssl"],
    "DEFAULT_FROM_EMAIL": ["Quayside IT", "desk@", "Desk <desk@a.example> more", *BAD_SENDERS],
    "AUTO_CLOSE_DAYS": ["a week", "99999999999"],
    "REOPEN_GRACE_DAYS": ["-1", "99999999999"],
    "SEALING_KEYS": ["one\ntwo", "x", ",", "a-key-that-is-long-enough,short"],
    "SECRETS_KEPT_DAYS": ["never", "99999999999"],
    "LOG_LEVEL": ["LOUD"],
    "LOG_JSON": ["yes please"],
    **{name: [str(ROOT / "manage.py"), "/proc/none/here"] for name in FOLDERS},
}


@pytest.fixture(autouse=True)
def _only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Env, "read_env", lambda *_args, **_kwargs: None)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRET_KEY", "only-for-tests")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))


def settings() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "servicedesk" / "settings.py"))


def sentences() -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        settings()
    assert caught.value.code == 1
    return caught.value.sentences


def test_every_variable_of_the_example_has_its_wrong_values_here() -> None:
    assert set(VARIABLES) <= set(WRONG)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_a_wrong_value_is_one_sentence_with_name_and_problem(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    [sentence] = sentences()
    assert sentence.startswith(f"{name} ")
    assert f" Example: {name}=" in sentence
    assert "\n" not in sentence
    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.parametrize("name", sorted(set(VARIABLES) - MAY_BE_EMPTY))
def test_an_empty_value_is_refused_where_it_means_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert [each.split(".")[0] for each in sentences()] == [f"{name} is empty"]


@pytest.mark.parametrize("name", sorted(MAY_BE_EMPTY))
def test_an_empty_value_is_none_where_there_may_be_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert not settings()[name]


def test_a_missing_secret_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    assert sentences() == ["SECRET_KEY is missing. Example: SECRET_KEY=(50 random characters)"]


def test_one_start_tells_of_everything_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_PORT", "abc")
    monkeypatch.setenv("BROKER_URL", "foo")
    assert {each.split()[0] for each in sentences()} == {"EMAIL_PORT", "BROKER_URL"}


def test_two_ways_of_encryption_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_USE_TLS", "True")
    monkeypatch.setenv("EMAIL_USE_SSL", "True")
    assert sentences()[0].startswith("EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other.")


def test_no_sentence_shows_a_password() -> None:
    assert shown("postgres://desk:geheim@h:x/desk") == "postgres://…@h:x/desk"
    assert shown("desk:geheim@h") == "…@h"
    assert shown("Desk <desk@quayside.example> x") == "Desk <desk@quayside.example> x"


def test_every_value_of_the_example_itself_is_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in re.findall(r"^#? ?([A-Z][A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE):
        if name not in FOLDERS:
            monkeypatch.setenv(name, value or "only-for-these-tests")
    assert settings()["EMAIL_PORT"] == 587


PRODUCTION = [
    {"BASE_URL": "https://desk.example.com"},
    {"BASE_URL": "https://localhost"},
    {"DATABASE_URL": "postgres:///desk", "ALLOWED_HOSTS": "localhost,desk.example.com"},
    {"DATABASE_URL": "postgres:///desk", "ALLOWED_HOSTS": "*"},
    {"DATABASE_URL": "postgres:///desk", "BASE_URL": "http://desk.example.com"},
]
WORKSHOP = [
    {},
    {"DATABASE_URL": "postgres:///desk"},
    {"DATABASE_URL": "postgres:///desk", "ALLOWED_HOSTS": "localhost,.localhost,127.0.0.1,[::1],testserver"},
    {"BASE_URL": "http://192.168.1.5:8000", "ALLOWED_HOSTS": "192.168.1.5"},  # tried out from a phone
]


@pytest.mark.parametrize("values", PRODUCTION)
def test_debug_does_not_survive_beside_a_production(
    values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert settings()["DEBUG"] is False
    monkeypatch.setenv("DEBUG", "True")
    [sentence] = sentences()
    assert sentence.startswith("DEBUG is True, but ")
    assert sentence.endswith("Example: DEBUG=False")


@pytest.mark.parametrize("values", WORKSHOP)
def test_debug_is_for_the_own_machine(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**values, "DEBUG": "True"}.items():
        monkeypatch.setenv(name, value)
    assert settings()["DEBUG"] is True


@pytest.mark.parametrize(
    "program",
    [
        ["python", "manage.py", "check"],
        ["celery", "-A", "servicedesk", "worker"],
        ["celery", "-A", "servicedesk", "beat"],
        ["granian", "--interface", "wsgi", "--port", "0", "servicedesk.wsgi:application"],
        ["python", "-m", "deploy.programs", "web"],
    ],
)
def test_no_program_ends_in_a_traceback(program: list[str]) -> None:
    binary = str(Path(sys.executable).parent / program[0])
    values = os.environ | {"EMAIL_PORT": "abc", "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    ended = subprocess.run(
        [binary, *program[1:]], cwd=ROOT, env=values, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode != 0
    assert "EMAIL_PORT is “abc”, which is not a whole number. Example: EMAIL_PORT=587\n" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_file_beside_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    (tmp_path / ".env").write_text("EMAIL_PORT=2525\nPROXY_COUNT=many\nCOMPANY_NAME='Two words'\n")
    monkeypatch.setenv("COMPANY_NAME", "Another")
    env = Environment(tmp_path / ".env")
    assert env.int("EMAIL_PORT", 25) == 2525
    assert env.str("COMPANY_NAME", "") == "Another"
    assert env.int("PROXY_COUNT", 0) == 0
    assert env.wrong == ["PROXY_COUNT is “many”, which is not a whole number. Example: PROXY_COUNT=0"]


def test_a_default_folder_that_cannot_be_made_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongSettings):
        Environment(tmp_path / ".env").folder(
            "OTHER_DIR", tmp_path / "file" / "var", base=tmp_path, make=True
        )
    assert "OTHER_DIR is “" in capsys.readouterr().err
