"""Many write and many read the embedded broker's files at once."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty

from kombu.connection import Connection

from servicedesk.celery import app
from servicedesk.lib.file_broker import Transport

MESSAGES = 150
LARGE = "x" * 20_000


def connection(folder: Path) -> Connection:
    places = {"data_folder_in": str(folder), "data_folder_out": str(folder)}
    places["control_folder"] = str(folder / "control")
    return Connection("filesystem://", transport_options=places)


def test_our_programs_use_it() -> None:
    assert app.main == "servicedesk"
    assert isinstance(Connection("filesystem://").transport, Transport)


def write(folder: Path, first: int) -> None:
    channel = connection(folder).channel()
    for number in range(first, first + MESSAGES):
        channel._put("work", {"number": number, "text": LARGE})


def read(folder: Path, stop: threading.Event, got: list[int]) -> None:
    channel = connection(folder).channel()
    while True:
        is_last_look = stop.is_set()
        try:
            got.append(channel._get("work")["number"])
        except Empty:
            if is_last_look:
                return


def test_no_message_is_lost_or_found_half_written(tmp_path: Path) -> None:
    got: list[int] = []
    stop = threading.Event()
    writers = [threading.Thread(target=write, args=[tmp_path, n * MESSAGES]) for n in range(3)]
    readers = [threading.Thread(target=read, args=[tmp_path, stop, got]) for _ in range(3)]
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert sorted(got) == list(range(3 * MESSAGES))


def test_an_unreadable_message_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "0_broken.work.msg").write_text("")
    channel = connection(tmp_path).channel()
    channel._put("work", {"number": 1})
    assert channel._get("work") == {"number": 1}
