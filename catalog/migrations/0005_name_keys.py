from django.db import migrations

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """A key beside each name, by which names that differ by case or spaces only are found."""

    dependencies = [("catalog", "0004_offer_by_contract")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="name_key",
            field=servicedesk.lib.unique_names.KeyField(
                db_default="", editable=False, max_length=400, of="name"
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="name_key",
            field=servicedesk.lib.unique_names.KeyField(
                db_default="", editable=False, max_length=400, of="name"
            ),
        ),
        migrations.AddField(
            model_name="requesttype",
            name="name_key",
            field=servicedesk.lib.unique_names.KeyField(
                db_default="", editable=False, max_length=400, of="name"
            ),
        ),
    ]
