"""Handing out files, to those who may read the message they came with."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from servicedesk.people.http import UserRequest
from servicedesk.tickets import merged
from servicedesk.tickets.models import Attachment

# Types that hold no script. All others, HTML and SVG too, are only bytes to save.
SAFE_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
)
UNKNOWN_TYPE = "application/octet-stream"


@require_safe
@login_required
def attachment(request: UserRequest, pk: int) -> FileResponse:
    """Return the file as a download under its real name; 404 for those who may not read its message."""
    found = get_object_or_404(Attachment.objects.select_related("message__ticket"), pk=pk)
    if not merged.may_read(found.message, request.user):
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    kind = found.content_type if found.content_type in SAFE_TYPES else UNKNOWN_TYPE
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
