"""The queue: folders, filters, and the tickets by their next deadline."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from servicedesk.desk import approvals_list, folders
from servicedesk.desk.access import for_staff
from servicedesk.desk.deadline_groups import grouped
from servicedesk.desk.queue_filter import QueueFilter
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket
from workflows import task_list

PER_PAGE = 50


@require_safe
@vary_on_headers("HX-Request")
@for_staff
def queue(request: UserRequest) -> HttpResponse:
    user = request.user
    key = folders.known(request.GET.get("folder", ""), user)
    form = QueueFilter(request.GET, user=user)
    tickets = form.narrow(folders.narrow(Ticket.objects.visible_to(user), key, user)).for_list()
    page = Paginator(tickets, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "folder": key,
        "page": page,
        "groups": grouped(page.object_list, timezone.now(), by_deadline=form.sort_value == "deadline"),
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "desk/_narrowed.html", context)
    counted, groups = folders.counts(user), folders.group_counts(user)
    title = next((one.label for one in [*counted, *groups] if one.key == key), "")
    context |= {"folders": counted, "group_folders": groups, "title": title}
    context["approvals_count"] = approvals_list.asked_of(user).count()
    context["tasks_count"] = task_list.waiting_for(user)
    return render(request, "desk/queue.html", context)
