"""Jobs of the room; the schedule is in the settings."""

from celery import shared_task
from django.utils import timezone

from servicedesk.attempts.limits import FORGOTTEN_AFTER
from servicedesk.attempts.models import KnownPlace, Tries
from servicedesk.attempts.places import KEPT


@shared_task(ignore_result=True)
def forget_old_tries() -> None:
    """Each hour: what is forgotten is deleted. Safe to run twice."""
    now = timezone.now()
    Tries.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    KnownPlace.objects.filter(last_at__lt=now - KEPT).delete()
