from collections import defaultdict

from django.db import migrations
from django.db.models import F

from sla.engine.compiled_calendars import worktime_of
from sla.engine.evaluation import evaluate
from sla.clocks.stored_facts import counting, fact

BATCH = 500  # clocks


def reckon_former_cycles(apps, schema_editor):
    """Clocks in their second cycle or a later one: how the cycles before ended, told by their facts.

    Columns that newer rules reckon otherwise are mended by `manage.py sla_rebuild`.
    """
    Clock, FormerCycle = apps.get_model("sla", "Clock"), apps.get_model("sla", "FormerCycle")
    versions = {row.pk: row for row in apps.get_model("sla", "CalendarVersion").objects.all()}

    def hours(key):
        return worktime_of(versions[key].definition), versions[key].calendar_id

    keys = list(Clock.objects.filter(cycle__gt=1).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        told = defaultdict(list)
        events = apps.get_model("sla", "ClockEvent").objects.filter(clock__in=keys[start : start + BATCH])
        for event in events.order_by("at", "pk"):
            told[event.clock_id].append(event)
        FormerCycle.objects.bulk_create(
            [row for clock, facts in told.items() for row in _former(FormerCycle, clock, facts, hours)],
            ignore_conflicts=True,
        )
    waived = Clock.objects.filter(state="cancelled", events__kind="waive", events__at=F("stopped_at"))
    Clock.objects.filter(pk__in=list(waived.values_list("pk", flat=True))).update(is_waived=True)


def _former(FormerCycle, clock, facts, hours):
    cycles = evaluate([fact(each, place, hours) for place, each in enumerate(counting(facts))]).cycles
    for cycle in cycles[:-1]:
        yield FormerCycle(
            clock_id=clock,
            number=cycle.number,
            state=cycle.state.value,
            stopped_at=cycle.stopped_at,
            breached_at=cycle.breached_at,
            is_waived=cycle.is_waived,
        )


class Migration(migrations.Migration):
    """Fill what `sla.clocks.compliance` counts; backwards there is nothing to do, the table goes with its own."""

    dependencies = [("sla", "0007_clocks_by_end_and_breach")]

    operations = [migrations.RunPython(reckon_former_cycles, migrations.RunPython.noop)]
