"""Work of the door, on schedule."""

from celery import shared_task
from django.utils import timezone

from servicedesk.intake.email import mail_processing


@shared_task
def sweep_raw_mail() -> None:
    mail_processing.sweep(timezone.now())
