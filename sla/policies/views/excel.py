"""The matrix as an Excel file: download, a trial reading that names each bad cell, taking it in."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.lib import keys
from servicedesk.lib.downloads import file_response
from servicedesk.lib.refusals import Refusal
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.models import Policy, PolicyDraft
from sla.policies import drafts, wording
from sla.policies.excel import reading, writing
from sla.policies.excel.layout import Vocabulary
from sla.policies.excel.limits import MOST_BYTES, NotAMatrix
from sla.policies.excel.reading import Reading
from sla.policies.forms import UploadForm
from sla.policies.matrix import differences, grid
from sla.policies.page import Screen
from sla.version_pages import discarded_draft

_SALT = "sla.policy-excel"
_MAX_AGE = 24 * 3600  # seconds; a trial reading may be taken in for a day
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_PROBLEMS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it looks only")
def excel(request: UserRequest, pk: int) -> HttpResponse:
    """GET offers the file; POST reads an uploaded one and says what it would change. Saves nothing."""
    screen = Screen.read(pk)
    if request.method != "POST":
        return _page(request, screen, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, screen, form, status=422)
    try:
        found = reading.read(form.cleaned_data["file"].read(MOST_BYTES + 1), Vocabulary.read())
    except NotAMatrix as error:
        form.add_error("file", str(error))
        return _page(request, screen, form, status=422)
    return _trial(request, screen, found, form.cleaned_data["file"].name)


@require_POST
@for_administrators
@acts_once
def take(request: UserRequest, pk: int) -> HttpResponse:
    """Put the rows of a trial reading into the draft; a new one if there was none."""
    policy = get_object_or_404(Policy, pk=pk, is_archived=False)
    try:
        told = signing.loads(request.POST.get("rows", ""), salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature as error:
        raise Refusal(_("This upload has expired. Upload the file again.")) from error
    if told["policy"] != pk:
        raise Refusal(_("This file was read for another policy. Upload it again."))
    before = _taken(policy, told, request)
    discarded_draft.keep(request, before, _("The matrix of the Excel file is imported into the draft."))
    return redirect("sla:policy", pk)


@require_safe
@for_administrators
def excel_file(request: UserRequest, pk: int) -> HttpResponse:
    """The draft, else the latest version; with `?version=3` that version."""
    screen = Screen.read(pk)
    number = request.GET.get("version", "")
    if number:
        numbered = screen.policy.versions.filter(number=keys.read(number) or 0)
        screen = Screen(screen.policy, None, get_object_or_404(numbered), screen.names, {})
    content = writing.write(screen.rows, Vocabulary.read(), _heading(screen))
    name = "-".join(part for part in ("sla", slugify(screen.policy.name), _mark(screen)) if part)
    return file_response(content, f"{name}.xlsx", _TYPE)


@transaction.atomic
def _taken(policy: Policy, told: dict[str, Any], request: UserRequest) -> PolicyDraft:
    """Return the draft as it was before. Raises `drafts.Conflict` when it changed since the trial."""
    present = drafts.existing(policy)
    if (present.revision if present else 0) != told["revision"]:
        raise drafts.Conflict(present)
    before = present or drafts.draft_of(policy, request.user)
    drafts.save(before, revision=before.revision, by=request.user, rows=told["rows"])
    return before


def _trial(request: UserRequest, screen: Screen, found: Reading, file_name: str) -> HttpResponse:
    changes = differences.between(screen.rows, found.rows)
    told = {
        "policy": screen.policy.pk,
        "revision": screen.draft.revision if screen.draft else 0,
        "rows": found.rows,
    }
    context = {
        **_context(screen),
        "file_name": file_name,
        "problems": found.problems[:_MOST_PROBLEMS],
        "problem_count": len(found.problems),
        "summary": wording.summary(changes),
        "lines": wording.told(changes, screen.names, most=100),
        "can_take": bool(changes) and not found.problems and not screen.policy.is_archived,
        "rows": signing.dumps(told, salt=_SALT, compress=True),
    }
    return render(request, "sla/policies/trial.html", context, status=422 if found.problems else 200)


def _page(request: UserRequest, screen: Screen, form: UploadForm, status: int = 200) -> HttpResponse:
    versions = screen.policy.versions.order_by("-number")
    context = _context(screen) | {"form": form, "versions": versions, "most_rows": grid.MOST_ROWS}
    return render(request, "sla/policies/excel.html", context, status=status)


def _context(screen: Screen) -> dict[str, Any]:
    facts = {"policy": screen.policy, "draft": screen.draft, "version": screen.version, "current": "excel"}
    return facts | {"next_number": screen.next_number, "is_in_force": screen.is_in_force}


def _heading(screen: Screen) -> str:
    if screen.draft:
        return _("%(policy)s, draft") % {"policy": screen.policy}
    number = screen.version.number if screen.version else 0
    return _("%(policy)s, version %(number)s") % {"policy": screen.policy, "number": number}


def _mark(screen: Screen) -> str:
    if screen.draft:
        return "draft"
    return f"v{screen.version.number}" if screen.version else ""
