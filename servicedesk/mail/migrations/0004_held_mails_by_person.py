from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("mail", "0003_held_mails"),
    ]

    operations = [
        AddIndexOnline(
            model_name="rawmail",
            index=models.Index(condition=models.Q(("held_for__isnull", False)), fields=["held_for"], name="raw_mail_held_for"),
        ),
    ]
