"""What pages, acts and minute's jobs cost on a desk with many tickets: `python -m benchmarks.scale`.

Reads the world that `benchmarks.world` made in the database of DATABASE_URL; what acts write is rolled
back. One JSON line for each measure: the processor's milliseconds of this process and, on a PostgreSQL of
this machine, of its server process (else the seconds on the wall that statements took); and statements.

`--plans MS` prints every statement that took so long, with its plan, in place of the figures.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RUNS, WARM_UP = 7, 2
TICKS = os.sysconf("SC_CLK_TCK")
Act = Callable[[], Any]


class Meter:
    """Counts statements and the time of the database: of its process, where that can be seen."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection, self.count, self.wall = connection, 0, 0.0
        self._stat: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Workers of one statement would be other processes; a page of a busy desk has none either.
                cursor.execute("SET max_parallel_workers_per_gather = 0")
                cursor.execute("SELECT pg_backend_pid()")
                stat = Path("/proc") / str(cursor.fetchone()[0]) / "schedstat"
            self._stat = stat if stat.exists() else None

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.wall += time.perf_counter() - started

    def database(self) -> float:
        """Seconds so far."""
        return int(self._stat.read_text().split()[0]) / 1e9 if self._stat else self.wall

    def measure(self, name: str, act: Act, runs: int = RUNS) -> None:
        for _ in range(WARM_UP):
            act()
        spent, database, statements = [], [], 0
        for _ in range(runs):
            gc.collect()
            self.count = 0
            with self.connection.execute_wrapper(self):
                here, there = time.process_time(), self.database()
                act()
                spent.append(time.process_time() - here)
                database.append(self.database() - there)
            statements = self.count
        line = {
            "name": name,
            "unit": "ms cpu",
            "process": round(statistics.median(spent) * 1000, 1),
            "database": round(statistics.median(database) * 1000, 1),
            "statements": statements,
        }
        print(json.dumps(line), flush=True)


class Plans(Meter):
    """Instead of figures: the statements that take long, and why."""

    def __init__(self, least: float) -> None:
        super().__init__()
        self._least = least

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken = (time.perf_counter() - started) * 1000
            if taken >= self._least:
                print(f"--- {taken:.1f} ms\n{sql % tuple(map(repr, params)) if params else sql}"[:6000])
                self._explain(sql, params)

    def _explain(self, sql: str, params: Any) -> None:
        if not sql.lstrip().upper().startswith("SELECT"):
            return
        with self.connection.connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, params)
            print("\n".join(row[0] for row in cursor.fetchall()))

    def measure(self, name: str, act: Act, runs: int = RUNS) -> None:
        act()
        print(f"=== {name}")
        with self.connection.execute_wrapper(self):
            act()


def run(meter: Meter, chosen: str) -> None:
    from benchmarks import scale_acts

    for name, act in scale_acts.acts():
        if chosen in name:
            meter.measure(name, act)


@contextmanager
def _production(folder: str) -> Iterator[None]:
    """A production's settings, with all data in `folder`, over the database that is given."""
    from benchmarks.__main__ import prepare_settings

    prepare_settings(Path(folder))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["viewflow"])
    yield


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--only", default="", help="part of the names of what is measured")
    parser.add_argument("--plans", type=float, help="print statements of at least so many ms, with plans")
    asked = parser.parse_args()
    if "DATABASE_URL" not in os.environ:
        sys.exit("DATABASE_URL names the database that benchmarks.world has filled.")
    with tempfile.TemporaryDirectory(prefix="servicedesk-scale-") as folder, _production(folder):
        run(Meter() if asked.plans is None else Plans(asked.plans), asked.only)


if __name__ == "__main__":
    main()
