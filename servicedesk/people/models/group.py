"""The groups of the desk."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.unique_names import KeyField, OneName
from servicedesk.people.models.person import User


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

    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(of="name")
    is_private = models.BooleanField(
        _("private"), default=False, help_text=_("Only members see the tickets of a private group.")
    )
    default_assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("default assignee")
    )
    second_line = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("second line")
    )
    first_answer_assigns = models.BooleanField(
        _("first to answer becomes assignee"),
        default=True,
        help_text=_("Whoever first answers an unassigned ticket becomes its assignee."),
    )
    members = models.ManyToManyField(User, through="GroupMembership", related_name="support_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [OneName(fields=["name_key"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name

    def leaders(self) -> list[User]:
        """Active people who lead it; asked once for each row that was read."""
        if not hasattr(self, "_leaders"):
            leading = {"group_memberships__group": self, "group_memberships__is_leader": True}
            self._leaders = list(User.objects.active().filter(**leading))
        return self._leaders


class GroupMembership(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="group_memberships", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="group_memberships")
    is_leader = models.BooleanField(_("leader"), default=False)

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.group}"
