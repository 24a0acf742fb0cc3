"""Sending in the background, by id. Twice is harmless: see `delivery`. Their names are stored."""

from celery import shared_task
from django.utils import timezone

from servicedesk.mail.outgoing import delivery


@shared_task(name="servicedesk.mail.tasks.send")
def send(pk: int) -> None:
    delivery.deliver(pk)


@shared_task(name="servicedesk.mail.tasks.sweep_outbox")
def sweep_outbox() -> None:
    delivery.sweep(timezone.now())
