from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('tickets', '0009_indexes_of_open_and_over'),
        ('workflows', '0003_ask_who_was_asked'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticketrun',
            name='is_summarised',
            field=models.BooleanField(db_default=False, default=False, help_text='Finished, and its summary is written.'),
        ),
    ]
