"""Raw mails of the demo's contacts, as a mail server would hand them over."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.conf import settings

from servicedesk.people.models import User


def raw_mail(sender: User, subject: str, body: str, at: datetime) -> bytes:
    """RFC 5322 bytes of a plain text mail; the Message-ID follows from sender and moment."""
    mail = EmailMessage()
    mail["From"] = formataddr((sender.full_name, sender.email))
    mail["To"] = settings.DEFAULT_FROM_EMAIL
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{at.timestamp():.0f}.{sender.pk}@{sender.email.split('@')[1]}>"
    mail.set_content(body)
    return mail.as_bytes()
