from django.urls import path

from sla.changes import views

urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/<int:pk>/", views.change, name="change"),
    path("changes/<int:pk>/progress/", views.progress, name="change-progress"),
    path("changes/<int:pk>/undo/", views.undo, name="change-undo"),
    path("changes/<int:pk>/retry/", views.retry, name="change-retry"),
]
