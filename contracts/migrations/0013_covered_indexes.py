import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from servicedesk.lib.online_index import AlterFieldIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("contracts", "0012_reckon_what_is_reserved"),
        ('people', '0007_covered_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AlterFieldIndexOnline(
            model_name='contract',
            name='client',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='people.client', verbose_name='client'),
        ),
        AlterFieldIndexOnline(
            model_name='contractversion',
            name='contract',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='contracts.contract'),
        ),
        AlterFieldIndexOnline(
            model_name='hoursalert',
            name='contract',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='contracts.contract'),
        ),
        AlterFieldIndexOnline(
            model_name='ledgerentry',
            name='contract',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='contracts.contract', verbose_name='contract'),
        ),
        AlterFieldIndexOnline(
            model_name='ledgerentry',
            name='reverses',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='contracts.ledgerentry', verbose_name='takes back'),
        ),
        AlterFieldIndexOnline(
            model_name='timeentry',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        AlterFieldIndexOnline(
            model_name='timesheetweek',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='timesheet_weeks', to=settings.AUTH_USER_MODEL),
        ),
    ]
