"""What every request passes, driven through the real stack with views of our own."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from servicedesk.lib import logs, middleware
from servicedesk.lib.refusals import Refusal
from servicedesk.urls import home


def refuse(_request: HttpRequest) -> HttpResponse:
    raise Refusal("A closed ticket cannot be accepted.")


def styled(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]


def plain(_request: HttpRequest, token: str = "") -> HttpResponse:
    return HttpResponse("plain")


def own_policy(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("file", headers={"Content-Security-Policy": "sandbox"})


urlpatterns = [
    path("", home, name="home"),
    path("refuse/", refuse),
    path("styled/", styled),
    path("plain/", plain),
    path("own-policy/", own_policy),
    path("secret/<str:token>/", plain),
]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def written() -> Iterator[list[logging.LogRecord]]:
    """Log records of requests."""
    records: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Keeper()
    logger = logging.getLogger("servicedesk.requests")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield records
    logger.removeHandler(handler)
    logger.setLevel(level)


def directives(response: Any) -> dict[str, str]:
    policy = response["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_every_answer_carries_a_number(client: Client) -> None:
    first, second = client.get("/plain/"), client.get("/plain/")
    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_number_of_a_proxy_is_kept(client: Client) -> None:
    assert client.get("/plain/", headers={"X-Request-ID": "abc-12345"})["X-Request-ID"] == "abc-12345"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 123", "line\nbreak-123", "<script>123456"])
def test_strange_number_of_a_proxy_is_replaced(client: Client, given: str) -> None:
    assert client.get("/plain/", headers={"X-Request-ID": given})["X-Request-ID"] != given


def test_log_line_names_the_route_and_never_the_token(client: Client, written: list[Any]) -> None:
    client.get("/secret/signed-token/?q=private")
    [line] = [record.msg for record in written]
    assert line["route"] == "secret/<str:token>/"
    assert line["status"] == 200
    assert len(line["request_id"]) == 32
    assert "signed-token" not in str(line)
    assert "private" not in str(line)


def test_policy_allows_only_ourselves(client: Client) -> None:
    policy = directives(client.get("/plain/"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"


def test_nonce_is_allowed_only_where_a_page_used_it_and_only_once(client: Client) -> None:
    first, second = client.get("/styled/"), client.get("/styled/")
    nonce = first.content.decode()
    assert directives(first)["style-src"] == f"'self' 'nonce-{nonce}'"
    assert nonce not in second["Content-Security-Policy"]


def test_stricter_policy_of_a_view_is_kept(client: Client) -> None:
    assert client.get("/own-policy/")["Content-Security-Policy"] == "sandbox"


def test_refusal_is_a_page_with_its_sentence(client: Client) -> None:
    response = client.post("/refuse/")
    assert response.status_code == 409
    assert "A closed ticket cannot be accepted." in response.content.decode()
    assert "<html" in response.content.decode()


def test_refusal_is_a_fragment_for_htmx(client: Client) -> None:
    response = client.post("/refuse/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#refusal"
    assert "A closed ticket cannot be accepted." in response.content.decode()
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/desk/tickets/5/", "http://testserver/desk/tickets/5/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_way_back_stays_on_the_site(came_from: str, back: str) -> None:
    request = RequestFactory().get("/refuse/", headers={"Referer": came_from})
    assert middleware._back(request) == back


def answered(request: HttpRequest, error: Exception) -> HttpResponse | None:
    return middleware._Refusals(plain).process_exception(request, error)


def test_row_held_by_somebody_else_is_a_sentence_not_a_fault(rf: RequestFactory) -> None:
    request = rf.post("/", headers={"HX-Request": "true"})
    request.htmx = True  # type: ignore[attr-defined]
    response = answered(request, OperationalError("database is locked"))
    assert response is not None
    assert response.status_code == 409
    assert "try again" in response.content.decode()


@pytest.mark.parametrize("error", [OperationalError("no such table"), ValueError("a fault of ours")])
def test_our_own_faults_stay_faults(rf: RequestFactory, error: Exception) -> None:
    assert answered(rf.get("/"), error) is None


def formatted(message: str, **extra: Any) -> dict[str, Any]:
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, None, None)
    record.__dict__.update(extra)
    line: dict[str, Any] = json.loads(logs._formatter(as_json=True).format(record))
    return line


def test_logs_leave_only_the_domain_of_an_address() -> None:
    assert formatted("Cannot send to anna.ivanova@acme.example: refused")["event"] == (
        "Cannot send to …@acme.example: refused"
    )


def test_logs_of_faults_name_the_route(rf: RequestFactory) -> None:
    request = rf.get("/answer/signed-token/")
    line = formatted("Internal Server Error: /answer/signed-token/", request=request)
    assert "signed-token" not in json.dumps(line)
    assert line["route"] == "unknown"


def test_lines_of_libraries_carry_the_number_of_the_request() -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc-12345"):
        assert formatted("anything")["request_id"] == "abc-12345"
