from django.urls import path

from servicedesk.desk.analytics import views

urlpatterns = [
    path("insight/", views.insight, name="insight"),
    path("insight.csv", views.download, name="insight-csv"),
    path("insight/tickets/", views.tickets, name="insight-tickets"),
]
