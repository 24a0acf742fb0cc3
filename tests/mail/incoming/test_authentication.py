"""What our own receiving server says about a sender, and nobody else."""

from __future__ import annotations

import pytest

from servicedesk.mail.incoming import authentication

OURS = "mx.quayside.example"
FROM = "quayside.example"


def passes(*results: str, domain: str = FROM, trusted: tuple[str, ...] = (OURS,)) -> bool:
    return authentication.passes(results, domain, trusted)


@pytest.mark.parametrize(
    "verdicts",
    [
        "dmarc=pass",
        "dmarc=pass (p=none dis=none) header.from=quayside.example",
        'DMARC=Pass header.from="Quayside.Example"',
        "spf=fail smtp.mailfrom=x.example; dkim=fail header.d=x.example; dmarc = pass",
        "dkim=pass (2048-bit key) header.d=quayside.example header.s=x header.b=abc",
        "dkim=pass header.i=@mail.quayside.example",
        "dkim=fail header.d=quayside.example; dkim=pass header.d=quayside.example",
        "spf=pass smtp.mailfrom=olga@quayside.example",
        'spf=pass smtp.mailfrom="olga berg"@quayside.example',
        'spf=pass reason="a \\"good\\" one" smtp.mailfrom=x@quayside.example (c) ; x=pass',
        'spf=pass smtp.mailfrom="bounce+1@mail.quayside.example"',
    ],
)
def test_it_passes(verdicts: str) -> None:
    assert passes(f"{OURS}; {verdicts}")
    assert passes(f"{OURS.upper()} 1;\r\n\t{verdicts}")


@pytest.mark.parametrize(
    "verdicts",
    [
        "",
        "none",
        "dmarc=fail",
        "dmarc=none header.from=quayside.example",
        "dmarc=temperror",
        "dmarc=pass header.from=evil.example",
        "dmarc=fail header.from=quayside.example; spf=pass smtp.mailfrom=quayside.example",
        "dmarc=pass; dmarc=fail",
        "spf=pass smtp.mailfrom=evil.example",
        "spf=pass smtp.helo=quayside.example",
        "spf=pass",
        "dkim=pass header.d=evil.example",
        "dkim=pass header.d=evilquayside.example",
        "dkim=pass header.d=example",
        "dkim=pass header.d=quayside.example header.i=@evil.example",
        "dkim=pass header.s=quayside.example",
        "arc=pass; iprev=pass policy.iprev=10.0.0.1",
        "auth=pass smtp.auth=quayside.example",
        "spf=fail (dmarc=pass; dmarc=pass) smtp.mailfrom=quayside.example",
        "spf=fail ((nested) dmarc=pass; dkim=pass header.d=quayside.example)",
        'spf=fail smtp.mailfrom="x; dmarc=pass; y"',
        'spf=fail reason="\\"; dmarc=pass; \\""',
        '"dmarc=pass"',
        "spf=fail (unclosed; dmarc=pass",
        'spf=fail "unclosed; dmarc=pass',
        "x dmarc=pass",
        'spf=pass smtp.mailfrom="quayside.example"@evil.example',
        'spf=pass smtp.mailfrom="x@quayside.example"@evil.example',
        'dkim=pass header.i="x@quayside.example"@evil.example',
        'dkim=pass header.d="quayside.example"evil.example',
        'dkim=pass header.d=evil"".quayside.example',
        "dkim=pass header.d=evil.example header.d=quayside.example",
        "dkim=pass header.d=quayside.example header.d=evil.example",
        "spf=pass smtp.mailfrom=a@quayside.example(x)@evil.example",
        "spf=pass smtp.mailfrom=a@quayside.example @evil.example",
        'spf=pass smtp.mailfrom=a@quayside.example "x"@evil.example',
        "spf=pass smtp.mailfrom=<a@quayside.example>,<b@evil.example>",
        "dmarc=pass header.from=evil.example header.from=quayside.example",
        "dmarc=pass quayside.example",
    ],
)
def test_it_does_not(verdicts: str) -> None:
    assert not passes(f"{OURS}; {verdicts}")


def test_only_the_topmost_of_our_server_says_yes() -> None:
    yes, no, other = f"{OURS}; dmarc=pass", f"{OURS}; dmarc=fail", "mx.evil.example; dmarc=pass"
    assert not passes()
    assert not passes(other)
    assert not passes(other, yes)
    assert not passes(no, yes)
    assert not passes(f"{OURS}; spf=fail", yes)
    assert passes(yes, other)
    assert not passes(f"{OURS}; spf=pass smtp.mailfrom=quayside.example", no)


@pytest.mark.parametrize(
    "server", ["", " ", ";", "(mx.quayside.example)", "mx.quayside.example.evil.example"]
)
def test_a_server_without_our_name_is_not_ours(server: str) -> None:
    assert not passes(f"{server}; dmarc=pass")
    assert not passes(f"{OURS}; dmarc=pass", trusted=())
    assert not passes(f"{OURS}; dmarc=pass", domain="")


def test_a_failed_dmarc_contradicts_even_when_its_words_are_odd() -> None:
    for verdicts in (
        "dmarc=fail",
        "dmarc=fail odd words",
        "spf=pass; DMARC = Fail header.from=a header.from=b",
    ):
        assert authentication.contradicts([f"{OURS}; {verdicts}"], (OURS,))
    for verdicts in ("dmarc=none", "spf=fail", 'x="dmarc=fail"', "dmarc=temperror"):
        assert not authentication.contradicts([f"{OURS}; {verdicts}"], (OURS,))
    assert not authentication.contradicts(["mx.evil.example; dmarc=fail"], (OURS,))
