from django.db import migrations, models

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """No two names that differ by case or spaces only."""

    dependencies = [("contracts", "0008_fill_name_keys")]

    operations = [
        migrations.RemoveConstraint(model_name="rateclass", name="rate_class_once"),
        migrations.AlterField(
            model_name="contract",
            name="number",
            field=models.CharField(max_length=40, verbose_name="number"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("number_key", ""), _negated=True),
                fields=("number_key",),
                name="contract_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rateclass",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("contract", "name_key"),
                name="rate_class_name_once",
            ),
        ),
    ]
