"""How a request type looks to the client, and what will happen, in words and as a small picture.

`live` draws the form as it stands in the editor; it stores nothing.
"""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from catalog.editor import part_shapes, saving
from catalog.editor.nested_form import Sent
from catalog.editor.preview import live as live_preview
from catalog.editor.stored_text import told
from catalog.editor.typed_values import elsewhere
from catalog.fulfilment import text as fulfilment_text
from catalog.models import Kind, RequestType
from catalog.questions.form_fields import fields
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Group


@require_safe
@for_administrators
def preview(request: UserRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(RequestType.objects.select_related("service", "group"), pk=pk)
    found = saving.mistakes(item)
    is_planned = not found and item.kind == Kind.SERVICE_REQUEST
    context = {
        "row": item,
        "tab": "preview",
        "is_request": item.kind == Kind.SERVICE_REQUEST,
        "faults": elsewhere(found, ""),
        "form": _asked(item) if not found else None,
        "levels": told("approvals", item) if is_planned else [],
        "stages": fulfilment_text.stages(item.plan, item.form, dict(Group.objects.values_list("pk", "name")))
        if is_planned
        else [],
    }
    return render(request, "catalog/editor/preview/preview.html", context)


@require_POST
@for_administrators
@repeatable("it looks only")
def live(request: UserRequest, pk: int) -> HttpResponse:
    """The fragment beside the editor, of what was typed so far; `language` says in which language."""
    get_object_or_404(RequestType.objects.only("pk"), pk=pk)
    typed = part_shapes.read("form", Sent(request.POST))
    return HttpResponse(live_preview.drawn(typed, request.POST.get("language", "")).html)


def _asked(item: RequestType) -> forms.Form:
    """The questions as the client's form draws them; nothing of it is ever sent."""
    form = forms.Form()
    form.fields.update(fields(item.form))
    return form
