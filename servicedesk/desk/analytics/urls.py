from django.urls import path

from servicedesk.desk.views import insight

urlpatterns = [
    path("insight/", insight.insight, name="insight"),
    path("insight.csv", insight.download, name="insight-csv"),
    path("insight/tickets/", insight.tickets, name="insight-tickets"),
]
