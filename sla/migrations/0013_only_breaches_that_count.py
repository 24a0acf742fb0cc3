"""A cancelled, merged or forgiven promise is no breach (R13): the mark of its ticket goes."""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q


def _unmark(apps, schema_editor):
    ticket, clock, former = (
        apps.get_model(*name) for name in (("tickets", "Ticket"), ("sla", "Clock"), ("sla", "FormerCycle"))
    )
    broken = (Q(breached_at__isnull=False) | Q(state="breached")) & ~Q(state="cancelled")
    now = clock.objects.filter(broken, ticket=OuterRef("pk"))
    before = former.objects.filter(broken, clock__ticket=OuterRef("pk"))
    known = clock.objects.filter(ticket=OuterRef("pk"))
    marked = ticket.objects.filter(Exists(known), is_overdue=True)
    marked.exclude(Exists(now)).exclude(Exists(before)).update(is_overdue=False)


class Migration(migrations.Migration):
    dependencies = [("sla", "0012_true_name_keys"), ("tickets", "0009_indexes_of_open_and_over")]
    operations = [migrations.RunPython(_unmark, migrations.RunPython.noop, elidable=True)]
