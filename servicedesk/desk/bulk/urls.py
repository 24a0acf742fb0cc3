from django.urls import path

from servicedesk.desk.views import many

urlpatterns = [
    path("tickets/<int:pk>/parts/answer/", many.answer_parts, name="parts-answer"),
    path("tickets/<int:pk>/parts/resolve/", many.resolve_parts, name="parts-resolve"),
    path("answer/", many.answer, name="answer-many"),
    path("answer/<str:key>/", many.result, name="many-result"),
]
