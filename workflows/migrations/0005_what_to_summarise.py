import django.db.models.deletion
from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline, AlterFieldIndexOnline, StoredIndexOnline

BATCH = 20_000
_NOTED = (
    "UPDATE workflows_ticketrun SET is_summarised = %s WHERE id > %s AND id <= %s "
    "AND EXISTS (SELECT 1 FROM workflows_runsummary s WHERE s.run_id = workflows_ticketrun.id)"
)


def note_summaries(apps, schema_editor):
    """Runs that have their summary say so; a batch is a transaction, twice is harmless."""
    run = apps.get_model("workflows", "TicketRun")
    last = run.objects.aggregate(last=models.Max("pk"))["last"] or 0
    with schema_editor.connection.cursor() as cursor:
        for start in range(0, last, BATCH):
            cursor.execute(_NOTED, [True, start, start + BATCH])


class Migration(migrations.Migration):
    """Also what the desk asks of the engine's tables: its open steps, few among very many."""

    atomic = False

    dependencies = [
        ("viewflow", "0015_task_scheduled"),
        ("workflows", "0004_run_is_summarised"),
    ]

    operations = [
        migrations.RunPython(note_summaries, migrations.RunPython.noop),
        AddIndexOnline(
            model_name="ticketrun",
            index=models.Index(
                condition=models.Q(("is_summarised", False)), fields=["id"], name="run_to_summarise"
            ),
        ),
        AlterFieldIndexOnline(
            model_name="approval",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="approvals",
                to="workflows.ticketrun",
            ),
        ),
        StoredIndexOnline(
            table="viewflow_task",
            columns="flow_task, status",
            name="task_unfinished",
            where="status IN ('NEW', 'ASSIGNED', 'STARTED', 'SCHEDULED', 'ERROR')",
        ),
        StoredIndexOnline(
            table="viewflow_task",
            columns="scheduled",
            name="task_due",
            where="status = 'SCHEDULED' AND flow_task_type = 'TIMER'",
        ),
    ]
