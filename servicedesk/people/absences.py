"""Who may say that somebody is away, who can stand in, and what is refused."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.lib.refusals import Refusal
from servicedesk.people import working_hours
from servicedesk.people.models import Absence, AbsenceQuerySet, User, UserQuerySet


class AbsenceRefused(Refusal):
    """The days cannot be kept; the text says why."""


def may_be_away(user: User) -> bool:
    """Whose absence anybody asks about: people of the desk, and managers of clients, who approve."""
    return user.is_staff or bool(user.managed_client_ids())


def looks_after(user: User) -> UserQuerySet:
    """Whose absences and working weeks this person keeps: a leader the group's, an administrator all."""
    people: UserQuerySet = User.objects.active().staff()
    if user.is_superuser:
        return people
    led = user.led_group_ids()
    return people.filter(pk__in=User.objects.filter(group_memberships__group__in=led).values("pk"))


def leads_somebody(user: User) -> bool:
    if user.is_superuser:
        return True
    return user.is_staff and bool(user.led_group_ids())


def visible_to(user: User) -> AbsenceQuerySet:
    """One's own, and those of the people one looks after; with the names that a list shows."""
    mine = Q(user=user) | Q(user__in=looks_after(user).values("pk")) if user.is_staff else Q(user=user)
    return Absence.objects.filter(mine).select_related("user", "deputy")


def not_over(absences: AbsenceQuerySet) -> AbsenceQuerySet:
    """Running or to come; a day more, because it is still yesterday somewhere."""
    return absences.filter(ends_on__gte=timezone.localdate() - working_hours.ONE_DAY)


def deputies_of(user: User) -> UserQuerySet:
    """Who can stand in: of the desk anybody active, at a client the people of the same company."""
    people: UserQuerySet = User.objects.active().exclude(pk=user.pk)
    if user.is_staff:
        return people.staff()
    companies = {"memberships__client__in": user.client_ids(), "memberships__is_active": True}
    return people.exclude(pk__in=User.objects.staff().values("pk")).filter(**companies).distinct()


@transaction.atomic
def keep(absence: Absence) -> list[str]:
    """Store it; return sentences that warn, but refuse nothing.

    Raises:
        AbsenceRefused: the person is away on some of these days already.
    """
    User.objects.select_for_update().order_by().get(pk=absence.user_id)  # one absence at a time
    if other := _overlapping(absence.user_id, absence).first():
        sentence = _("%(person)s already has an absence from %(first)s to %(last)s. Change that one instead.")
        raise AbsenceRefused(sentence % {"person": absence.user, **_days(other)})
    absence.save()
    return warnings(absence)


def warnings(absence: Absence) -> list[str]:
    """The deputy is away by the same days."""
    if absence.deputy is None:
        return []
    found = _overlapping(absence.deputy.pk, absence).first()
    if found is None:
        return []
    sentence = _("%(deputy)s is away from %(first)s to %(last)s, so there is no deputy on those days.")
    return [sentence % {"deputy": absence.deputy, **_days(found)}]


def _overlapping(user: int, absence: Absence) -> AbsenceQuerySet:
    days = Absence.objects.filter(starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on)
    return days.filter(user=user).exclude(pk=absence.pk).order_by("starts_on")


def _days(absence: Absence) -> dict[str, str]:
    return {"first": _said(absence.starts_on), "last": _said(absence.ends_on)}


def _said(day: date) -> str:
    return formatting.when(day)
