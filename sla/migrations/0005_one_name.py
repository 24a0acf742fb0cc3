from django.db import migrations, models

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """No two names that differ by case or spaces only."""

    dependencies = [("sla", "0004_fill_name_keys")]

    operations = [
        migrations.AlterField(
            model_name="calendar",
            name="name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="calendar",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="calendar_name_once",
            ),
        ),
        migrations.AlterField(
            model_name="policy",
            name="name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="policy_name_once",
            ),
        ),
    ]
