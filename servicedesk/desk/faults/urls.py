from django.urls import path

from servicedesk.desk.views import faults

urlpatterns = [
    path("faults/", faults.faulty, name="faults"),
    path("tickets/<int:pk>/faults/<int:task>/again/", faults.retry, name="fault-retry"),
]
