"""Celery's scheduler with signs of life. Named by CELERY_BEAT_SCHEDULER."""

from __future__ import annotations

from time import monotonic
from typing import Any

from celery.beat import PersistentScheduler

from servicedesk.health import recording


class Scheduler(PersistentScheduler):  # type: ignore[misc]  # Celery has no types
    """Between two ticks lie at most CELERY_BEAT_MAX_LOOP_INTERVAL seconds."""

    beaten_at = 0.0

    def setup_schedule(self) -> None:
        super().setup_schedule()
        recording.surely(recording.take_up_schedule)
        recording.surely(recording.born, "beat", recording.beat_name())
        self.beaten_at = monotonic()

    def tick(self, *args: Any, **options: Any) -> Any:
        wait = super().tick(*args, **options)
        # After it: whoever hangs while sending shows no life.
        if monotonic() - self.beaten_at >= recording.EVERY - 1:
            recording.surely(recording.beat, "beat", recording.beat_name())
            self.beaten_at = monotonic()
        return wait

    def close(self) -> None:
        super().close()
        recording.surely(recording.forget, recording.beat_name())
