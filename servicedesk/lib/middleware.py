"""What every request passes: a number, a content policy, and sentences for refusals."""

import re
import secrets
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from servicedesk.lib import next_page
from servicedesk.lib.refusals import Refusal

GetResponse = Callable[[HttpRequest], HttpResponseBase]

PLAIN_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
# PostgreSQL's codes: an expired lock_timeout, a deadlock that was broken, a serialization failure.
OTHERS_WERE_FASTER = {"55P03", "40P01", "40001"}
UNIQUE_VIOLATION = "23505"

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",  # attributes that set custom properties, like `--u: 40`
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}

log = structlog.get_logger("servicedesk.requests")


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request a number, for the answer's header and every log line; log how it went.

    A proxy's own `X-Request-ID` is kept when it is 8 to 64 plain characters.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if PLAIN_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=number):
            response = get_response(request)
            took = round((time.perf_counter() - started) * 1000)
            log.info("request", **_described(request), status=response.status_code, milliseconds=took)
        response["X-Request-ID"] = number
        return response

    return middleware


def _described(request: HttpRequest) -> dict[str, str]:
    """Method and route. Never the path: it may carry a signed link."""
    match = request.resolver_match
    return {"method": request.method or "", "route": match.route if match else "unknown"}


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Allow only what we serve ourselves. A template that uses `csp_nonce` may have one `<style>`."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        used: list[str] = []

        def nonce() -> str:
            used.append(secrets.token_urlsafe(16))
            return used[0]

        request.csp_nonce = SimpleLazyObject(nonce)  # type: ignore[attr-defined]
        response = get_response(request)
        developers_page = settings.DEBUG and response.status_code == 500
        if not developers_page:
            response.headers.setdefault("Content-Security-Policy", _policy(used))
        return response

    return middleware


def _policy(nonces: list[str]) -> str:
    allowed = {"style-src": " ".join([POLICY["style-src"], *(f"'nonce-{nonce}'" for nonce in nonces)])}
    return "; ".join(f"{name} {value}" for name, value in (POLICY | allowed).items())


def refusals(get_response: GetResponse) -> GetResponse:
    """Answer a `Refusal` raised by a view with 409 and its sentence."""
    return _Refusals(get_response)


class _Refusals:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return _refuse(request, str(error))
        if isinstance(error, OperationalError) and _is_about_waiting(error):
            return _refuse(
                request, _("Somebody else is changing this right now. Please try again in a moment.")
            )
        if isinstance(error, IntegrityError) and is_about_one_of_a_kind(error):
            return _refuse(
                request,
                _("Somebody else has just saved the same, perhaps under the same name. Open the page again."),
            )
        return None


def is_about_one_of_a_kind(error: IntegrityError) -> bool:
    """Two saved at one moment what may be there once: each form had found it free before."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state == UNIQUE_VIOLATION or "UNIQUE constraint failed" in str(error)


def _is_about_waiting(error: OperationalError) -> bool:
    """Others held what we need for too long, or we for each other and the database gave way to them.

    Everything of this request is undone, so it may simply be sent again.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    return state in OTHERS_WERE_FASTER or "database is locked" in str(error)


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        context = {"message": sentence, "back": _back(request)}
        return render(request, "refusal.html", context, status=409)
    response = render(request, "components/refusal.html", {"message": sentence}, status=409)
    response["HX-Retarget"] = "#refusal"
    response["HX-Reswap"] = "innerHTML"
    return response


def _back(request: HttpRequest) -> str:
    """The page the person came from, if it is ours."""
    return next_page.ours(request, request.headers.get("Referer", ""), reverse("home"))
