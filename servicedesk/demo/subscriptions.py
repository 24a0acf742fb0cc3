"""The demo's report schedules: every client monthly; the last month of one is ordered at once."""

from __future__ import annotations

from datetime import datetime

import time_machine

from reports.delivery import sending as delivery
from reports.models import ReportSchedule
from servicedesk.demo.world import World

_NAMES = {"en": "Monthly report", "ru": "Отчёт за месяц", "es": "Informe mensual"}


def subscribe(world: World, until: datetime) -> None:
    """Plan the monthly reports from `until` on, and order the first company's last month now.

    The worker makes and sends it as soon as it starts.
    """
    with time_machine.travel(until, tick=False):
        for company in world.companies:
            client = company.client
            schedule = ReportSchedule(
                name=f"{_NAMES[client.language]}: {client.name}",
                kinds=["tickets", "ratings", "reopened"],
                client=client,
                language=client.language,
                formats=["pdf", "xlsx"],
                created_by=client.account_manager,
            )
            schedule.plan(until)
            schedule.save()
        delivery.open_now(ReportSchedule.objects.get(client=world.companies[0].client), until)
