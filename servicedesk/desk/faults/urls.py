from django.urls import path

from servicedesk.desk.faults import views

urlpatterns = [
    path("faults/", views.faulty, name="faults"),
    path("tickets/<int:pk>/faults/<int:task>/again/", views.retry, name="fault-retry"),
]
