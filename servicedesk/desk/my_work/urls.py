from django.urls import path

from servicedesk.desk.my_work import approval_views, task_views

urlpatterns = [
    path("approvals/", approval_views.approvals, name="approvals"),
    path("approvals/<int:pk>/", approval_views.decide, name="approval"),
    path("tasks/", task_views.tasks, name="tasks"),
    path("tasks/<int:pk>/take/", task_views.take, name="task-take"),
]
