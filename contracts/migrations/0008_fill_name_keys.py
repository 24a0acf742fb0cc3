from django.db import migrations

from servicedesk.lib import unique_names


def fill(apps, _editor):
    """Of rows with one name the oldest keeps it; the others get a number: “Gold (2)”."""
    versions = apps.get_model("contracts", "ContractVersion").objects
    contracts = apps.get_model("contracts", "Contract")
    for contract, former, number in unique_names.write_keys(contracts, of="number"):
        for version in versions.filter(contract=contract.pk, number=contract.version, terms__number=former):
            version.terms["number"] = number
            version.save(update_fields=["terms"])
    unique_names.write_keys(apps.get_model("contracts", "RateClass"), within="contract")


class Migration(migrations.Migration):
    """Write the keys of names, and tell apart those that are the same."""

    dependencies = [("contracts", "0007_name_keys")]

    operations = [
        # Back: the keys go with their columns, and the new names stay, as nobody knows who uses them by then.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
