"""Jobs of the room; the schedule is in the settings."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from servicedesk.once.models import SentForm

KEPT = timedelta(days=7)


@shared_task(ignore_result=True)
def forget_sent_forms() -> None:
    """Each hour: nobody sends a form again after a week. Safe to run twice."""
    SentForm.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
