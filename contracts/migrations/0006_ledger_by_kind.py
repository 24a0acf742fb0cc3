from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("contracts", "0005_versions_channels_work_kinds"),
    ]

    operations = [
        AddIndexOnline(
            model_name="ledgerentry",
            index=models.Index(fields=["contract", "kind"], name="ledger_kind"),
        ),
    ]
