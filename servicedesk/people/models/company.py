"""Client companies and their people."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.unique_names import KeyField, OneName
from servicedesk.people.models.absence import Absence
from servicedesk.people.models.person import User
from servicedesk.people.models.zones import known_time_zone


class ClientQuerySet(models.QuerySet["Client"]):
    def active(self) -> ClientQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> ClientQuerySet:
        """Agents and administrators see all; account managers theirs, and meanwhile those of a colleague
        who is away and whose deputy they are; clients their own."""
        if user.is_agent or user.is_superuser:
            return self
        if user.is_account_manager:
            away = Absence.objects.covered_by(user)
            return self.filter(models.Q(account_manager=user) | models.Q(account_manager__in=away))
        return self.filter(pk__in=user.client_ids())

    def kept_by(self, user: User) -> ClientQuerySet:
        """Whose agreements and reports this person sets up: administrators all, account managers theirs.
        A deputy looks at them meanwhile, and sets up nothing that they could not see afterwards."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(account_manager=user) if user.is_account_manager else self.none()


class Client(models.Model):
    """A company that is supported."""

    name = models.CharField(_("name"), max_length=150)
    name_key = KeyField(of="name")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_time_zone])
    logo = models.FileField(
        _("logo"),
        upload_to="logos/",
        blank=True,
        validators=[FileExtensionValidator(["svg", "png"])],
        help_text=_("444 × 110, SVG or PNG."),
    )
    account_manager = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="managed_clients",
        verbose_name=_("account manager"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name"]
        constraints = [OneName(fields=["name_key"], name="client_name_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a client company."""

    class Role(models.TextChoices):
        CONTACT = "contact", _("Contact")
        MANAGER = "manager", _("Manager")

    client = models.ForeignKey(Client, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.CONTACT)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["client", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["contact", "manager"]), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.client}"
