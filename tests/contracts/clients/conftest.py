"""An account manager with two clients, and a colleague with another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client as Browser

from contracts.models import Contract
from servicedesk.people.models import Client, User
from tests.contracts.conftest import make_contract
from tests.factories import ClientFactory, UserFactory


@dataclass(frozen=True)
class Desk:
    grace: User
    other: User
    admin: User
    mill: Client
    port: Client
    contract: Contract


@pytest.fixture
def desk(db: None) -> Desk:
    grace = UserFactory(is_account_manager=True, full_name="Grace Holm")
    other = UserFactory(is_account_manager=True, full_name="Oleg Orlov")
    mill = ClientFactory(name="Old Mill", account_manager=grace)
    port = ClientFactory(name="Port House", account_manager=other)
    return Desk(grace, other, UserFactory(is_superuser=True), mill, port, make_contract(mill))


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser
