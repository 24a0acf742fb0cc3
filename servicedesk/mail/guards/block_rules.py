"""The black list: which rule keeps a mail out."""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.db.models import F

from servicedesk.mail.incoming.parsing import ParsedMail
from servicedesk.mail.models import BlockRule


def matching(mail: ParsedMail) -> BlockRule | None:
    """Return the first active rule that matches, counted; None lets the mail in."""
    for rule in BlockRule.objects.filter(is_active=True):
        if _matches(rule, mail):
            BlockRule.objects.filter(pk=rule.pk).update(blocked_count=F("blocked_count") + 1)
            return rule
    return None


def _matches(rule: BlockRule, mail: ParsedMail) -> bool:
    pattern = rule.pattern.strip().casefold()
    if rule.kind == BlockRule.Kind.ADDRESS:
        address = mail.from_address.casefold()
        return bool(pattern) and fnmatchcase(address, pattern.replace("[", "[[]"))
    said = " ".join(f"{mail.subject} {mail.text}".casefold().split())
    return bool(pattern) and " ".join(pattern.split()) in said
