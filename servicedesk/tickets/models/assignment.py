"""Who gets a new ticket: the rules of administrators, the first that fits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Kind, RequestType, Service
from servicedesk.lib.unique_names import KeyField, OneName
from servicedesk.people.models import Client, Group, User


class AssignmentRule(models.Model):
    """What it leaves empty fits any ticket. `last_assigned` is the place of the round, under a lock."""

    class Method(models.TextChoices):
        PERSON = "person", _("Specific person")
        DEFAULT = "default", _("The default assignee of the group")
        ROUND_ROBIN = "round_robin", _("Round robin")
        LEAST_LOADED = "least_loaded", _("Least busy")
        NOBODY = "nobody", _("Unassigned: it stays in the queue")

    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(of="name")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    kind = models.CharField(_("type"), max_length=20, choices=Kind, blank=True)
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    request_type = models.ForeignKey(
        RequestType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("request type")
    )
    client = models.ForeignKey(
        Client, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("client")
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    method = models.CharField(_("assign to"), max_length=14, choices=Method, default=Method.ROUND_ROBIN)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    only_at_work = models.BooleanField(
        _("only people at work"),
        default=True,
        help_text=_("By their working week and absences. Nobody at work: it stays in the queue."),
    )
    last_assigned = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        ordering = ["position", "pk"]
        constraints = [
            OneName(fields=["name_key"], name="assignment_rule_name_once"),
            models.CheckConstraint(
                condition=~models.Q(method="person") | ~models.Q(person=None),
                name="assignment_rule_names_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name
