"""How tickets belong together."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models.ticket import Ticket


class TicketLink(models.Model):
    """`ticket` is … of `other`: a duplicate of it, caused by it, a child of it, related to it."""

    class Kind(models.TextChoices):
        DUPLICATE_OF = "duplicate_of", _("Duplicate of")
        CAUSED_BY = "caused_by", _("Caused by")
        CHILD_OF = "child_of", _("Part of")
        SPLIT_FROM = "split_from", _("Split from")
        RELATED_TO = "related_to", _("Related to")

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="links", verbose_name=_("ticket"), db_index=False
    )
    other = models.ForeignKey(
        Ticket, models.CASCADE, related_name="linked_by", verbose_name=_("other ticket")
    )
    kind = models.CharField(_("kind of link"), max_length=14, choices=Kind, default=Kind.RELATED_TO)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="ticket_link_once"),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("other")), name="ticket_link_not_to_itself"
            ),
            # a part has one whole
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(kind="child_of"), name="ticket_link_one_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"SD-{self.ticket_id} {self.kind} SD-{self.other_id}"
