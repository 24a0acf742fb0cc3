from django.db import migrations

from servicedesk.lib import unique_names


def fill(apps, _editor):
    """Of rows with one name the oldest keeps it; the others get a number: “Gold (2)”."""
    unique_names.write_keys(apps.get_model("tickets", "AssignmentRule"))


class Migration(migrations.Migration):
    """Write the keys of names, and tell apart those that are the same."""

    dependencies = [("tickets", "0005_name_keys")]

    operations = [
        # Back: the keys go with their columns, and the new names stay, as nobody knows who uses them by then.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
