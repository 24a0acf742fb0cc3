"""The status model: one for all processes (DESIGN §4). The client sees plain words."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MERGED = "merged"  # no status of its own: a cancelled ticket that goes on in another one


def merged_words(into: int) -> str:
    """“Merged into SD-5”."""
    return gettext("Merged into %(number)s") % {"number": f"SD-{into}"}


class Status(models.TextChoices):
    NEW = "new", _("New")
    UNDER_REVIEW = "under_review", _("Under review")
    WAITING_APPROVAL = "waiting_approval", _("Waiting for approval")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_CLIENT = "waiting_client", _("Waiting for client")
    WAITING_THIRD_PARTY = "waiting_third_party", _("Waiting for third party")
    VERIFICATION = "verification", _("Verification")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def finished(cls) -> list[Status]:
        """Nothing more is expected of anybody."""
        return [cls.CLOSED, cls.CANCELLED]

    @classmethod
    def waiting(cls) -> list[Status]:
        """The next move is not the desk's."""
        return [cls.WAITING_APPROVAL, cls.WAITING_CLIENT, cls.WAITING_THIRD_PARTY, cls.RESOLVED]

    @property
    def client_label(self) -> Promise:
        return CLIENT_LABELS[self]


CLIENT_LABELS: dict[Status, Promise] = {
    Status.NEW: _("Received"),
    Status.UNDER_REVIEW: _("Under review"),
    Status.WAITING_APPROVAL: _("Waiting for approval"),
    Status.IN_PROGRESS: _("In progress"),
    Status.WAITING_CLIENT: _("Waiting for you"),
    Status.WAITING_THIRD_PARTY: _("Waiting for a supplier"),
    Status.VERIFICATION: _("Verification"),
    Status.RESOLVED: _("Awaiting your confirmation"),
    Status.CLOSED: _("Done"),
    Status.CANCELLED: _("Cancelled"),
}
