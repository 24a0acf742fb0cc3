from django.db import migrations

from servicedesk.lib import unique_names


def write(apps, _editor):
    """Of rows with one name the oldest keeps it; the others get a number: “Gold (2)”."""
    unique_names.write_keys(apps.get_model("catalog", "Category"))
    unique_names.write_keys(apps.get_model("catalog", "Service"), within="category")
    unique_names.write_keys(apps.get_model("catalog", "RequestType"), within="service")


class Migration(migrations.Migration):
    """Write the keys of names anew: renamed rows kept former ones, and invisible letters told names apart."""

    dependencies = [("catalog", "0008_words")]

    operations = [
        # Back: the keys fit the names whatever wrote them, and nobody knows who uses the new names by then.
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
