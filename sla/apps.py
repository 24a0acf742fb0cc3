from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    label = "sla"
    verbose_name = _("Service levels")

    def ready(self) -> None:
        from sla import tasks  # noqa: F401  (registers them)
        from sla.time_zones import checks  # noqa: F401
