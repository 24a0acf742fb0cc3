"""Further e-mail addresses of a person."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models.person import User


class Address(models.Model):
    """Another address a person writes from. They sign in, and are written to, with that of `User.email`.

    Mail from an address that is not active waits for somebody to settle it, as from a person switched off.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="addresses", verbose_name=_("person"))
    email = models.EmailField(_("e-mail"), max_length=254)
    is_active = models.BooleanField(_("active"), default=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="address_once")]

    def __str__(self) -> str:
        return self.email
