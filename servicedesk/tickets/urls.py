"""Files of conversations: one address for the desk, the portal and mails."""

from django.urls import path

from servicedesk.tickets import views

urlpatterns = [path("<int:pk>/", views.attachment, name="attachment")]
