from django.urls import path

from servicedesk.desk.views import approvals, tasks

urlpatterns = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/", approvals.decide, name="approval"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<int:pk>/take/", tasks.take, name="task-take"),
]
