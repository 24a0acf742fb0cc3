import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def await_a_look(apps, schema_editor):
    """Going back: what waits for one person's review needs a look of anybody, as before."""
    apps.get_model("mail", "RawMail").objects.filter(result="held").update(
        result="quarantined", reason="refused"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_initial'),
        ('tickets', '0004_secrets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rawmail',
            name='raw_mail_result_known',
        ),
        migrations.RunPython(migrations.RunPython.noop, await_a_look),
        migrations.AddField(
            model_name='rawmail',
            name='held_for',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, help_text='The person of the desk in whose name it came; nobody else decides about it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='held_mails', to=settings.AUTH_USER_MODEL, verbose_name='for review by'),
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='reason',
            field=models.CharField(blank=True, choices=[('', ''), ('already_received', 'This mail was received already.'), ('automatic', 'An automatic answer.'), ('bounce', 'A report of a mail that could not be delivered.'), ('loop', 'Our own mail came back.'), ('block_rule', 'A block rule matched.'), ('unreadable', 'The mail could not be read.'), ('no_sender', 'The mail names no sender.'), ('unknown_sender', 'Nobody with this address is known.'), ('inactive_sender', 'The sender’s account is switched off.'), ('no_client', 'The sender belongs to no active client.'), ('several_clients', 'The sender belongs to several clients.'), ('staff_without_ticket', 'A person of the desk wrote without a ticket.'), ('not_their_ticket', 'The sender does not take part in the ticket.'), ('unproved', 'Nothing proves that this person of the desk wrote it.'), ('quotes_hidden', 'It quotes a message that the client must not read.'), ('personal', 'Personal messages are answered on the page of the ticket.'), ('discarded', 'Discarded after review.'), ('refused', 'The message was refused.'), ('failed', 'An error stopped it; it is kept and will be tried again.')], editable=False, max_length=24, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='result',
            field=models.CharField(blank=True, choices=[('created', 'New ticket'), ('reply', 'Reply'), ('ignored', 'Ignored'), ('blocked', 'Blocked'), ('quarantined', 'Needs a look'), ('held', 'Needs review')], editable=False, max_length=11, verbose_name='result'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['', 'created', 'reply', 'ignored', 'blocked', 'quarantined', 'held'])), name='raw_mail_result_known'),
        ),
    ]
