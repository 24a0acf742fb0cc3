"""A person's week of time: handed in, approved by a leader or given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.errors import TimeRefused
from contracts.models import TimeEntry, TimesheetWeek
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    day: date
    entries: list[TimeEntry]

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries if entry.reversed_at is None)


@dataclass(frozen=True)
class Week:
    """Seven days from `monday`; `sheet` once it was handed in."""

    person: User
    monday: date
    days: Sequence[Day]
    sheet: TimesheetWeek | None

    @property
    def minutes(self) -> int:
        return sum(day.minutes for day in self.days)

    @property
    def is_closed(self) -> bool:
        """Handed in and not given back."""
        return self.sheet is not None and not self.sheet.returned_reason


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week(person: User, day: date) -> Week:
    """The week of a day: two statements."""
    monday = monday_of(day)
    entries = TimeEntry.objects.filter(person=person, spent_on__gte=monday, spent_on__lt=monday + WEEK)
    found = list(entries.select_related("ticket__client").order_by("spent_on", "pk"))
    days = [monday + timedelta(days=number) for number in range(7)]
    return Week(
        person,
        monday,
        [Day(day, [entry for entry in found if entry.spent_on == day]) for day in days],
        TimesheetWeek.objects.filter(person=person, monday=monday).select_related("approved_by").first(),
    )


@transaction.atomic
def hand_in(person: User, day: date) -> TimesheetWeek:
    """Close one's own week; again after it was given back.

    Raises:
        TimeRefused: the week is not over, or is handed in already.
    """
    monday = monday_of(day)
    if monday > monday_of(timezone.localdate()):
        raise TimeRefused(_("That week has not begun yet."))
    User.objects.select_for_update(no_key=True).order_by().get(pk=person.pk)  # no row of the week yet
    sheet = TimesheetWeek.objects.select_for_update().filter(person=person, monday=monday).first()
    if sheet and not sheet.returned_reason:
        raise TimeRefused(_("This timesheet is submitted already."))
    sheet = sheet or TimesheetWeek(person=person, monday=monday)
    sheet.handed_in_at, sheet.returned_reason = timezone.now(), ""
    sheet.save()
    return sheet


@transaction.atomic
def approve(sheet: TimesheetWeek, *, by: User) -> None:
    """Raises:
    NotPermitted: `by` leads no group of the person.
    TimeRefused: it was given back, or approved already.
    """
    standing = _standing(sheet, by)
    if standing.approved_at:
        raise TimeRefused(_("It is approved already."))
    standing.approved_at, standing.approved_by = timezone.now(), by
    standing.save(update_fields=["approved_at", "approved_by"])


@transaction.atomic
def give_back(sheet: TimesheetWeek, *, by: User, reason: str) -> None:
    """Open it again for its person, approved or not; the reason tells what is wrong.

    Raises:
        NotPermitted: `by` leads no group of the person.
        TimeRefused: no reason.
    """
    if not reason.strip():
        raise TimeRefused(_("Write what is to be changed."))
    standing = _standing(sheet, by)
    standing.approved_at = standing.approved_by = None
    standing.returned_reason = reason.strip()[:300]
    standing.save(update_fields=["approved_at", "approved_by", "returned_reason"])


def visible_to(user: User) -> QuerySet[TimesheetWeek]:
    """Weeks of the people this person leads; of everybody for administrators; never one's own."""
    sheets = TimesheetWeek.objects.exclude(person=user)
    if not user.is_superuser:
        led = User.objects.filter(group_memberships__group__in=user.led_group_ids())
        sheets = sheets.filter(person__in=led.order_by().values("pk"))
    return sheets.select_related("person")


def waiting_for(user: User) -> QuerySet[TimesheetWeek]:
    """Those of them that are handed in and not approved yet; the oldest first."""
    waiting = visible_to(user).filter(approved_at=None, returned_reason="")
    return waiting.order_by("monday", "person__full_name")


def refuse_closed(person: User, day: date) -> None:
    """Raises:
    TimeRefused: the person has handed in the week of that day.
    """
    sheets = TimesheetWeek.objects.filter(person=person, monday=monday_of(day), returned_reason="")
    if sheets.exists():
        raise TimeRefused(
            _("The timesheet is submitted and locked until it is returned. Ask your leader to return it.")
        )


def _standing(sheet: TimesheetWeek, by: User) -> TimesheetWeek:
    """The week as it is now, locked, if this person leads its owner."""
    if not visible_to(by).filter(pk=sheet.pk).exists():
        raise NotPermitted
    standing = TimesheetWeek.objects.select_for_update().get(pk=sheet.pk)
    if standing.returned_reason:
        raise TimeRefused(_("It was returned already."))
    return standing
