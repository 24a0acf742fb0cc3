"""What waits for my approval, and my answer to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.desk.access import for_staff
from servicedesk.desk.my_work import waiting_approvals
from servicedesk.desk.my_work.approval_form import ApprovalForm
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket
from workflows import advance
from workflows.models import Approval

PER_PAGE = 25


@require_safe
@for_staff
def approvals(request: UserRequest) -> HttpResponse:
    return _show(request)


@require_POST
@for_staff
@acts_once
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """422 shows what is missing, 409 what happened meanwhile; both keep what was typed."""
    row = get_object_or_404(Approval, pk=pk, ticket__in=Ticket.objects.visible_to(request.user).values("pk"))
    form = ApprovalForm(request.POST, asked=pk)
    if not form.is_valid():
        return _show(request, status=422, sent=form)
    given = form.cleaned_data
    try:
        advance.act(row.ticket, given["decision"], by=request.user, reason=given["reason"], asked=pk)
    except TicketError as error:
        return _show(request, status=409, refusal=str(error), typed=given["reason"])
    is_yes = given["decision"] == ApprovalForm.APPROVE
    messages.success(request, _("Approved.") if is_yes else _("Rejected."))
    return redirect("desk:approvals")


def _show(
    request: UserRequest,
    *,
    status: int = 200,
    sent: ApprovalForm | None = None,
    refusal: str = "",
    typed: str = "",
) -> HttpResponse:
    rows = waiting_approvals.for_list(waiting_approvals.asked_of(request.user))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": waiting_approvals.lines(page.object_list, sent),
        "refusal": refusal,
        "typed": typed,
    }
    return render(request, "desk/my_work/approvals.html", context, status=status)
