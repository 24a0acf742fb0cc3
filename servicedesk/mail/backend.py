"""Django's own mails (password reset) take the same way as all others: a row first."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from servicedesk.mail import outbox


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one row for each recipient; the worker sends them after the commit."""
        count = 0
        for message in email_messages:
            for address in message.recipients():
                outbox.queue(
                    to=address,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=_html(message),
                    kind="account",
                )
                count += 1
        return count


def _html(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(part[0]) for part in alternatives if part[1] == "text/html"), "")
