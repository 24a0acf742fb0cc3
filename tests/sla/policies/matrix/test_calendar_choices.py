"""Rows of a matrix name calendars that have hours."""

from __future__ import annotations

import io

import pytest

from servicedesk.people.models import User
from sla.models import Calendar, Policy
from sla.policies import drafts
from sla.policies.excel import reading, writing
from sla.policies.excel.layout import Vocabulary
from sla.policies.forms import RowForm
from sla.policies.matrix import grid
from sla.policies.matrix.calendar_choices import KnownCalendars
from tests.factories import published_calendar
from tests.sla.policies.rows import row

pytestmark = pytest.mark.django_db


def test_a_row_form_offers_published_calendars_only() -> None:
    open_one, drafted = published_calendar("Office"), Calendar.objects.create(name="Drafted")
    closed = published_calendar("Old")
    Calendar.objects.filter(pk=closed.pk).update(is_archived=True)
    form = RowForm({"calendar": drafted.pk}, rows=[row()], number=0)
    assert list(form.fields["calendar"].queryset) == [open_one]  # type: ignore[attr-defined]
    assert "calendar" in form.errors


def test_a_matrix_with_a_drafted_or_archived_calendar_is_not_published() -> None:
    drafted, closed = Calendar.objects.create(name="Drafted"), published_calendar("Old")
    Calendar.objects.filter(pk=closed.pk).update(is_archived=True)
    known = KnownCalendars.read()
    rows = [row() | {"calendar": drafted.pk}, row(rank=1) | {"calendar": closed.pk}]
    cells, errors = grid.build_cells(rows, None, known.names, known.unfit)
    assert cells == []
    assert [one.sentence for one in errors] == [
        "The calendar “Drafted” is only a draft. Publish it first, or choose another.",
        "The calendar “Old” is in the archive. Choose another.",
    ]


def test_a_file_that_names_a_drafted_calendar_is_told_so() -> None:
    drafted = Calendar.objects.create(name="Drafted")
    rows = [row() | {"calendar": drafted.pk}]
    content = writing.write(rows, Vocabulary.read(), "Gold")
    found = reading.read(io.BytesIO(content).read(), Vocabulary.read())
    assert ["only a draft" in one.reason for one in found.problems] == [True]


def test_a_draft_that_names_it_can_still_be_written(admin: User) -> None:
    """It is refused when it is published, so that policy and calendar can be drafted together."""
    policy, drafted = Policy.objects.create(name="Gold"), Calendar.objects.create(name="Drafted")
    draft = drafts.begin(policy, by=admin, rows=[row() | {"calendar": drafted.pk}])
    assert draft.rows[0]["calendar"] == drafted.pk
