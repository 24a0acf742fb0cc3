"""The black list."""

import pytest

from servicedesk.mail.guards import block_rules
from servicedesk.mail.incoming.parsing import parse
from servicedesk.mail.models import BlockRule
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
ADDRESS, TEXT = BlockRule.Kind.ADDRESS, BlockRule.Kind.TEXT
MAIL = parse(raw_mail(sender="Anna@Client.example", subject="Cheap watches", text="Buy now,\nonly today"))


@pytest.mark.parametrize(
    ("kind", "pattern", "blocks"),
    [
        (ADDRESS, "anna@client.example", True),
        (ADDRESS, "*@client.example", True),
        (ADDRESS, "@client.example", False),
        (ADDRESS, "[a-z]*", False),
        (TEXT, "CHEAP watches", True),
        (TEXT, "now, only", True),
        (TEXT, "expensive", False),
        (TEXT, "  ", False),
    ],
)
def test_rules_match_address_or_words(kind: str, pattern: str, blocks: bool) -> None:
    rule = BlockRule.objects.create(kind=kind, pattern=pattern)
    assert block_rules.matching(MAIL) == (rule if blocks else None)
    rule.refresh_from_db()
    assert rule.blocked_count == int(blocks)


def test_a_rule_that_is_off_lets_mail_in() -> None:
    BlockRule.objects.create(pattern="*", is_active=False)
    assert block_rules.matching(MAIL) is None
