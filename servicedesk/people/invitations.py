"""Inviting somebody: a mailed link with which they choose their first password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from servicedesk.attempts import counting, limits
from servicedesk.people.models import User


def invite(person: User, *, by: User) -> None:
    """Write to them in their own language; the link works as that of a forgotten password does.

    Raises:
        TooManyTries: they were invited several times just now, whoever did it.
    """
    counting.take([(limits.INVITATION, str(person.pk))])
    context = {
        "user": person,
        "by": by,
        "uid": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
        "base_url": settings.BASE_URL,
        "company_name": settings.COMPANY_NAME,
    }
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = render_to_string("people/mail/invitation_subject.txt", context).strip()
        text = render_to_string("people/mail/invitation.txt", context)
        send_mail(subject, text, None, [person.email])
