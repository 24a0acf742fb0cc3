import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from servicedesk.lib.online_index import AddIndexOnline, AlterFieldIndexOnline, RemoveIndexOnline, TextIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tickets", "0008_finished_tally"),
    ]

    operations = [
        AlterFieldIndexOnline(
            model_name='message',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='tickets.ticket'),
        ),
        AlterFieldIndexOnline(
            model_name='secret',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='tickets.ticket'),
        ),
        AlterFieldIndexOnline(
            model_name='ticket',
            name='client',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='people.client', verbose_name='client'),
        ),
        AlterFieldIndexOnline(
            model_name='ticket',
            name='requester',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='requested_tickets', to=settings.AUTH_USER_MODEL, verbose_name='requester'),
        ),
        AlterFieldIndexOnline(
            model_name='ticketevent',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='tickets.ticket'),
        ),
        AlterFieldIndexOnline(
            model_name='ticketlink',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='tickets.ticket', verbose_name='ticket'),
        ),
        AddIndexOnline(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['closed', 'cancelled']), _negated=True), fields=['due_at', 'priority', 'id'], name='ticket_due'),
        ),
        AddIndexOnline(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['closed', 'cancelled']), _negated=True), fields=['id', 'status', 'group', 'assignee', 'client', 'due_at'], name='ticket_open'),
        ),
        AddIndexOnline(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['closed', 'cancelled']), _negated=True), fields=['assignee', 'due_at'], name='ticket_my_open'),
        ),
        AddIndexOnline(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['closed', 'cancelled'])), fields=['-updated_at', '-id'], name='ticket_over_newest'),
        ),
        AddIndexOnline(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['closed', 'cancelled'])), fields=['priority', '-updated_at', '-id'], name='ticket_over_priority'),
        ),
        AddIndexOnline(
            model_name='ticket',
            index=models.Index(condition=models.Q(('rated_at__isnull', False)), fields=['rated_at'], name='ticket_rated'),
        ),
        TextIndexOnline(table='tickets_ticket', column='subject', name='ticket_subject_words'),
        RemoveIndexOnline(
            model_name='ticket',
            name='ticket_group_queue',
        ),
        RemoveIndexOnline(
            model_name='ticket',
            name='ticket_my_current',
        ),
    ]
