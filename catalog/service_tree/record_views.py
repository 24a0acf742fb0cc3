"""One category, one service, the general part of one request type: new, changed, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.editor.saving import Changed, stamp
from catalog.models import Category, RequestType, Service
from catalog.service_tree import deletion, missing_translations, ordering
from catalog.service_tree.forms import CategoryForm, RequestTypeForm, ServiceForm, TranslatedForm
from catalog.service_tree.ordering import Row
from catalog.service_tree.tree_views import row_of
from servicedesk.lib import keys
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest

_FORMS: dict[type[models.Model], type[TranslatedForm]] = {
    Category: CategoryForm,
    Service: ServiceForm,
    RequestType: RequestTypeForm,
}
_PAGES = {Category: "catalog:category", Service: "catalog:service", RequestType: "catalog:type"}
_TEMPLATES = {
    Category: "catalog/service_tree/category.html",
    Service: "catalog/service_tree/service.html",
    RequestType: "catalog/service_tree/type.html",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def new(request: UserRequest, model: type[Row]) -> HttpResponse:
    """`?category=` or `?service=` says where it belongs."""
    make = _FORMS[model]
    parent = request.GET.get(make.PARENT, "") if make.PARENT else ""
    form = make(request.POST or None, initial={make.PARENT: parent} if keys.read(parent) else {})
    if not form.is_bound or not form.is_valid():
        return _page(request, model, form, 422 if form.is_bound else 200)
    row: Row = form.save(commit=False)
    row.position = ordering.last_place(row)
    row.save()
    messages.success(request, _("“%(name)s” is created.") % {"name": row})
    return redirect(_PAGES[model], row.pk) if model is RequestType else redirect("catalog:catalog")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same into the same record")
def edit(request: UserRequest, pk: int, model: type[Row]) -> HttpResponse:
    make = _FORMS[model]
    if request.method != "POST":
        return _page(request, model, make(instance=get_object_or_404(model, pk=pk)))
    try:
        form = _saved(request, make, model, pk)
    except Changed as changed:
        return _conflict(request, make, changed)
    if not form.is_valid():
        return _page(request, model, form, 422)
    messages.success(request, _("Saved."))
    return redirect(_PAGES[model], pk)


@require_POST
@for_administrators
@repeatable("what is gone stays gone")
def delete(request: UserRequest, pk: int, model: type[Row]) -> HttpResponse:
    row = row_of(model, pk)
    name = str(row)
    deletion.delete(row)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    return redirect("catalog:catalog")


@transaction.atomic
def _saved(request: UserRequest, make: type[TranslatedForm], model: type[Row], pk: int) -> TranslatedForm:
    """The form, saved if it is valid. The row is locked, so that it is checked as it is stored.

    Raises:
        Changed: the row is another one by now.
    """
    row = get_object_or_404(model._default_manager.select_for_update(), pk=pk)
    if stamp(row, *make.kept()) != request.POST.get("seen"):
        raise Changed(row)
    former = getattr(row, f"{make.PARENT}_id", None)
    form = make(request.POST, instance=row)
    if form.is_valid():
        if former != getattr(row, f"{make.PARENT}_id", None):
            row.position = ordering.last_place(row)
        row.save(update_fields=[*make.kept(), "position"])
    return form


def _conflict(request: UserRequest, make: type[TranslatedForm], changed: Changed) -> HttpResponse:
    """What was typed stays in the fields; what is stored now stands above them, and counts as seen."""
    stored, model = changed.stored, type(changed.stored)
    fresh = make(instance=model._default_manager.get(pk=stored.pk))
    typed = make(request.POST, instance=model._default_manager.get(pk=stored.pk))
    lines = [
        (field.label, _shown(fresh[name]))
        for name, field in fresh.fields.items()
        if typed[name].value() is not None and _plain(typed[name]) != _plain(fresh[name])
    ]
    context = {"conflict": str(changed), "now": lines, "seen": stamp(stored, *make.kept())}
    return _page(request, model, typed, 409, **context)  # type: ignore[arg-type]


def _plain(field: Any) -> str:
    """What stands in the field, as typed and stored values can be compared."""
    return str(field.value() or "")


def _shown(field: Any) -> str:
    """The label of a choice, yes or no, else the value."""
    value = field.value()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    for key, label in getattr(field.field, "choices", ()):
        if str(key) == str(value):
            return str(label)
    return "–" if value in (None, "") else str(value)


def _page(
    request: UserRequest, model: type[Row], form: TranslatedForm, status: int = 200, **more: Any
) -> HttpResponse:
    row = form.instance if form.instance.pk else None
    if row is not None and form.errors:
        row = model._default_manager.get(pk=row.pk)  # the name in the title is the stored one
    context = {
        "form": form,
        "row": row,
        "tab": "general",
        "seen": request.POST.get("seen") or (stamp(row, *form.kept()) if row else ""),
        "is_used": deletion.is_used(row) if row else True,
        "gaps": missing_translations.gaps(row) if isinstance(row, RequestType) else [],
    }
    return render(request, _TEMPLATES[model], context | more, status=status)
