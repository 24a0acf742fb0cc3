from django.db import migrations, models

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """No two names that differ by case or spaces only."""

    dependencies = [("people", "0005_fill_name_keys")]

    operations = [
        migrations.AlterField(
            model_name="client",
            name="name",
            field=models.CharField(max_length=150, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="client_name_once",
            ),
        ),
        migrations.AlterField(
            model_name="group",
            name="name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="group_name_once",
            ),
        ),
    ]
