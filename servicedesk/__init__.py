"""The service desk. The Celery app is loaded with it so that `delay` finds its broker."""

from servicedesk.lib import zones

zones.use_locked_edition()  # before anything else of ours can ask for a zone

from servicedesk.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
