"""Work of the mail channel, by id. Twice is harmless: see `delivery`."""

from celery import shared_task
from django.utils import timezone

from servicedesk.mail import delivery


@shared_task
def send(pk: int) -> None:
    delivery.deliver(pk)


@shared_task
def sweep_outbox() -> None:
    delivery.sweep(timezone.now())
