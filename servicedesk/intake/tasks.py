"""Work of the door, on schedule."""

from celery import shared_task
from django.utils import timezone

from servicedesk.intake import email


@shared_task
def sweep_raw_mail() -> None:
    email.sweep(timezone.now())
