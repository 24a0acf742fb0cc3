from django.urls import path

from sla.escalation import views

urlpatterns = [
    # /setup/sla/policies/<pk>/escalation/
    path("policies/<int:pk>/escalation/", views.escalation, name="policy-escalation"),
    path("policies/<int:pk>/escalation/begin/", views.begin, name="policy-escalation-begin"),
    path("policies/<int:pk>/escalation/copy-from/", views.copy_from, name="policy-escalation-copy-from"),
    path("policies/<int:pk>/escalation/<slug:key>/remove/", views.remove, name="policy-escalation-remove"),
]
