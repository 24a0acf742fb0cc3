"""How hard tests look that could look for ever: HYPOTHESIS_PROFILE=fast|ci|deep.

`ci` is what every change passes, `fast` what one runs all day, `deep` what one leaves running overnight.
"""

from __future__ import annotations

import os

FACTORS = {"fast": 0.2, "ci": 1.0, "deep": 20.0}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
# How long a test waits for another thread or process before it gives up; a busy machine is no reason to fail.
PATIENCE = 180  # seconds


def examples(usual: int) -> int:
    """How many examples to try where `usual` of them suffice for a change."""
    return max(3, round(usual * FACTORS[PROFILE]))
