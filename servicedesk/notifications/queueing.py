"""A notice becomes a row of the outbox. One that cannot be written stops neither its cause nor others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext as _

from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from servicedesk.tickets.models import Ticket

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Written:
    subject: str
    text: str
    html: str


def send(
    write: Callable[[], Written],
    *,
    to: str,
    about: str,
    kind: str,
    language: str,
    ticket: Ticket | None = None,
    page: str = "",
) -> OutgoingMail:
    """Queue what `write` returns, called with the reader's language active.

    When it fails, the row ends as failed with the reason, where administrators see it; sent again, it leads
    to the page. An error of the database is raised: nothing can be kept then.

    Args:
        about: the subject of what cannot be written, and what it is about.
        page: its address; empty for readers who have none.
    """
    try:
        written = write()
    except DatabaseError:
        raise
    except Exception as error:  # of one notice, whatever it is
        log.exception("notice_not_written", kind=kind, ticket=ticket.pk if ticket else None)
        said = [_("Update: %(subject)s. See its page for details.") % {"subject": about}, page]
        written = Written(about, "\n\n".join(filter(None, said)), "")
        fault = f"{type(error).__name__}: {error}"
    else:
        fault = ""
    return outbox.queue(
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        ticket=ticket,
        kind=kind,
        language=language,
        fault=fault,
    )
