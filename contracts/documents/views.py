"""Papers of a contract: added and removed by its keeper, read by the desk and, if they may, by the client."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contracts.access import kept_contract
from contracts.documents.forms import DocumentForm
from contracts.models import Contract, ContractDocument
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest


@require_POST
@for_terms
@acts_once
def add(request: UserRequest, pk: int) -> HttpResponse:
    agreed = kept_contract(request, pk)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        form.keep(agreed, by=request.user)
        messages.success(request, _("The document is added."))
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("clients:contract", agreed.pk)


@require_POST
@for_terms
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int, document: int) -> HttpResponse:
    agreed = kept_contract(request, pk)
    get_object_or_404(agreed.documents, pk=document).delete()
    messages.success(request, _("The document is removed."))
    return redirect("clients:contract", agreed.pk)


@require_safe
@login_required
def document(request: UserRequest, pk: int) -> HttpResponse | FileResponse:
    """As a download, never shown in place: what is in it came from outside."""
    readable = Q(contract__in=Contract.objects.visible_to(request.user))
    if not request.user.is_staff:
        readable &= Q(is_for_client=True)
    found = get_object_or_404(ContractDocument.objects.filter(readable), pk=pk)
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
