from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline


class Migration(migrations.Migration):
    """What was stopped or broken in a period (R13) is found without reading all clocks."""

    atomic = False

    dependencies = [("sla", "0006_count_every_cycle")]

    operations = [
        AddIndexOnline(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("stopped_at__isnull", False)),
                fields=["stopped_at", "state"],
                name="clock_stopped",
            ),
        ),
        AddIndexOnline(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("breached_at__isnull", False)),
                fields=["breached_at"],
                name="clock_broken",
            ),
        ),
    ]
