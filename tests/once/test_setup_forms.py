"""Each form of agreements and calendars that adds something or turns something over: done once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from sla.calendars import drafts as calendar_drafts
from sla.changes import rollout
from sla.models import Calendar, CalendarDraft, Policy, PolicyDraft, TermsChange
from sla.policies import drafts
from sla.policies.matrix import grid
from sla.versions import publishing
from tests.desk.conftest import Cast
from tests.factories import LONG_AGO
from tests.once.table import Table
from tests.once.walking import Sent, Walker
from tests.sla.example_calendars import C1
from tests.sla.policies.rows import row

pytestmark = pytest.mark.django_db
table = Table()
ROWS = [row("incident", p1="15m 1h 4h", p2="30m 4h 8h")]
LEVEL = {"key": "half", "clock": "resolution", "threshold": "50%", "tell": ["assignee"]}


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def admin(cast: Cast) -> Walker:
    return Walker(cast.admin)


# Calendars.
def calendar() -> Calendar:
    made = Calendar.objects.create(name="Moscow")
    publishing.publish_calendar(made, C1, LONG_AGO)
    return made


def calendar_draft(cast: Cast) -> CalendarDraft:
    return calendar_drafts.draft_of(calendar(), cast.admin)


@table.form("sla:calendar-new")
def _(cast: Cast) -> Sent:
    typed = {"name": "Nights", "preset": "office", "tz": "Europe/Madrid"}
    return admin(cast).fills("sla:calendar-new", on=at("sla:calendar-new"), **typed)


@table.form("sla:calendar-copy")
def _(cast: Cast) -> Sent:
    kept = calendar()
    return admin(cast).fills("sla:calendar-copy", kept.pk, on=at("sla:calendar-copy", kept.pk), name="Two")


@table.form("sla:calendar-archive")
def _(cast: Cast) -> Sent:
    return admin(cast).fills("sla:calendar-archive", calendar().pk, on=at("sla:calendars"))


@table.form("sla:calendar-edit")
def _(cast: Cast) -> Sent:
    kept = calendar()
    return admin(cast).fills("sla:calendar-edit", kept.pk, on=at("sla:calendar", kept.pk))


@table.form("sla:calendar-day")
def _(cast: Cast) -> Sent:
    kept = calendar_draft(cast).calendar
    typed = {"first": "2026-03-09", "what": "closed"}
    return admin(cast).fills("sla:calendar-day", kept.pk, on=at("sla:calendar-day", kept.pk), **typed)


@table.form("sla:calendar-paste")
def _(cast: Cast) -> Sent:
    kept = calendar_draft(cast).calendar
    typed = {"text": "2026-03-09 A holiday", "add": "1"}
    return admin(cast).fills("sla:calendar-paste", kept.pk, on=at("sla:calendar-paste", kept.pk), **typed)


@table.form("sla:calendar-put-back")
def _(cast: Cast) -> Sent:
    kept, walker = calendar_draft(cast).calendar, admin(cast)
    page = at("sla:calendar", kept.pk)
    walker.fills("sla:calendar-discard", kept.pk, on=page, revision="1").send()
    return walker.fills("sla:calendar-put-back", kept.pk, on=page)


@table.form("sla:calendar-publish")
def _(cast: Cast) -> Sent:
    draft = calendar_draft(cast)
    changed = draft.definition | {"days": {"2026-03-09": []}}
    calendar_drafts.save(draft, changed, revision=1, by=cast.admin)
    page = at("sla:calendar-publish", draft.calendar_id)
    return admin(cast).fills("sla:calendar-publish", draft.calendar_id, on=page, scope="new")


# Policies.
def policy(name: str = "Silver") -> Policy:
    made = Policy.objects.create(name=name)
    cells, _errors = grid.build_cells(ROWS)
    publishing.publish_policy(made, [grid.as_fields(cell) for cell in cells], LONG_AGO, escalation=[LEVEL])
    return made


def policy_draft(cast: Cast) -> PolicyDraft:
    return drafts.draft_of(policy(), cast.admin)


@table.form("sla:policy-new")
def _(cast: Cast) -> Sent:
    return admin(cast).fills("sla:policy-new", on=at("sla:policy-new"), name="Bronze")


@table.form("sla:policy-archive")
def _(cast: Cast) -> Sent:
    return admin(cast).fills("sla:policy-archive", policy().pk, on=at("sla:policies"))


@table.form("sla:policy-rows")
def _(cast: Cast) -> Sent:
    kept = policy_draft(cast).policy
    typed = {"kind": "incident", "service": cast.item.service_id}
    return admin(cast).fills("sla:policy-rows", kept.pk, on=at("sla:policy-rows", kept.pk), **typed)


@table.form("sla:policy-copy-from")
def _(cast: Cast) -> Sent:
    kept, source = policy_draft(cast).policy, policy("Gold")
    page = at("sla:policy-copy-from", kept.pk)
    return admin(cast).fills("sla:policy-copy-from", kept.pk, on=page, source=source.pk)


@table.form("sla:policy-put-back")
def _(cast: Cast) -> Sent:
    kept, walker = policy_draft(cast).policy, admin(cast)
    page = at("sla:policy", kept.pk)
    walker.fills("sla:policy-discard", kept.pk, on=page).send()
    return walker.fills("sla:policy-put-back", kept.pk, on=page)


@table.form("sla:policy-publish")
def _(cast: Cast) -> Sent:
    draft = policy_draft(cast)
    drafts.save(draft, revision=1, by=cast.admin, rows=[row("incident", p1="10m 1h 4h")])
    page = at("sla:policy-publish", draft.policy_id)
    return admin(cast).fills("sla:policy-publish", draft.policy_id, on=page, scope="new")


@table.form("sla:policy-excel-take")
def _(cast: Cast) -> Sent:
    kept, walker = policy_draft(cast).policy, admin(cast)
    book = load_workbook(io.BytesIO(walker.browser.get(at("sla:policy-excel-file", kept.pk)).content))
    book["Incident"]["D2"] = "1d 1h"
    paper = io.BytesIO()
    book.save(paper)
    file = SimpleUploadedFile("silver.xlsx", paper.getvalue())
    trial = walker.browser.post(at("sla:policy-excel", kept.pk), {"file": file})
    return walker.fills_in(trial, at("sla:policy-excel-take", kept.pk))


@table.form("sla:policy-escalation")
def _(cast: Cast) -> Sent:
    kept = policy_draft(cast).policy
    typed = {"key": "", "clock": "resolution", "threshold": "+2h", "tell": ["assignee"]}
    page = at("sla:policy-escalation", kept.pk)
    return admin(cast).fills("sla:policy-escalation", kept.pk, on=page, **typed)


@table.form("sla:policy-escalation-begin")
def _(cast: Cast) -> Sent:
    kept = policy()
    page = at("sla:policy-escalation", kept.pk)
    return admin(cast).fills("sla:policy-escalation-begin", kept.pk, on=page)


@table.form("sla:policy-escalation-copy-from")
def _(cast: Cast) -> Sent:
    kept, source = policy_draft(cast).policy, policy("Gold")
    page = at("sla:policy-escalation", kept.pk)
    return admin(cast).fills("sla:policy-escalation-copy-from", kept.pk, on=page, policy=source.pk)


def change(cast: Cast) -> TermsChange:
    """A new calendar, brought to the open ticket."""
    cast.ticket()
    kept = Calendar.objects.get()
    definition = C1 | {"tz": "UTC"}
    version = publishing.publish_calendar(kept, definition, timezone.now() - timedelta(hours=1))
    made = rollout.order(version, scope="open", opened_from=None, by=cast.admin, at=timezone.now())
    rollout.run(made.pk)
    made.refresh_from_db()
    return made


@table.form("sla:change-undo")
def _(cast: Cast) -> Sent:
    made = change(cast)
    return admin(cast).fills("sla:change-undo", made.pk, on=at("sla:change", made.pk))


@table.form("sla:change-retry")
def _(cast: Cast) -> Sent:
    made = change(cast)
    TermsChange.objects.update(state="failed", reason="The disk was full.")
    return admin(cast).fills("sla:change-retry", made.pk, on=at("sla:change", made.pk))


table.test(globals(), "sla:")
