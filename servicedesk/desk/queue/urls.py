from django.urls import path

from servicedesk.desk.queue import views

urlpatterns = [
    path("", views.queue, name="queue"),
]
