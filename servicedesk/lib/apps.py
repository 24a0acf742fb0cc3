from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "servicedesk.lib"
    label = "lib"

    def ready(self) -> None:
        from servicedesk.lib import checks  # noqa: F401  (registers them)
