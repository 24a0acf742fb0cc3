from django.urls import path

from servicedesk.desk.new_ticket import views

urlpatterns = [
    path("new/", views.new_ticket, name="new-ticket"),
]
