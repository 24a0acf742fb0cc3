"""What every page's shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `theme` is "auto", "light" or "dark"; `languages` are (code, name) pairs."""
    user = getattr(request, "user", None)
    return {
        "company_name": settings.COMPANY_NAME,
        "languages": settings.LANGUAGES,
        "theme": getattr(user, "theme", "auto"),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "version": settings.VERSION,
        "is_htmx": bool(getattr(request, "htmx", False)),
    }
