"""How many tickets are over, kept so that nobody has to count them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Client, Group, User
from servicedesk.tickets.models.ticket import seen_by_staff


class FinishedTallyQuerySet(models.QuerySet["FinishedTally"]):
    def visible_to(self, user: User) -> FinishedTallyQuerySet:
        """Of the tickets that this person of the desk sees, as `Ticket.objects.visible_to` says."""
        if not user.is_authenticated or not user.is_active or not user.is_staff:
            return self.none()
        return self if user.is_superuser else self.filter(seen_by_staff(user))

    def total(self) -> int:
        """One statement over a few rows for each client and group, however many tickets there are."""
        return int(self.order_by().aggregate(total=models.Sum("number"))["total"] or 0)


class FinishedTally(models.Model):
    """So many more tickets of this client and group are over, or fewer when `number` is below zero.

    Only ever added in the transaction that ends or re-opens a ticket, so nobody waits for anybody; a sweep
    puts rows of the same client and group together. See `tickets.tally`.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", verbose_name=_("client"))
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+", verbose_name=_("group"))
    number = models.IntegerField()

    objects = FinishedTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of finished tickets")
        verbose_name_plural = _("counts of finished tickets")

    def __str__(self) -> str:
        return f"{self.client_id}, {self.group_id}: {self.number:+}"
