from django.urls import path

from servicedesk.portal.deadline import views

urlpatterns = [
    path("requests/<int:pk>/promise/<str:kind>/", views.page, name="request-promise"),
    path("requests/<int:pk>/promise/<str:kind>.pdf", views.paper, name="request-promise-pdf"),
]
