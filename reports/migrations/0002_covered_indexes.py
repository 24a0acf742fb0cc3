import django.db.models.deletion
from django.db import migrations, models

from servicedesk.lib.online_index import AlterFieldIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('reports', '0001_initial'),
    ]

    operations = [
        AlterFieldIndexOnline(
            model_name='reportrun',
            name='schedule',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='reports.reportschedule'),
        ),
    ]
