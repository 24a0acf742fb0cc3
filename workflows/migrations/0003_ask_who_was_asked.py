"""Requests that wait for an approval: whoever owns the step is asked by a row from now on."""

from typing import Any

from django.db import migrations
from django.utils import timezone

_WAITING = """
    SELECT task.owner_id, run.id, run.ticket_id FROM viewflow_task task
    JOIN workflows_ticketrun run ON run.process_id = task.process_id
    WHERE task.flow_task LIKE '%%ServiceRequestFlow.approve' AND task.status IN ('NEW', 'ASSIGNED', 'STARTED')
"""


def ask(apps: Any, schema_editor: Any) -> None:
    Approval = apps.get_model("workflows", "Approval")
    Process = apps.get_model("viewflow", "Process")
    TicketRun = apps.get_model("workflows", "TicketRun")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_WAITING, [])
        waiting = cursor.fetchall()
    for owner, run, ticket in waiting:
        Approval.objects.get_or_create(
            run_id=run, level=1, approver_id=owner, defaults={"ticket_id": ticket, "asked_at": timezone.now()}
        )
        process = Process.objects.get(pk=TicketRun.objects.values_list("process", flat=True).get(pk=run))
        process.data = {**(process.data or {}), "level": 1}
        process.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("workflows", "0002_approvals_and_summaries")]

    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
