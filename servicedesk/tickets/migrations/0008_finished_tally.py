import django.db.models.deletion
from django.db import migrations, models

_COUNTED = (
    "INSERT INTO tickets_finishedtally (client_id, group_id, number) "
    "SELECT client_id, group_id, COUNT(*) FROM tickets_ticket "
    "WHERE status IN ('closed', 'cancelled') GROUP BY client_id, group_id"
)


class Migration(migrations.Migration):
    """Counts what is over once; the pen goes on from there, and once a day all is counted anew."""

    dependencies = [
        ('people', '0007_covered_indexes'),
        ("tickets", "0007_one_name"),
    ]

    operations = [
        migrations.CreateModel(
            name='FinishedTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.client', verbose_name='client')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'tally of finished tickets',
                'verbose_name_plural': 'tallies of finished tickets',
            },
        ),
        migrations.RunSQL(_COUNTED, migrations.RunSQL.noop),
    ]
