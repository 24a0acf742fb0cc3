"""The page of the house says what the code says."""

from __future__ import annotations

import re

from deploy import house


def test_the_page_of_the_house_is_what_the_imports_say() -> None:
    written = house.PAGE.read_text(encoding="utf-8")
    assert written == house.page(), "run `make house`"


def test_every_room_says_what_it_is_for() -> None:
    rows = re.findall(r"^\| (\w+) \| (.*?) \| .*\|$", house.page(), re.MULTILINE)
    assert len(rows) > 100
    assert [name for name, says in rows if not says.strip()] == []
