import django.db.models.deletion
from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline, AlterFieldIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("sla", "0009_edition_of_time_zones"),
        ("tickets", "0004_secrets"),
    ]

    operations = [
        AlterFieldIndexOnline(
            model_name="calendarversion",
            name="calendar",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="sla.calendar",
                verbose_name="calendar",
            ),
        ),
        AlterFieldIndexOnline(
            model_name="clock",
            name="ticket",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="tickets.ticket",
            ),
        ),
        AlterFieldIndexOnline(
            model_name="clockevent",
            name="clock",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="sla.clock",
            ),
        ),
        AlterFieldIndexOnline(
            model_name="escalation",
            name="clock",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="escalations",
                to="sla.clock",
            ),
        ),
        AlterFieldIndexOnline(
            model_name="escalationnotice",
            name="escalation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="sla.escalation",
            ),
        ),
        AlterFieldIndexOnline(
            model_name="policyversion",
            name="policy",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="sla.policy",
                verbose_name="SLA policy",
            ),
        ),
        AlterFieldIndexOnline(
            model_name="termschangeitem",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="sla.termschange",
            ),
        ),
    ]
