from django.urls import path

from servicedesk.portal.mailed_answer import views

urlpatterns = [
    path("answer/<str:token>/", views.answer, name="answer"),
]
