"""The middle and the ninth tenth of many groups of numbers at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def quantiles(groups: Numbers, values: Numbers, size: int, *shares: float) -> list[Floats]:
    """For each share, that quantile of the values of each group from 0 to `size` - 1; 0 for an empty group.

    Between two values it lies in proportion, as the median of 1 and 2 is 1.5.
    """
    counts = np.bincount(groups, minlength=size)
    starts = np.cumsum(counts) - counts
    ordered = np.append(
        values[np.lexsort((values, groups))], 0
    )  # one more, so that empty groups read something
    found = []
    for share in shares:
        place = share * np.maximum(counts - 1, 0)
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(counts - 1, 0))
        below, above = ordered[starts + low], ordered[starts + high]
        found.append(np.where(counts > 0, below + (place - low) * (above - below), 0.0))
    return found
