"""Who is who: people, client companies, and the groups of the desk."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def known_time_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not hold."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Example: Europe/Madrid."), params={"name": name}
        )


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def staff(self) -> UserQuerySet:
        """People of the desk itself: agents, account managers, administrators."""
        return self.filter(
            models.Q(is_agent=True) | models.Q(is_account_manager=True) | models.Q(is_superuser=True)
        )

    def agents(self) -> UserQuerySet:
        return self.filter(is_agent=True)

    def visible_to(self, user: User) -> UserQuerySet:
        """The desk sees everyone; a client sees the people of their own companies."""
        if user.is_staff:
            return self
        return self.filter(memberships__client__in=user.client_ids()).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user: User = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        user: User = self.get(email__iexact=email)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. They sign in with their e-mail address."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=150)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_time_zone])
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("active"), default=True)
    is_agent = models.BooleanField(_("agent"), default=False)
    is_account_manager = models.BooleanField(_("account manager"), default=False)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """Belongs to the desk, not to a client."""
        return self.is_agent or self.is_account_manager or self.is_superuser

    @property
    def is_administrator(self) -> bool:
        return self.is_superuser

    @property
    def initials(self) -> str:
        words = self.full_name.split() or [self.email]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def hue(self) -> int:
        """A steady colour for the avatar, in degrees."""
        return ((self.pk or 0) * 67 + 20) % 360

    @property
    def first_name(self) -> str:
        return self.full_name.split()[0] if self.full_name else self.email

    def client_ids(self) -> list[int]:
        """Primary keys of the companies this person belongs to; asked once per request."""
        if not hasattr(self, "_client_ids"):
            self._client_ids = list(
                self.memberships.filter(is_active=True).values_list("client_id", flat=True)
            )
        return self._client_ids

    def managed_client_ids(self) -> list[int]:
        """Companies whose manager (on the client's side) this person is."""
        if not hasattr(self, "_managed_client_ids"):
            self._managed_client_ids = list(
                self.memberships.filter(is_active=True, role=Membership.Role.MANAGER).values_list(
                    "client_id", flat=True
                )
            )
        return self._managed_client_ids

    def group_ids(self) -> list[int]:
        """Primary keys of the groups this person works in; asked once per request."""
        if not hasattr(self, "_group_ids"):
            self._group_ids = list(self.group_memberships.values_list("group_id", flat=True))
        return self._group_ids


class ClientQuerySet(models.QuerySet["Client"]):
    def active(self) -> ClientQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> ClientQuerySet:
        """Agents and administrators see all; account managers theirs; clients their own."""
        if user.is_agent or user.is_superuser:
            return self
        if user.is_account_manager:
            return self.filter(account_manager=user)
        return self.filter(pk__in=user.client_ids())


class Client(models.Model):
    """A company that is supported."""

    name = models.CharField(_("name"), max_length=150, unique=True)
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

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a client company."""

    class Role(models.TextChoices):
        CONTACT = "contact", _("Contact")
        MANAGER = "manager", _("Manager")

    client = models.ForeignKey(Client, models.CASCADE, related_name="memberships")
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


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user: User) -> GroupQuerySet:
        """Private groups show themselves to their members and to administrators only."""
        if user.is_superuser:
            return self
        if user.is_staff:
            return self.filter(models.Q(is_private=False) | models.Q(pk__in=user.group_ids()))
        return self.none()


class Group(models.Model):
    """A department of the desk: its members share one queue."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_private = models.BooleanField(
        _("private"), default=False, help_text=_("Only members see the tickets of a private group.")
    )
    default_assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("default assignee")
    )
    second_line = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("second line")
    )
    members = models.ManyToManyField(User, through="GroupMembership", related_name="support_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def leaders(self) -> list[User]:
        """Active people who lead it; asked once for each row that was read."""
        if not hasattr(self, "_leaders"):
            leading = {"group_memberships__group": self, "group_memberships__is_leader": True}
            self._leaders = list(User.objects.active().filter(**leading))
        return self._leaders


class GroupMembership(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="group_memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="group_memberships")
    is_leader = models.BooleanField(_("leader"), default=False)

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.group}"
