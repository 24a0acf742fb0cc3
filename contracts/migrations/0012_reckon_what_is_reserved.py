"""Each entry says how many hours were set aside after it; those from before say nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import migrations

BATCH = 1000


def reckon(apps: Any, schema_editor: Any) -> None:
    """Follow the ledger of each contract that ever set hours aside; rows without any stay as they are."""
    entries = apps.get_model("contracts", "LedgerEntry").objects
    contracts = entries.filter(kind="reserve").order_by().values_list("contract", flat=True).distinct()
    for contract in list(contracts):
        found = entries.filter(contract=contract).order_by("pk").iterator(chunk_size=BATCH)
        batch: list[Any] = []
        for entry in _followed(found):
            batch.append(entry)
            if len(batch) == BATCH:
                entries.bulk_update(batch, ["reserved"])
                batch.clear()
        entries.bulk_update(batch, ["reserved"])


def _followed(entries: Iterator[Any]) -> Iterator[Any]:
    aside = Decimal(0)
    for entry in entries:
        if entry.kind == "reserve" or (entry.kind == "release" and entry.time_entry_id is None):
            aside -= entry.hours
        if entry.reserved != aside:
            entry.reserved = aside
            yield entry


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0011_round_by_ticket_and_keep_reserved"),
    ]

    operations = [migrations.RunPython(reckon, migrations.RunPython.noop, elidable=True)]
