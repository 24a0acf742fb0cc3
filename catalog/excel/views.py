"""The catalog as an Excel file: download, a trial reading that names each bad cell, taking it in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.excel import importing, layout, reading, writing
from catalog.excel.forms import UploadForm
from catalog.excel.importing import Change, Outcome
from catalog.excel.reading import LIMITS, Line, Problem, Reading
from catalog.models import Category, RequestType, Service
from servicedesk.lib.downloads import file_response
from servicedesk.lib.refusals import Refusal
from servicedesk.lib.workbook import NotAWorkbook
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest

_SALT = "catalog.excel"
_MAX_AGE = 24 * 3600  # seconds; a trial reading may be taken in for a day
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_PROBLEMS, _MOST_LINES = 200, 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it looks only")
def excel(request: UserRequest) -> HttpResponse:
    """GET offers the file; POST reads an uploaded one and says what it would change. Saves nothing."""
    if request.method != "POST":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        found = reading.read(form.cleaned_data["file"].read(LIMITS.megabytes * 1024 * 1024 + 1))
    except NotAWorkbook as error:
        form.add_error("file", str(error))
        return _page(request, form, 422)
    return _trial(request, found, form.cleaned_data["file"].name)


@require_POST
@for_administrators
@acts_once
def take(request: UserRequest) -> HttpResponse:
    """Store what the trial reading showed: all of it, or nothing if the catalog changed since."""
    try:
        told = signing.loads(request.POST.get("lines", ""), salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature as error:
        raise Refusal(_("This upload has expired. Upload the file again.")) from error
    with transaction.atomic():
        _lock()
        found = importing.outcome(Line(**line) for line in told["lines"])
        if told["stamp"] != _stamp() or found.problems:
            raise Refusal(_("The catalog was changed in the meantime. Upload the file again."))
        importing.store(found)
    messages.success(request, _summary(found))
    return redirect("catalog:catalog")


@require_safe
@for_administrators
def excel_file(request: UserRequest) -> HttpResponse:
    return file_response(writing.write(), "catalog.xlsx", _TYPE)


def _trial(request: UserRequest, read: Reading, file_name: str) -> HttpResponse:
    found = importing.outcome(read.lines)
    problems = [*read.problems, *found.problems]
    told = {"lines": [asdict(line) for line in read.lines], "stamp": _stamp()} if not problems else {}
    context = {
        "file_name": file_name,
        "problems": _in_order(problems)[:_MOST_PROBLEMS],
        "problem_count": len(problems),
        "summary": _summary(found),
        "changes": [_words(change) for change in found.changes[:_MOST_LINES]],
        "more": max(len(found.changes) - _MOST_LINES, 0),
        "can_take": bool(found.changes) and not problems,
        "lines": signing.dumps(told, salt=_SALT, compress=True),
    }
    return render(request, "catalog/excel/trial.html", context, status=422 if problems else 200)


def _page(request: UserRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "most": LIMITS.lines}
    return render(request, "catalog/excel/excel.html", context, status=status)


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.sheet, int("".join(filter(str.isdigit, one.place)) or 0)))


def _summary(found: Outcome) -> str:
    changed = len(found.changes) - found.fresh
    new_ones = ngettext("%(n)s new row", "%(n)s new rows", found.fresh) % {"n": found.fresh}
    changed_ones = ngettext("%(n)s changed", "%(n)s changed", changed) % {"n": changed}
    same = ngettext("%(n)s as before", "%(n)s as before", found.same) % {"n": found.same}
    return f"{new_ones}, {changed_ones}, {same}."


def _words(change: Change) -> dict[str, Any]:
    """One row of the trial: where, what, and which of its fields differ."""
    titles = layout.columns(change.line.sheet)
    names = [name for name in change.before or () if name in titles]
    fields = [layout.title(name) for name in names]
    if any(name not in titles for name in change.before or ()):
        fields.append(_("translations"))
    return {
        "sheet": layout.SHEETS[change.line.sheet],
        "name": change.row,
        "is_new": change.before is None,
        "fields": fields,
    }


def _stamp() -> str:
    """A mark of the whole catalog; three statements."""
    rows = [
        list(model._default_manager.order_by("pk").values()) for model in (Category, Service, RequestType)
    ]
    text = json.dumps(rows, default=str, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _lock() -> None:
    """So that nobody saves a row between the comparison and the storing."""
    for model in (Category, Service, RequestType):
        list(model._default_manager.select_for_update().order_by("pk").values_list("pk"))
