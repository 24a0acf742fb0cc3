"""An administrator in front of the policy “Gold”."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from catalog.models import Service
from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft
from sla.policies import drafts, matrix_table
from sla.policies.matrix import grid
from sla.policies.matrix.inheritance import Row
from sla.versions import publishing
from tests.factories import ServiceFactory, UserFactory
from tests.sla.conftest import LONG_AGO
from tests.sla.policies.rows import row


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(is_superuser=True, full_name="Ada Admin")


@pytest.fixture
def mail(db: None) -> Service:
    return ServiceFactory(name="E-mail")


@pytest.fixture
def rows(mail: Service) -> list[Row]:
    return [row("incident", p1="15m 1h 4h", p2="30m 4h 8h"), row("incident", mail.pk, p1="_ 30m _")]


@pytest.fixture
def gold(rows: list[Row]) -> Policy:
    policy = Policy.objects.create(name="Gold")
    cells, _errors = grid.build_cells(rows)
    publishing.publish_policy(policy, [grid.as_fields(cell) for cell in cells], LONG_AGO)
    return policy


@pytest.fixture
def draft(gold: Policy, admin: User) -> PolicyDraft:
    return drafts.draft_of(gold, admin)


class Desk:
    """A browser of one person at the pages of one policy."""

    def __init__(self, person: User, policy: Policy) -> None:
        self.browser, self.policy = Browser(), policy
        self.browser.force_login(person)

    def get(self, name: str = "policy", /, *args: Any, **query: Any) -> Any:
        return self.browser.get(reverse(f"sla:{name}", args=[self.policy.pk, *args]), query)

    def post(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.browser.post(reverse(f"sla:{name}", args=[self.policy.pk, *args]), data)

    def type(self, field: str, text: str, **known: Any) -> Any:
        """What `matrix.js` sends for one cell."""
        data = {"field": field, "text": text, "revision": self.draft.revision, "seen": ""} | known
        url = reverse("sla:policy-cell", args=[self.policy.pk])
        return self.browser.post(url, data, headers={"HX-Request": "true"})

    @property
    def draft(self) -> PolicyDraft:
        return PolicyDraft.objects.get(policy=self.policy)

    def field(self, number: int, column: str, promise: str) -> str:
        """The name of a field of the draft."""
        wanted = number, column, promise
        return next(name for name, place in matrix_table.places(self.draft.rows).items() if place == wanted)


@pytest.fixture
def desk(admin: User, gold: Policy) -> Desk:
    return Desk(admin, gold)
