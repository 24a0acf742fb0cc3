from django.db import migrations, models

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """No two names that differ by case or spaces only."""

    dependencies = [("tickets", "0006_fill_name_keys")]

    operations = [
        migrations.AlterField(
            model_name="assignmentrule",
            name="name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="assignmentrule",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="assignment_rule_name_once",
            ),
        ),
    ]
