from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "servicedesk.lib"
    label = "lib"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from servicedesk.lib import checks, folding  # noqa: F401  (checks registers itself)

        connection_created.connect(folding.teach, dispatch_uid="folding")
