"""The life of a draft: begun, thrown away, put back, published."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.policies import drafts
from sla.policies.page import Screen
from sla.version_pages import discarded_draft
from sla.version_pages import publish as publishing


@require_POST
@for_administrators
@repeatable("there is one draft")
def edit(request: UserRequest, pk: int) -> HttpResponse:
    discarded_draft.begin(request, drafts.DRAFTS, pk)
    return redirect("sla:policy", pk)


@require_POST
@for_administrators
@repeatable("what is gone stays gone")
def discard(request: UserRequest, pk: int) -> HttpResponse:
    discarded_draft.discard(request, drafts.DRAFTS, pk)
    return redirect("sla:policy", pk)


@require_POST
@for_administrators
@acts_once
def put_back(request: UserRequest, pk: int) -> HttpResponse:
    discarded_draft.put_back(request, drafts.DRAFTS, pk)
    return redirect("sla:policy", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def publish(request: UserRequest, pk: int) -> HttpResponse:
    return publishing.page(request, Screen.read(pk), "sla/policies/publish.html")
