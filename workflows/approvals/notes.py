"""Why somebody is asked whom the plan does not name. Stored in `Approval.note`, read in every language."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Note(models.TextChoices):
    DEPUTY = "deputy", _("deputy")
    THEMSELVES = "themselves", _("own request")
    NOBODY = "nobody", _("no approver of this level is available")
    LEFT = "left", _("the approver has left")
    LATE = "late", _("nobody decided in time")

    @classmethod
    def instead(cls) -> list[str]:
        """Asked in place of the people of the level: one of them is enough, even where all are needed."""
        return [cls.NOBODY.value, cls.LEFT.value, cls.LATE.value]


def label(note: str) -> str:
    return str(Note(note).label) if note in Note.values else note
