"""One rule for the rounding of shares."""

from __future__ import annotations

import pytest

from reports.report import Measure
from reports.value_text import written
from servicedesk.lib.shares import percent
from sla.clocks.compliance import Tally
from sla.replay.outcome import Share

CASES = [
    (13, 15, 86.7),
    (2, 3, 66.7),
    (1, 16, 6.3),
    (1999, 2000, 99.9),
    (1, 4000, 0.1),
    (0, 5, 0.0),
    (5, 5, 100.0),
]


@pytest.mark.parametrize(("part", "whole", "said"), CASES)
def test_a_share_is_the_same_on_every_page_and_paper(part: int, whole: int, said: float) -> None:
    assert percent(part / whole) == said
    assert Tally(part, whole - part).compliance == said
    assert Share(met=part, judged=whole).percent == said
    assert written(part / whole, Measure.SHARE) == f"{said:.1f} %"
