"""The service desk. The Celery app is loaded with it so that `delay` finds its broker."""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
