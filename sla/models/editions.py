"""Which edition of the time zones the deadlines are known to agree with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ZoneEdition(models.Model):
    """An edition by which all open clocks were reckoned or looked through; the latest row counts."""

    edition = models.CharField(_("edition"), max_length=20, unique=True)
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("edition of time zones")
        verbose_name_plural = _("editions of time zones")
        ordering = ["agreed_at", "pk"]

    def __str__(self) -> str:
        return self.edition
