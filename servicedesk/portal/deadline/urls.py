from django.urls import path

from servicedesk.portal.views import promise

urlpatterns = [
    path("requests/<int:pk>/promise/<str:kind>/", promise.page, name="request-promise"),
    path("requests/<int:pk>/promise/<str:kind>.pdf", promise.paper, name="request-promise-pdf"),
]
