from django.urls import path

from servicedesk.desk.views import new_ticket

urlpatterns = [
    path("new/", new_ticket.new_ticket, name="new-ticket"),
]
