from django.db import migrations, models

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """No two names that differ by case or spaces only."""

    dependencies = [("catalog", "0006_fill_name_keys")]

    operations = [
        migrations.AddConstraint(
            model_name="category",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("name_key",),
                name="category_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("category", "name_key"),
                name="service_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttype",
            constraint=servicedesk.lib.unique_names.OneName(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=("service", "name_key"),
                name="request_type_name_once",
            ),
        ),
    ]
