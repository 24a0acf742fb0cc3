"""People: of the desk and of its clients."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models.zones import known_time_zone


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
        AUTO = "auto", _("System")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=150)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[known_time_zone])
    working_week: Any = models.JSONField(
        _("working week"),
        default=dict,
        blank=True,
        help_text=_("When this person works, in their time zone. Empty: at any time."),
    )
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
                self.memberships.filter(is_active=True, role="manager").values_list("client_id", flat=True)
            )
        return self._managed_client_ids

    def group_ids(self) -> list[int]:
        """Primary keys of the groups this person works in; asked once per request."""
        return list(self._groups())

    def led_group_ids(self) -> list[int]:
        """Primary keys of the groups this person leads; asked together with those they work in."""
        return [group for group, is_leader in self._groups().items() if is_leader]

    def _groups(self) -> dict[int, bool]:
        """Which groups, and whether as their leader."""
        if not hasattr(self, "_group_roles"):
            self._group_roles: dict[int, bool] = dict(
                self.group_memberships.order_by("pk").values_list("group_id", "is_leader")
            )
        return self._group_roles
