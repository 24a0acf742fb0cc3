from django.db import migrations, models


class Migration(migrations.Migration):
    """Which days count until a resolved request is closed: a term of the contract."""

    dependencies = [("contracts", "0009_one_name")]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="silence",
            field=models.CharField(
                choices=[("calendar", "Calendar days"), ("working", "Working days of the intake hours")],
                db_default="calendar",
                default="calendar",
                help_text="Which days count until a resolved request is closed because nobody answers.",
                max_length=8,
                verbose_name="closing after silence",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("silence__in", ["calendar", "working"])), name="contract_silence_known"
            ),
        ),
    ]
