from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    label = "workflows"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from workflows import checks  # noqa: F401 - registers itself
        from workflows.engine import failures  # noqa: F401 - registers itself
