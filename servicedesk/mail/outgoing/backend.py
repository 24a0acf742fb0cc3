"""Django's own mails (password reset) take the same way as all others: a row first."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from servicedesk.mail.outgoing import outbox
from servicedesk.tickets.attachments import Upload


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one row for each recipient; the worker sends them after the commit."""
        count = 0
        for message in email_messages:
            for address in message.recipients():
                outbox.queue(
                    to=parseaddr(address)[1] or address,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=_html(message),
                    kind="account",
                    attachments=_files(message),
                )
                count += 1
        return count


def _html(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(part[0]) for part in alternatives if part[1] == "text/html"), "")


def _files(message: EmailMessage) -> list[Upload]:
    return [_file(one) for one in message.attachments]


def _file(one: Any) -> Upload:
    if isinstance(one, Message):
        payload = one.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        return Upload(one.get_filename() or "file", one.get_content_type(), content)
    name, content, kind = one
    octets = content.encode() if isinstance(content, str) else bytes(content)
    return Upload(name or "file", kind or "application/octet-stream", octets)
