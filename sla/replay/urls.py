from django.urls import path

from sla.replay import views

urlpatterns = [
    # /setup/sla/replay/
    path("replay/", views.replay, name="replay"),
    path("replay/flips.csv", views.flips, name="replay-flips"),
]
