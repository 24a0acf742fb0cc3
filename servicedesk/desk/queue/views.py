"""The queue: folders, filters, and the tickets by their next deadline."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from servicedesk.desk.access import for_staff
from servicedesk.desk.my_work import waiting_approvals
from servicedesk.desk.queue import folders
from servicedesk.desk.queue.deadline_groups import grouped
from servicedesk.desk.queue.filter_form import QueueFilter
from servicedesk.lib.pages import LongPaginator
from servicedesk.people.http import UserRequest
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows.steps import task_list

PER_PAGE = 50
# What a row shows; the rest of a ticket is wide.
SHOWN = (
    "merged_into",
    *("subject", "status", "priority", "due_at", "due_kind", "is_overdue", "updated_at"),
    *("client__name", "assignee__full_name", "assignee__email"),
)
MOST_OPEN, MOST_CLOSED = 50_000, 2_000  # rows that are counted and can be turned to


@require_safe
@vary_on_headers("HX-Request")
@for_staff
def queue(request: UserRequest) -> HttpResponse:
    user = request.user
    key = folders.known(request.GET.get("folder", ""), user)
    form = QueueFilter(request.GET, user=user, is_archive=key == folders.CLOSED)
    is_part = request.htmx and not request.htmx.boosted
    tree = None if is_part else folders.tree(user)
    page = _paginated(form, key, user, tree).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "folder": key,
        "page": page,
        "groups": grouped(page.object_list, timezone.now(), by_deadline=form.sort_value == "deadline"),
    }
    if tree is None:
        return render(request, "desk/queue/_narrowed.html", context)
    named = tree.of(key)
    context |= {"folders": tree.folders, "group_folders": tree.groups, "title": named.label if named else ""}
    context["approvals_count"] = waiting_approvals.asked_of(user).count()
    context["tasks_count"] = task_list.waiting_for(user)
    return render(request, "desk/queue/page.html", context)


def _paginated(form: QueueFilter, key: str, user: User, tree: folders.Tree | None) -> LongPaginator:
    """What the tree has counted is not counted again. Of the archive nobody turns thousands of pages."""
    tickets = form.narrow(folders.narrow(Ticket.objects.visible_to(user), key, user))
    tickets = tickets.select_related("client", "assignee").only(*SHOWN)
    named = None if tree is None or form.is_narrowed else tree.of(key)
    known = named.count if named else None
    if key == folders.CLOSED:
        return LongPaginator(tickets, PER_PAGE, most=MOST_CLOSED, told=known)
    return LongPaginator(tickets, PER_PAGE, most=MOST_OPEN, count=known)
