from django.urls import path

from servicedesk.portal.new_request import views

urlpatterns = [
    path("new/", views.new_request, name="new-request"),
    path("new/outlook/", views.outlook, name="new-request-outlook"),
]
