"""The form of the terms and the page of a contract, as a browser asks for them."""

from __future__ import annotations

from html import unescape

from django.test import Client as Browser
from django.urls import reverse

from contracts.models import Contract
from contracts.terms import versions
from tests.contracts.agreed import stored
from tests.contracts.clients.test_pages import terms_of


def url(contract: Contract, like: int | None = None) -> str:
    path = reverse("clients:contract-terms", args=[contract.pk])
    return f"{path}?like={like}" if like else path


def sent(contract: Contract, **changes: object) -> dict[str, object]:
    """The form as it is loaded, with what somebody types."""
    now = stored(contract)
    given = terms_of(now, services=[one.pk for one in now.services.all()], hourly_rate=now.hourly_rate or "")
    given |= {"alert_percents": "80, 95", "seen": versions.mark(now), "when": "now"}
    return given | changes


def page(browser: Browser, contract: Contract) -> str:
    answer = browser.get(reverse("clients:contract", args=[contract.pk]))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())
