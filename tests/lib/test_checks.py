"""What `manage.py check --deploy` finds beside Django's own."""

from pathlib import Path
from typing import Any

import pytest

from servicedesk.lib import checks


def ids(messages: Any) -> list[str]:
    return [message.id for message in messages]


def test_data_folder_that_cannot_be_written_is_an_error(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path / "not" / "yet" / "there"
    assert ids(checks.folders_are_writable()) == []
    monkeypatch.setattr("os.access", lambda *_args: False)  # root may write everywhere
    assert ids(checks.folders_are_writable()) == ["lib.E001"]


@pytest.mark.parametrize(
    ("base_url", "found"),
    [("https://desk.example.com", []), ("https://other.example.com", ["lib.E002"]), ("desk", ["lib.E002"])],
)
def test_links_of_mails_must_lead_to_an_allowed_host(settings: Any, base_url: str, found: list[str]) -> None:
    settings.ALLOWED_HOSTS = ["desk.example.com"]
    settings.BASE_URL = base_url
    assert ids(checks.links_lead_here()) == found


def test_handler_or_task_that_does_not_exist_is_an_error(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = ["servicedesk.lib.checks.mail_can_leave", "servicedesk.lib.checks.typo"]
    settings.CELERY_BEAT_SCHEDULE = {"sweep": {"task": "servicedesk.nowhere.sweep", "schedule": 60.0}}
    messages = list(checks.dotted_names_lead_somewhere())
    assert ids(messages) == ["lib.E003", "lib.E003"]
    assert "servicedesk.lib.checks.typo" in messages[0].msg
    assert "servicedesk.nowhere.sweep" in messages[1].msg


def test_desk_without_outgoing_mail_is_a_warning(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert ids(checks.mail_can_leave()) == ["lib.W001"]
    settings.EMAIL_HOST = "mail.example.com"
    assert ids(checks.mail_can_leave()) == []


def test_name_and_sender_of_the_demonstration_are_errors(settings: Any) -> None:
    settings.COMPANY_NAME, settings.DEFAULT_FROM_EMAIL = "Quayside IT", settings.DEFAULT_SENDER
    assert ids(checks.names_are_our_own()) == ["lib.E004", "lib.E005"]
    settings.COMPANY_NAME, settings.DEFAULT_FROM_EMAIL = "Example Support", "Desk <desk@desk.example.com>"
    assert ids(checks.names_are_our_own()) == []
