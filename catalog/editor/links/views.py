"""The links of a request type to knowledge: one page, saved as a whole like the other editors."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.checks import Mistake
from catalog.editor import saving, typed_values
from catalog.editor.links import rows as link_rows
from catalog.editor.links.rows import Typed
from catalog.editor.nested_form import Sent
from catalog.editor.row_buttons import act
from catalog.editor.saving import Changed, Wrong, stamp
from catalog.editor.stored_text import told
from catalog.editor.typed_values import Box
from catalog.knowledge_links import MOST_LINKS, PART, Audience, check
from catalog.models import RequestType
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest


@dataclass(frozen=True)
class _State:
    """What stands in the editor; `focus` is the path that was acted on."""

    values: Typed
    seen: str
    mistakes: list[Mistake] = field(default_factory=list)
    focus: str = ""
    conflict: str = ""
    now: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("what was seen is another one by then")
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """POST with `do` changes the rows of the page only; without it, saves."""
    item = _item(pk)
    if request.method != "POST":
        values = link_rows.loaded(item.links)
        return _page(request, item, _State(values, stamp(item, PART), check(item.links)))
    values, seen = link_rows.read(Sent(request.POST)), request.POST.get("seen", "")
    if button := request.POST.get("do"):
        focus = act(link_rows.SHAPE, values, button)
        return _page(request, item, _State(values, seen, focus=focus))
    return _save(request, item, link_rows.tidied(values), seen)


def _save(request: UserRequest, item: RequestType, values: Typed, seen: str) -> HttpResponse:
    try:
        saving.save_part(item.pk, PART, link_rows.stored(values), seen=seen)
    except Wrong as wrong:
        return _page(request, item, _State(values, seen, wrong.mistakes), 422)
    except Changed as changed:
        stored = _item(item.pk)
        state = _State(values, stamp(stored, PART), conflict=str(changed), now=told(PART, stored))
        return _page(request, stored, state, 409)
    messages.success(request, _("Saved. The links are shown immediately, also on requests in progress."))
    return redirect("catalog:type-links", item.pk)


def _item(pk: int) -> RequestType:
    return get_object_or_404(RequestType.objects.select_related("service"), pk=pk)


def _page(request: UserRequest, item: RequestType, state: _State, status: int = 200) -> HttpResponse:
    box = Box(state.values[PART], PART, typed_values.sentences(state.mistakes, PART))
    context = {
        "row": item,
        "tab": PART,
        "box": box,
        "typed": state,
        "rows": link_rows.rows(box),
        "audiences": Audience.choices,
        "has_room": len(box.typed) < MOST_LINKS,
    }
    is_part = bool(request.htmx and request.POST.get("do"))
    template = "catalog/editor/links/_links.html" if is_part else "catalog/editor/links/links.html"
    return render(request, template, context, status=status)
