from django.urls import path

from servicedesk.portal.views import answer

urlpatterns = [
    path("answer/<str:token>/", answer.answer, name="answer"),
]
