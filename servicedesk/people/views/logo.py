"""The logo of a client company."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client

TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


@require_safe
@cache_control(private=True, max_age=3600)
@login_required
def logo(request: UserRequest, pk: int) -> FileResponse:
    """Send the picture to its company's people and the desk. An SVG may hold scripts: none runs."""
    client = get_object_or_404(Client.objects.visible_to(request.user).exclude(logo=""), pk=pk)
    suffix = PurePosixPath(client.logo.name or "").suffix.lower()
    try:
        answer = FileResponse(
            client.logo.open("rb"), content_type=TYPES.get(suffix, "application/octet-stream")
        )
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
