"""Words hidden from the client do not reach them in a file of a mail, however it is written."""

from __future__ import annotations

import pytest

from servicedesk.intake.email import mail_processing
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message
from tests.intake.email.desk_mail import NOW, _march, asked, is_held, oleg, olga, ticket
from tests.mail.mails import with_files

pytestmark = pytest.mark.django_db
__all__ = ["_march", "asked", "oleg", "olga", "ticket"]  # fixtures
ANSWER = {"subject": "Re: Mail", "message_id": "<a1@q.example>"}
HIDDEN = "Не обещайте ему ещё ничего: поставщик пока не подтвердил замену реле."
PAGE = "<p>" + "".join(f"&#{ord(one)};" for one in HIDDEN) + "</p>"


def nested(*levels: str, words: str = HIDDEN) -> bytes:
    content = with_files((levels[0], "text/plain", words.encode()))
    for name in levels[1:]:
        content = with_files((name, "message/rfc822" if name == "7bit" else "application/x-mail", content))
    return content


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        *(("a.txt", "text/plain", HIDDEN.encode(one)) for one in ("utf-16", "koi8-r", "cp1251", "cp866")),
        ("a.html", "text/html", PAGE.encode()),
        ("a.html", "text/html", HIDDEN.replace("ещё", "е<b>щ</b>ё").encode()),
        *((f"a{one}", "application/octet-stream", HIDDEN.encode()) for one in (".md", ".csv", ".log", "")),
        ("fwd.eml", "application/octet-stream", nested("a.txt")),
        ("fwd.eml", "application/octet-stream", nested("a.txt", "b.eml", "c.eml")),
        (f"{HIDDEN}.txt", "text/plain", b"See the name."),
        ("a.txt", "text/plain", HIDDEN.replace("ё", "е").encode()),
        ("a.txt", "text/plain", HIDDEN.replace("поставщик", "пос\u00adтав\u200bщик").encode()),
    ],
)
def test_it_is_held(ticket, olga, oleg, asked, name, kind, content):
    conversation.post(ticket, author=oleg, body=HIDDEN, visibility=Message.Visibility.INTERNAL)
    raw = with_files((name, kind, content), sender=olga.email, **ANSWER,
                     In_Reply_To=asked.message_id)  # fmt: skip
    sent = OutgoingMail.objects.filter(to=ticket.requester.email).count()
    assert is_held(mail_processing.take(raw, received_at=NOW), ticket, olga, RawMail.Reason.QUOTES_HIDDEN)
    assert OutgoingMail.objects.filter(to=ticket.requester.email).count() == sent


def test_other_words_in_the_same_charsets_go(ticket, olga, oleg, asked):
    conversation.post(ticket, author=oleg, body=HIDDEN, visibility=Message.Visibility.INTERNAL)
    raw = with_files(("a.txt", "text/plain", "Мы заменим реле завтра, обещаем.".encode("utf-16")),
                     ("b.bin", "application/octet-stream", bytes(range(256)) * 99), sender=olga.email,
                     **ANSWER, In_Reply_To=asked.message_id)  # fmt: skip
    assert mail_processing.take(raw, received_at=NOW).result == "reply"
