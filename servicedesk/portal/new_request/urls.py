from django.urls import path

from servicedesk.portal.views import new_request

urlpatterns = [
    path("new/", new_request.new_request, name="new-request"),
    path("new/outlook/", new_request.outlook, name="new-request-outlook"),
]
