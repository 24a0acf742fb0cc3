"""Whatever is changed, planned, withdrawn and swept in whatever order: the columns are the newest terms."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contracts.errors import ContractError
from contracts.models import AtZero
from contracts.terms import values as terms
from contracts.terms import versions
from contracts.terms.agreements import change
from tests.contracts.agreed import agreed, holds, stored
from tests.factories import ClientFactory, ServiceFactory, UserFactory
from tests.profiles import examples

values = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Gold", "Silver", "Bronze"]),
        "hourly_rate": st.one_of(st.none(), st.decimals("0", "200", places=2)),
        "at_zero": st.sampled_from(AtZero.values),
        "channels": st.lists(st.sampled_from(["portal", "mail", "phone", "api"]), unique=True),
        "work_kinds": st.lists(st.sampled_from(["remote", "on_site", "travel"]), unique=True),
        "alert_percents": st.lists(st.integers(1, 100), unique=True, max_size=3),
        "minimum_slot": st.sampled_from([3, 15, 60]),
    },
)
listed = st.sets(st.integers(0, 2))
operations = st.lists(
    st.one_of(
        st.tuples(st.just("now"), values, listed, st.just(0)),
        st.tuples(st.just("later"), values, listed, st.integers(1, 4)),
        st.tuples(st.just("withdraw"), st.just({}), st.just(set[int]()), st.just(0)),
        st.tuples(st.just("days pass"), st.just({}), st.just(set[int]()), st.integers(1, 3)),
    ),
    max_size=10,
)


@pytest.mark.usefixtures("_nobody_listens")
class VersionProperties(TestCase):
    """`hypothesis` rolls the database back after each example."""

    def setup_example(self) -> None:
        super().setup_example()
        self.services = [ServiceFactory() for _ in range(3)]
        self.contract = agreed(ClientFactory(time_zone="UTC"))
        self.person = UserFactory()
        self.now = datetime(2026, 6, 1, 12, tzinfo=UTC)

    def act(self, name: str, fields: dict[str, Any], chosen: set[int], days: int) -> None:
        services = [self.services[index] for index in sorted(chosen)]
        match name:
            case "now":
                change(self.contract, services, by=self.person, **fields)
            case "later":
                day = self.now.date() + timedelta(days=days)
                change(self.contract, services, by=self.person, effective_on=day, **fields)
            case "withdraw":
                coming = versions.planned(stored(self.contract))
                if coming:
                    versions.withdraw(self.contract, coming.pk, by=self.person)
            case "days pass":
                self.now += timedelta(days=days)
                self.sweep()

    def sweep(self) -> None:
        """What is due comes into force and is what was said to come."""
        before = stored(self.contract)
        coming = versions.planned(before)
        found = terms.of(before, before.services.all())
        versions.sweep(self.now)
        after = stored(self.contract)
        if coming and coming.starts_on <= self.now.date():
            expected = versions.to_come(found, coming)
            assert terms.changed(expected, terms.of(after, after.services.all())) == []
            assert after.version == before.version + 1
        else:
            assert after.version == before.version

    @settings(max_examples=examples(40), deadline=None)
    @given(operations)
    def test_the_columns_are_the_terms_of_the_newest_version(self, doings: list[Any]) -> None:
        for doing in doings:
            with time_machine.travel(self.now, tick=False), suppress(ContractError):
                self.act(*doing)
            holds(self.contract)
