from django.urls import path

from servicedesk.desk.views import queue

urlpatterns = [
    path("", queue.queue, name="queue"),
]
