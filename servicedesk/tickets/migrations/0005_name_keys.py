from django.db import migrations

import servicedesk.lib.unique_names


class Migration(migrations.Migration):
    """A key beside each name, by which names that differ by case or spaces only are found."""

    dependencies = [("tickets", "0004_secrets")]

    operations = [
        migrations.AddField(
            model_name="assignmentrule",
            name="name_key",
            field=servicedesk.lib.unique_names.KeyField(
                db_default="", editable=False, max_length=400, of="name"
            ),
        ),
    ]
