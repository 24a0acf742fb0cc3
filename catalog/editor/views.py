"""The form, the approvals or the plan of a request type: one page each, saved as a whole.

Buttons such as “Add task” send everything that was typed and get it back with one row more; nothing is
stored before “Save”.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.checks import Mistake
from catalog.editor import insert_ready_form, part_shapes, saving, typed_values
from catalog.editor import rows as editor_rows
from catalog.editor.nested_form import Sent
from catalog.editor.preview import live as live_preview
from catalog.editor.row_buttons import act
from catalog.editor.saving import Changed, Wrong, stamp
from catalog.editor.stored_text import told
from catalog.editor.typed_values import Box
from catalog.fulfilment.request_type_check import PARTS
from catalog.models import Kind, RequestType
from catalog.questions.file_types import FileType
from catalog.questions.kinds import ONLY_OF_REQUEST, QuestionKind
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest


@dataclass(frozen=True)
class Typed:
    """What stands in the editor; `focus` is the path that was acted on."""

    values: dict[str, Any]
    seen: str
    mistakes: list[Mistake] = field(default_factory=list)
    focus: str = ""
    conflict: str = ""
    now: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("what was seen is another one by then")
def edit(request: UserRequest, pk: int, part: str) -> HttpResponse:
    """POST with `do` changes the rows of the page only; without it, saves."""
    item = get_object_or_404(RequestType.objects.select_related("service"), pk=pk)
    if request.method != "POST":
        values = part_shapes.loaded(part, getattr(item, part))
        return _page(request, item, part, Typed(values, stamp(item, part), saving.mistakes(item)))
    values, seen = part_shapes.read(part, Sent(request.POST)), request.POST.get("seen", "")
    button = request.POST.get("do")
    if button == "ready":
        focus = (
            insert_ready_form.add(request.POST.get("ready", ""), values, _other_parts(item, part))
            if part == "form"
            else ""
        )
        return _page(request, item, part, Typed(values, seen, focus=focus))
    if button:
        focus = act(part_shapes.of_part(part), values, button, _other_parts(item, part))
        return _page(request, item, part, Typed(values, seen, focus=focus))
    return _save(request, item, part, part_shapes.tidied(part, values), seen)


def _save(request: UserRequest, item: RequestType, part: str, values: Any, seen: str) -> HttpResponse:
    try:
        saving.save_part(item.pk, part, part_shapes.stored(part, values), seen=seen)
    except Wrong as wrong:
        return _page(request, item, part, Typed(values, seen, wrong.mistakes), 422)
    except Changed as changed:
        stored = get_object_or_404(RequestType.objects.select_related("service"), pk=item.pk)
        now = told(part, stored)
        typed = Typed(values, stamp(stored, part), conflict=str(changed), now=now)
        return _page(request, stored, part, typed, 409)
    messages.success(request, _("Saved. Requests in progress keep the version they were opened with."))
    return redirect(f"catalog:type-{part}", item.pk)


def _page(
    request: UserRequest, item: RequestType, part: str, typed: Typed, status: int = 200
) -> HttpResponse:
    said = typed_values.sentences(typed.mistakes, part)
    box = Box(typed.values[part], part, said)
    stored = part_shapes.stored(part, typed.values)
    context = {
        "row": item,
        "tab": part,
        "part": part,
        "is_request": item.kind == Kind.SERVICE_REQUEST,
        "box": box,
        "typed": typed,
        "elsewhere": typed_values.elsewhere(typed.mistakes, part),
        "lists": (lists := editor_rows.Lists.read(part, _mentioned(part, typed.values))),
        "rows": _rows(part, box, stored, lists, item),
        **editor_rows.static_choices(),
        "kinds": _kinds(part, typed.values),
        "file_types": FileType.choices if part == "form" else [],
    }
    is_part = bool(request.htmx and request.POST.get("do"))
    if part == "form" and not is_part:
        context |= {"preview": live_preview.drawn(typed.values), "languages": settings.LANGUAGES}
    template = "catalog/editor/_editor.html" if is_part else "catalog/editor/editor.html"
    return render(request, template, context, status=status)


def _rows(part: str, box: Box, stored: Any, lists: editor_rows.Lists, item: RequestType) -> Any:
    match part:
        case "approvals":
            return editor_rows.levels(box, stored, lists.people, item)
        case "plan":
            return editor_rows.stages(box, stored, item.form, lists.groups)
    return editor_rows.questions(box, stored)


def _kinds(part: str, values: dict[str, Any]) -> list[tuple[str, Any]]:
    """How a question can be answered; a task does not offer what only the form of the request may ask."""
    tasks = [task for stage in values["plan"] for task in stage["tasks"]] if part == "plan" else []
    chosen = {question["kind"] for task in tasks for question in task["form"]}
    left_out = set(ONLY_OF_REQUEST) - chosen if part == "plan" else set()
    return [one for one in QuestionKind.choices if one[0] not in left_out]


def _mentioned(part: str, values: dict[str, Any]) -> set[str]:
    return {pk for level in values[part] for pk in level["people"]} if part == "approvals" else set()


def _other_parts(item: RequestType, part: str) -> str:
    """Keys that conditions of the other parts name, as text."""
    return json.dumps([getattr(item, one) for one in PARTS if one != part], default=str)
