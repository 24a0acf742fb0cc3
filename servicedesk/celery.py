"""The worker and the schedule: `python -m deploy.programs worker`, `… beat`."""

import os
import warnings

from celery import Celery

from servicedesk.lib import file_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
file_broker.use()
app = Celery("servicedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Eight lines about pickle, which we do not accept: messages are JSON.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser privileges")
