"""Text is found whatever its letters are: capital or small, ё or е."""

from __future__ import annotations

import pytest
from django.db import connection

from servicedesk.lib.folding import contains, fold
from servicedesk.people.models import Client
from tests.factories import ClientFactory


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["ЁЛКА", "елка", "Ёлка", "ёлка", "ЕЛКА-с", "100%"])
def test_one_spelling_finds_all_on_every_database(typed: str) -> None:
    company = ClientFactory(name="Зелёная Ёлка-Север 100%")
    ClientFactory(name="Берёза 1000")
    assert list(Client.objects.filter(contains("name", typed))) == [company]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["Ёж ЁЖ еж", "ÁRBOL Ñandú", "Straße", "", "50% _ \\"])
def test_the_database_folds_as_python_does(text: str) -> None:
    ClientFactory(name=text or "x")
    assert Client.objects.filter(contains("name", text or "x")).exists()
    assert fold(fold(text)) == fold(text)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite looks through all rows")
def test_the_index_is_of_the_text_that_is_asked_for() -> None:
    """An index of other words would never be used, and nobody would see it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone() is None:
            pytest.skip("the extension may not be made here")
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = Client.objects.filter(contains("name", "harbour")).order_by().query.sql_with_params()
        cursor.execute("EXPLAIN " + sql, params)
        assert "client_name_words" in "".join(line for (line,) in cursor.fetchall())
