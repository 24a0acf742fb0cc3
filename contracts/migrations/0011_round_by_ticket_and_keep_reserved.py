import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_offer_by_contract'),
        ("contracts", "0010_closing_after_silence"),
        ('people', '0003_addresses'),
        ('sla', '0002_setup_and_escalation'),
        ('tickets', '0004_secrets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_sign_fits_kind',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='ledger_time_used_once',
        ),
        migrations.AddField(
            model_name='contract',
            name='rounding',
            field=models.CharField(choices=[('entry', 'Each entry'), ('day', 'Each ticket and day'), ('ticket', 'Each ticket')], db_default='entry', default='entry', help_text='What is added up first: 3 times 5 minutes are 15 minutes, or 3 slots.', max_length=6, verbose_name='rounded up'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='replaces',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The consumption of the same work, reckoned before.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='contracts.ledgerentry', verbose_name='in place of'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='reserved',
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=8, verbose_name='reserved'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='rounding',
            field=models.CharField(choices=[('entry', 'Each entry'), ('day', 'Each ticket and day'), ('ticket', 'Each ticket')], db_default='entry', default='entry', editable=False, max_length=6, verbose_name='rounded up'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='slot',
            field=models.PositiveSmallIntegerField(editable=False, help_text='Minutes, as agreed when it was logged. Empty: it takes nothing.', null=True, verbose_name='minimum slot'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('rounding__in', ['entry', 'day', 'ticket'])), name='contract_rounding_known'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hours__gt', 0), ('kind__in', ['purchase', 'rollover'])), models.Q(('hours__lt', 0), ('kind__in', ['reserve', 'expiry'])), models.Q(('hours__lte', 0), ('kind', 'consumption')), models.Q(('hours__gte', 0), ('kind', 'release')), models.Q(('kind', 'correction'), models.Q(('hours', 0), _negated=True)), _connector='OR'), name='ledger_sign_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'consumption'), ('replaces', None)), fields=('time_entry',), name='ledger_time_used_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('replaces',), name='ledger_replaced_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('replaces', None), ('kind', 'consumption'), _connector='OR'), name='ledger_only_work_is_replaced'),
        ),
    ]
