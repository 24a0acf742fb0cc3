"""One worker of the measure of timers: a process of its own. Imports Django only once it runs."""

from __future__ import annotations

import os
import time
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from queue import Empty

EMPTY = 0.2  # seconds without a portion, after which the queue is taken for empty


def work(
    url: str, portions: Queue[list[int]], at: datetime, start: Barrier, done: Queue[tuple[int, float]]
) -> None:
    """Get ready, wait for the others, then fire portion after portion until none is left."""
    os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    from django.db import connection

    from workflows.engine import timers

    connection.ensure_connection()
    start.wait()
    count, started = 0, time.process_time()
    try:
        while True:
            count += timers.fire(portions.get(timeout=EMPTY), at)
    except Empty:
        done.put((count, time.process_time() - started))
    start.wait()  # the clock is stopped when all have finished
