from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "servicedesk.health"
    label = "health"
    verbose_name = _("Background jobs")

    def ready(self) -> None:
        from servicedesk.health import checks, recording  # noqa: F401  (registers them)
