"""Setup of who gets a ticket."""

from django.urls import path

from servicedesk.tickets.assignment_setup import dry_run, group_views, views

app_name = "assignment"

urlpatterns = [
    # /setup/assignment/
    path("", views.rules, name="rules"),
    path("new/", views.new, name="new"),
    path("order/", views.arrange, name="order"),
    path("restore/", views.restore, name="restore"),
    path("try/", dry_run.trial, name="trial"),
    path("groups/", group_views.groups, name="groups"),
    path("<int:pk>/", views.change, name="rule"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
