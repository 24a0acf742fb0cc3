from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttemptsConfig(AppConfig):
    name = "servicedesk.attempts"
    label = "attempts"
    verbose_name = _("Attempts")

    def ready(self) -> None:
        from servicedesk.attempts import checks  # noqa: F401
