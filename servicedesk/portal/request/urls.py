from django.urls import path

from servicedesk.portal.request import estimate_views, views

urlpatterns = [
    path("requests/<int:pk>/", views.page, name="request"),
    path("requests/<int:pk>/reply/", views.reply, name="request-reply"),
    path("requests/<int:pk>/solved/", views.solved, name="request-solved"),
    path("requests/<int:pk>/decision/", views.decision, name="request-decision"),
    path("requests/<int:pk>/estimate/<int:estimate>/", estimate_views.decide, name="request-estimate"),
    path("requests/<int:pk>/withdrawal/", views.withdraw, name="request-withdrawal"),
]
