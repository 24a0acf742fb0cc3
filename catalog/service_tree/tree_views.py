"""The catalog as a tree: search, order, archive, copies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Category, RequestType, Service
from catalog.service_tree import copying, ordering
from catalog.service_tree.ordering import Row
from catalog.service_tree.tree import Listing
from servicedesk.lib import keys
from servicedesk.once.acting import acts_once, often, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest

_ARCHIVABLE: dict[str, type[Row]] = {"category": Category, "service": Service, "type": RequestType}
_STATE = ("q", "archived", "missing")


@require_safe
@for_administrators
def catalog(request: UserRequest) -> HttpResponse:
    """`?q=` narrows it, `?archived=1` shows the archive too, `?missing=1` only what is not translated;
    `?undo=service.5` offers to take that out of the archive again."""
    template = "catalog/service_tree/_tree.html" if request.htmx else "catalog/service_tree/tree.html"
    return render(request, template, _context(request.GET))


@require_POST
@for_administrators
@often("a row is moved step by step")
@acts_once
def move(request: UserRequest, pk: int, model: type[Row]) -> HttpResponse:
    """`by` is up or down; or `before` is the key of the row that it is put before, "" for the end."""
    row = row_of(model, pk)
    if "before" in request.POST:
        before = request.POST["before"]
        ordering.put_before(row, keys.read(before))
    else:
        ordering.step(row, -1 if request.POST.get("by") == "up" else 1)
    return _back(request)


@require_POST
@for_administrators
@repeatable("it says into the archive or out of it")
def archive(request: UserRequest, pk: int, model: type[Row]) -> HttpResponse:
    """`to` is in or out of the archive; twice the same does no harm."""
    row = row_of(model, pk)
    into = request.POST.get("to") != "out"
    model._default_manager.filter(pk=pk).update(is_archived=into)
    if into:
        name = next(name for name, one in _ARCHIVABLE.items() if one is model)
        return _back(request, undo=f"{name}.{pk}")
    messages.success(request, _("“%(name)s” is restored.") % {"name": row})
    return _back(request)


@require_POST
@for_administrators
@acts_once
def copy_service(request: UserRequest, pk: int) -> HttpResponse:
    copied = copying.copy_service(get_object_or_404(Service, pk=pk))
    return _copied(request, copied, "catalog:service")


@require_POST
@for_administrators
@acts_once
def copy_type(request: UserRequest, pk: int) -> HttpResponse:
    copied = copying.copy_type(get_object_or_404(RequestType, pk=pk))
    return _copied(request, copied, "catalog:type")


def row_of(model: type[Row], pk: int) -> Row:
    row: Any = get_object_or_404(model, pk=pk)
    return row  # type: ignore[no-any-return]


def _copied(request: UserRequest, row: Row, page: str) -> HttpResponse:
    sentence = _("“%(name)s” is created in the archive, so that you can change it before clients see it.")
    messages.success(request, sentence % {"name": row})
    return redirect(page, row.pk)


def _back(request: UserRequest, **more: str) -> HttpResponse:
    """The tree as the person saw it: a part of the page for htmx, else the page."""
    state = {name: request.POST[name] for name in _STATE if request.POST.get(name)} | more
    if request.htmx:
        return render(request, "catalog/service_tree/_tree.html", _context(state))
    return redirect(_address(state))


def _context(state: Any) -> dict[str, Any]:
    search = state.get("q", "").replace("\0", "").strip()[:100]
    with_archive, only_missing = state.get("archived") == "1", state.get("missing") == "1"
    kept = {"q": search, "archived": "1" if with_archive else "", "missing": "1" if only_missing else ""}
    return {
        "listing": Listing.read(search=search, with_archive=with_archive, only_missing=only_missing),
        "kept": {name: value for name, value in kept.items() if value},
        "search": search,
        "with_archive": with_archive,
        "only_missing": only_missing,
        "addresses": {
            "in_use": _address(kept | {"archived": ""}),
            "with_archive": _address(kept | {"archived": "1"}),
            "all_texts": _address(kept | {"missing": ""}),
            "missing": _address(kept | {"missing": "1"}),
            "cleared": _address(kept | {"q": ""}),
        },
        "undo": _undo(state.get("undo", "")),
    }


def _address(state: dict[str, str]) -> str:
    """The tree in this state."""
    query = urlencode({name: value for name, value in state.items() if value})
    return f"{reverse('catalog:catalog')}?{query}" if query else reverse("catalog:catalog")


def _undo(text: str) -> dict[str, Any] | None:
    """What was just put into the archive, if it is there."""
    name, _dot, key = text.partition(".")
    pk = keys.read(key)
    if name not in _ARCHIVABLE or pk is None:
        return None
    row: Any = _ARCHIVABLE[name]._default_manager.filter(pk=pk, is_archived=True).first()
    return {"row": row, "url": reverse(f"catalog:{name}-archive", args=[row.pk])} if row else None
