"""Access data that a client entrusts to us: sealed, looked at with a reason, wiped after the end."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.localized import localized
from servicedesk.people.models import User
from servicedesk.tickets.models.ticket import Ticket


class Secret(models.Model):
    """One secret answer. `sealed` is encrypted by `lib.sealing`; empty once it is wiped."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="secrets", db_index=False)
    key = models.CharField(max_length=60, help_text=_("The question of the form it answers."))
    label = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    wiped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        ordering = ["pk"]
        indexes = [models.Index(fields=["ticket"], condition=models.Q(wiped_at=None), name="secret_to_wipe")]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key"], name="secret_once"),
            models.CheckConstraint(
                condition=models.Q(wiped_at=None) & ~models.Q(sealed="")
                | models.Q(wiped_at__isnull=False, sealed=""),
                name="secret_sealed_or_wiped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.key}"

    @property
    def question(self) -> str:
        """As it was asked, in the reader's language."""
        return localized(self.label, self.translations)


class SecretReveal(models.Model):
    """Who looked at a secret, when and why. Never deleted with what it was about."""

    secret = models.ForeignKey(Secret, models.PROTECT, related_name="reveals")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    revealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("secret view")
        verbose_name_plural = _("secret views")
        ordering = ["-revealed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.secret_id}: {self.person_id}"
