from django.db import migrations

from servicedesk.lib import unique_names


def write(apps, _editor):
    """Of rows with one name the oldest keeps it; the others get a number: “Gold (2)”."""
    unique_names.write_keys(apps.get_model("sla", "Calendar"))
    unique_names.write_keys(apps.get_model("sla", "Policy"))


class Migration(migrations.Migration):
    """Write the keys of names anew: renamed rows kept former ones, and invisible letters told names apart."""

    dependencies = [("sla", "0011_words")]

    operations = [
        # Back: the keys fit the names whatever wrote them, and nobody knows who uses the new names by then.
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
