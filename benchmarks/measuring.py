"""Measure one act several times: processor time and SQL statements."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

RUNS = 9
WARM_UP = 2
Act = Callable[[], Any]


class Statements:
    """Counts what is sent to the database, savepoints included."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def measure(name: str, act: Act, *, runs: int = RUNS, each: int = 1) -> None:
    """Print one JSON line: the median CPU milliseconds of one `act`, and its statements.

    `each` is how many things one call of `act` does; time and statements are divided by it.
    The first runs warm caches up and do not count.
    """
    for _ in range(WARM_UP):
        act()
    taken, statements = [], []
    for _ in range(runs):
        gc.collect()
        counter = Statements()
        with connection.execute_wrapper(counter):
            started = time.process_time()
            act()
            taken.append((time.process_time() - started) * 1000 / each)
        statements.append(counter.count / each)
    line = {
        "name": name,
        "unit": "ms cpu",
        "median": round(statistics.median(taken), 4 if each > 1 else 2),
        "runs": runs,
        "statements": round(statistics.median(statements), 4),
    }
    print(json.dumps(line), flush=True)


def say(name: str, *, unit: str, **numbers: float) -> None:
    """Print one JSON line about what was measured otherwise."""
    print(json.dumps({"name": name, "unit": unit, **numbers}), flush=True)
