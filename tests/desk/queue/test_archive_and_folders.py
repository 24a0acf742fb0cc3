"""The archive of closed tickets, the numbers of the tree, and searches."""

from __future__ import annotations

from datetime import timedelta

from servicedesk.desk.queue import folders
from servicedesk.tickets import tally
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import MONDAY_9, Cast
from tests.desk.queue.test_queue import context, row, subjects
from tests.factories import ClientFactory, GroupFactory


def test_the_archive_shows_the_last_updated_first_and_has_no_deadlines(cast: Cast) -> None:
    for day, priority in ((1, 3), (3, 4), (2, 1)):
        changed = MONDAY_9 - timedelta(days=day)
        row(cast, f"{day} ago", Status.CLOSED, updated_at=changed, priority=priority)
    assert subjects(cast.marta, folder="closed") == ["1 ago", "2 ago", "3 ago"]
    assert subjects(cast.marta, folder="closed", sort="deadline") == ["1 ago", "2 ago", "3 ago"]
    assert subjects(cast.marta, folder="closed", sort="priority") == ["2 ago", "1 ago", "3 ago"]
    assert "Next deadline</option>" not in str(context(cast.marta, folder="closed")["form"]["sort"])


def test_the_tree_counts_what_each_folder_holds(cast: Cast) -> None:
    """Both are told by one condition: in SQL for the rows, in the program for the numbers."""
    for number, status in enumerate(Status):
        row(cast, f"{status} of nobody", status, is_overdue=bool(number % 2))
        row(cast, f"{status} of Marta", status, assignee=cast.marta)
        row(cast, f"{status} of Oleg", status, assignee=cast.oleg, group=GroupFactory())
        row(cast, f"{status} without a group", status, group=None)
    tally.recount()
    for viewer in (cast.marta, cast.oleg, cast.account_manager, cast.admin):
        tree = folders.tree(viewer)
        for one in [*tree.folders, *tree.groups]:
            held = folders.narrow(Ticket.objects.visible_to(viewer), one.key, viewer)
            assert one.count == held.count(), (viewer, one.key)


def test_a_search_takes_capital_letters_and_yo_as_they_come(cast: Cast) -> None:
    row(cast, "Ёлка на складе")
    row(cast, "Береза", client=ClientFactory(name="ООО «Ёжик»"))
    for typed in ("елка", "ЁЛКА", "ёЛКА НА"):
        assert subjects(cast.marta, folder="all", q=typed) == ["Ёлка на складе"]
    assert subjects(cast.marta, folder="all", q="ЕЖИК") == ["Береза"]
    assert subjects(cast.marta, folder="all", q="100%") == []
