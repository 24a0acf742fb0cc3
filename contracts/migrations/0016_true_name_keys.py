from django.db import migrations

from servicedesk.lib import unique_names


def write(apps, _editor):
    """Of rows with one name the oldest keeps it; the others get a number: “Gold (2)”."""
    versions = apps.get_model("contracts", "ContractVersion").objects
    contracts = apps.get_model("contracts", "Contract")
    for contract, former, number in unique_names.write_keys(contracts, of="number"):
        for version in versions.filter(contract=contract.pk, number=contract.version, terms__number=former):
            version.terms["number"] = number
            version.save(update_fields=["terms"])
    unique_names.write_keys(apps.get_model("contracts", "RateClass"), within="contract")


class Migration(migrations.Migration):
    """Write the keys of names anew: renamed rows kept former ones, and invisible letters told names apart."""

    dependencies = [("contracts", "0015_words")]

    operations = [
        # Back: the keys fit the names whatever wrote them, and nobody knows who uses the new names by then.
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
