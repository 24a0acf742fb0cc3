"""Links to knowledge: what may be stored, who is shown which, and that none of them leads astray."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from catalog import knowledge_links
from catalog.models import RequestType
from tests.factories import RequestTypeFactory

ARTICLE = {"title": "Outbox", "url": "https://kb.example.org/outbox?a=1#top", "audience": "client"}
RUNBOOK = {
    "title": "Runbook",
    "translations": {"ru": "Порядок работ"},
    "url": "/setup/catalog/",
    "audience": "staff",
}


def link(**changed: Any) -> list[dict[str, Any]]:
    return [ARTICLE | changed]


def found(given: Any) -> list[tuple[Any, str]]:
    return [(one.path, one.sentence) for one in knowledge_links.check(given)]


@pytest.mark.parametrize("given", [None, [], [ARTICLE], [ARTICLE, RUNBOOK], [ARTICLE] * 20])
def test_what_is_right_is_accepted(given: Any) -> None:
    assert found(given) == []


@pytest.mark.parametrize(
    ("given", "path", "said"),
    [
        ("x", ("links",), "Invalid value: a list is expected."),
        (["x"], ("links", 0), "Invalid value."),
        ([ARTICLE] * 21, ("links",), "At most 20, please."),
        (link(title=" "), ("links", 0, "title"), "Enter a title for the link."),
        (link(title="x" * 201), ("links", 0, "title"), "At most 200 characters."),
        (link(translations=["ru"]), ("links", 0, "translations"), "Invalid translations."),
        (link(translations={"es": "x" * 201}), ("links", 0, "translations", "es"), "At most 200 characters."),
        (link(url=""), ("links", 0, "url"), "Write the address."),
        (link(url=5), ("links", 0, "url"), "Invalid value: a text is expected."),
        (link(url="https://a.example/" + "x" * 1000), ("links", 0, "url"), "At most 1000 characters."),
        (link(audience=""), ("links", 0, "audience"), "Choose who sees this link."),
        (link(audience=["client"]), ("links", 0, "audience"), "There is no such choice."),
        (link(title="a\0"), ("links",), "It contains characters that cannot be stored."),
    ],
)
def test_what_is_wrong_is_said_at_its_place(given: Any, path: Any, said: str) -> None:
    ((where, sentence),) = found(given)
    assert where == path
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    "url",
    ["https://a.example", "HTTP://A.example:8080/x", "https://пример.рф/стр", "http://[::1]/", "/",
     "/help/1?x=//y"],
)  # fmt: skip
def test_addresses_of_the_web_and_of_this_desk_are_taken(url: str) -> None:
    assert found(link(url=url)) == []


@pytest.mark.parametrize(
    "url",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil.example", "javascript:alert(1)",
     "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "mailto:a@b.example", "ftp://a.example",
     "https:", "https://", "https:///path", "https:evil.example", "https://:80/", "https://a.example:99999/",
     "https://user:word@a.example", "https://bank.example@evil.example", "http://[::1", "https://.", " https://a",
     "https://a.example/ b", "https://a.example/\u202ebc", "https://a.example/\u200b", "a.example", "help/1",
     "#top", "https://a.example\u2044b", "vbscript:x", "https://a\\.example"],
)  # fmt: skip
def test_addresses_that_lead_astray_are_refused(url: str) -> None:
    ((path, sentence),) = found(link(url=url))
    assert path == ("links", 0, "url")
    assert sentence.startswith("Write an address such as")
    assert knowledge_links.for_staff(link(url=url)) == []


@given(st.text(max_size=12) | st.from_regex(r"\A(/|//|https?:/{0,3}|\\)[a-z@:/\\\t .?#\[\]]{0,12}\Z"))
@example("/..//evil.example")
@example("///evil.example")
def test_whatever_is_taken_leads_to_a_page_of_the_web_or_of_this_desk(url: str) -> None:
    if knowledge_links.is_address(url):
        target = urlsplit(urljoin("https://desk.example/portal/", url))
        assert target.scheme in {"http", "https"}
        assert target.hostname
        assert target.hostname == "desk.example" or not url.startswith("/")


def test_clients_are_shown_theirs_and_the_desk_all_in_the_readers_language() -> None:
    given = [ARTICLE, RUNBOOK]
    with override("ru"):
        assert [one.title for one in knowledge_links.for_clients(given)] == ["Outbox"]
        assert [one.title for one in knowledge_links.for_staff(given)] == ["Outbox", "Порядок работ"]
    first, second = knowledge_links.for_staff(given)
    assert (first.url, first.is_outside, first.is_internal) == (ARTICLE["url"], True, False)
    assert (second.url, second.is_outside, second.is_internal) == ("/setup/catalog/", False, True)


@pytest.mark.parametrize(
    "stored", [None, "x", {}, [None, "x", 5], [{"title": "No address"}], link(url=["x"])]
)
def test_what_is_damaged_is_left_out(stored: Any) -> None:
    assert knowledge_links.for_clients(stored) == knowledge_links.for_staff(stored) == []


def test_a_link_for_nobody_known_is_for_the_desk_alone() -> None:
    assert knowledge_links.for_clients(link(audience="everybody")) == []
    assert len(knowledge_links.for_staff(link(audience="everybody"))) == 1


@pytest.mark.django_db
def test_whatever_validates_a_request_type_asks_about_its_links() -> None:
    item: RequestType = RequestTypeFactory(links=[ARTICLE])
    item.full_clean()
    item.links = [ARTICLE, RUNBOOK | {"url": "javascript:alert(1)"}]
    with pytest.raises(ValidationError) as refused:
        item.full_clean()
    (sentence,) = refused.value.messages
    assert sentence.startswith("Link 2: Write an address such as")
