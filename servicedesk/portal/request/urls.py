from django.urls import path

from servicedesk.portal.views import estimates, request

urlpatterns = [
    path("requests/<int:pk>/", request.page, name="request"),
    path("requests/<int:pk>/reply/", request.reply, name="request-reply"),
    path("requests/<int:pk>/solved/", request.solved, name="request-solved"),
    path("requests/<int:pk>/decision/", request.decision, name="request-decision"),
    path("requests/<int:pk>/estimate/<int:estimate>/", estimates.decide, name="request-estimate"),
    path("requests/<int:pk>/withdrawal/", request.withdraw, name="request-withdrawal"),
]
