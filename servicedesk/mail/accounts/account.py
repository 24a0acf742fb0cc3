"""The mail account of the desk: its name, where answers go, and whose word about a sender counts.

There is one, from the settings; whoever needs a value is given the account, so that there may be several.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from servicedesk.mail import charsets
from servicedesk.mail.headers import writing as header_writing


@dataclass(frozen=True)
class Account:
    """`sender` may carry a name; `reply_address` is bare, empty when the server knows no plus addresses.

    `authserv_ids` are the names under which our own receiving server writes Authentication-Results.
    """

    sender: str
    reply_address: str
    authserv_ids: tuple[str, ...]

    def is_ours(self, address: str) -> bool:
        """Whether mail to this address comes back to the desk, with or without a token after its plus."""
        own = {_plain(parseaddr(self.sender)[1]), _plain(self.reply_address)} - {""}
        return _plain(address) in own

    def reply_to(self, token: str) -> str:
        """The address at which an answer to one mail arrives; empty when there is none of its own."""
        local, _at, domain = self.reply_address.rpartition("@")
        if not local or not token:
            return ""
        name = parseaddr(self.sender)[0].replace("\\", "\\\\").replace('"', '\\"')
        address = f"{local}+{token}@{domain}"
        return f'"{name}" <{address}>' if name else address

    def token_in(self, address: str) -> str:
        """What stands behind the plus of our reply address; empty for every other address."""
        local, _at, domain = address.strip().lower().rpartition("@")
        base, _plus, token = local.partition("+")
        return token if f"{base}@{domain}" == self.reply_address.lower() else ""


def default() -> Account:
    """The account of the settings."""
    return Account(
        sender=charsets.printable(settings.DEFAULT_FROM_EMAIL),
        reply_address=_bare(settings.MAIL_REPLY_ADDRESS),
        authserv_ids=tuple(one.strip().lower() for one in settings.MAIL_AUTHSERV_IDS if one.strip()),
    )


def _bare(value: str) -> str:
    """The address alone; nothing when it is none: a slip in the settings costs only the tokens there."""
    try:
        return header_writing.address(parseaddr(charsets.printable(value))[1])
    except ValueError:
        return ""


def _plain(address: str) -> str:
    """In one spelling, without what stands behind a plus."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
