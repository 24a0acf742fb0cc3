from django.urls import path

from sla.priorities import views

urlpatterns = [
    # /setup/sla/priorities/
    path("priorities/", views.priorities, name="priorities"),
]
