import django.db.models.functions.text
from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline, RemoveIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("mail", "0004_held_mails_by_person"),
        ('tickets', '0004_secrets'),
    ]

    operations = [
        RemoveIndexOnline(
            model_name='outgoingmail',
            name='outgoing_mail_newest',
        ),
        AddIndexOnline(
            model_name='outgoingmail',
            index=models.Index(fields=['-created_at', '-id'], name='outgoing_mail_newest'),
        ),
        AddIndexOnline(
            model_name='outgoingmail',
            index=models.Index(fields=['state', '-created_at', '-id'], name='outgoing_mail_of_state'),
        ),
        AddIndexOnline(
            model_name='outgoingmail',
            index=models.Index(django.db.models.functions.text.Upper('to'), models.OrderBy(models.F('created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='outgoing_mail_to'),
        ),
    ]
