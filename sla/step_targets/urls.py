from django.urls import path

from sla.step_targets import views

urlpatterns = [
    # /setup/sla/policies/<pk>/steps/
    path("policies/<int:pk>/steps/", views.steps, name="policy-steps"),
]
