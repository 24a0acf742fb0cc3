"""Why a rule chose somebody, as a sentence."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from servicedesk.tickets.assignment import Why
from servicedesk.tickets.assignment_text import because


@pytest.mark.parametrize("count", [2, 21])
@pytest.mark.parametrize(
    ("language", "turn", "load"),
    [
        ("en", "round robin", "least busy"),
        ("ru", "по очереди", "наименьшая загрузка"),
        ("es", "por turnos", "menos ocupado"),
    ],
)
def test_the_reason_names_the_method_in_each_language(
    count: int, language: str, turn: str, load: str
) -> None:
    with override(language):
        said = [because({"why": why, "of": count}, candidate="", group="") for why in (Why.NEXT, Why.FEWEST)]
    assert [text.split(" (")[0] for text in said] == [turn, load]
