from django.urls import path

from servicedesk.desk.bulk import views as bulk

urlpatterns = [
    path("tickets/<int:pk>/parts/answer/", bulk.answer_parts, name="parts-answer"),
    path("tickets/<int:pk>/parts/resolve/", bulk.resolve_parts, name="parts-resolve"),
    path("answer/", bulk.answer, name="answer-many"),
    path("answer/<str:key>/", bulk.result, name="many-result"),
]
