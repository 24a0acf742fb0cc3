"""Take the pictures of docs/pictures from a desk with demo data.

Usage: python -m deploy.screenshots

Everything happens in a temporary folder and on a free port; a desk that runs is not touched.
Needs Chromium and the packages of tests (`make screenshots` installs both).
"""

import io
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.prepare import ROOT, prepare
from deploy.programs import web
from deploy.run import wait_for_site
from deploy.supervisor import Supervisor

PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
CALM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
DESKTOP, PHONE = (1440, 900), (390, 844)
MOST_BYTES = 240 * 1024

CLIENT, AGENT = "helen.marsh@brightwater.example", "marta.ruiz@quayside.example"
RUSSIAN_AGENT, SPANISH_CLIENT = "ilya.petrov@quayside.example", "jordi.miro@talleresmiro.example"
MANAGER, ADMINISTRATOR = "grace.holm@quayside.example", "admin@quayside.example"


@dataclass(frozen=True)
class Shot:
    """One picture: whose eyes, which address; `click` names links, the first found is followed.

    `then` is a link on the page after that.
    """

    name: str
    person: str
    path: str
    click: tuple[str, ...] = ()
    then: str = ""
    size: tuple[int, int] = DESKTOP
    scheme: str = "light"


# The first of these that is there: a ticket of a client who writes English, else any.
_LIVED = ":not(:has-text('internet'))"  # the outage of this morning has no story yet
TICKET = (
    f"[data-row]:has-text('Brightwater'){_LIVED} a",
    f"[data-row]:has-text('Halden'){_LIVED} a",
    "[data-row] a",
)
QUEUE, MINE = "/desk/?folder=all", "/desk/?folder=my"
SHOTS = [
    Shot("sign-in", "", "/sign-in/"),
    Shot("portal-home", CLIENT, "/portal/"),
    Shot("portal-new-request", CLIENT, "/portal/new/", click=(".tile",)),
    Shot("portal-request", CLIENT, "/portal/requests/", click=("#requests a[href*='/requests/']",)),
    Shot("queue", AGENT, QUEUE),
    Shot("ticket", AGENT, MINE, click=TICKET),
    Shot("portal-contract", CLIENT, "/portal/contracts/", click=("main a:has-text('Gold')",)),
    Shot("matrix", ADMINISTRATOR, "/setup/sla/policies/", click=("tbody a[href$='/']",)),
    Shot("calendar", ADMINISTRATOR, "/setup/sla/calendars/", click=("tbody a[href$='/']",)),
    Shot("request-tasks", AGENT, "/desk/?folder=closed&q=aptop", click=("[data-row] a",)),
    Shot("insight", ADMINISTRATOR, "/desk/insight/?process=service_request&period=all"),
    Shot("client", MANAGER, "/clients/", click=("tbody a[href^='/clients/']",)),
    Shot(
        "coverage",
        MANAGER,
        "/clients/",
        click=("tbody a:has-text('Brightwater')",),
        then="a[href$='/coverage/']",
    ),
    Shot("catalog", ADMINISTRATOR, "/setup/catalog/"),
    Shot(
        "form",
        ADMINISTRATOR,
        "/setup/catalog/",
        click=("text=Visit of a technician",),
        then="main a[href$='/form/']",
    ),
    Shot("report", MANAGER, "/reports/?report=tickets&preset=last_month"),
    Shot("schedules", ADMINISTRATOR, "/reports/schedules/"),
    Shot("ticket-dark", AGENT, MINE, click=TICKET, scheme="dark"),
    Shot("queue-ru", RUSSIAN_AGENT, QUEUE),
    Shot("ticket-phone", AGENT, MINE, click=TICKET, size=PHONE),
    Shot("portal-home-phone", CLIENT, "/portal/", size=PHONE),
    Shot("portal-home-es", SPANISH_CLIENT, "/portal/"),
]


def environment(folder: Path, port: int) -> dict[str, str]:
    (folder / "static").mkdir()
    return {
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "True",
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'pictures.sqlite3'}",
        "BROKER_URL": "filesystem://",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "EMAIL_HOST": "",
        "LOG_LEVEL": "WARNING",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def desk() -> Iterator[str]:
    """A filled desk of our own; yields its address."""
    with tempfile.TemporaryDirectory(prefix="servicedesk-pictures-") as name:
        port = free_port()
        os.environ |= environment(Path(name), port)
        prepare()
        supervisor = Supervisor(cwd=ROOT)
        supervisor.start(web("127.0.0.1", port))
        try:
            if not wait_for_site(supervisor, "127.0.0.1", port):
                sys.exit("The site did not start.")
            yield os.environ["BASE_URL"]
        finally:
            supervisor.stop()


def take(browser: Browser, site: str, shot: Shot) -> bytes:
    """Return one picture as the bytes of a PNG file."""
    context = browser.new_context(
        viewport={"width": shot.size[0], "height": shot.size[1]},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    if shot.person:
        _sign_in(page, site, shot)
    page.goto(site + shot.path)
    if link := next((found for found in map(page.locator, shot.click) if found.count()), None):
        link.first.click()
        page.wait_for_load_state("networkidle")
    if shot.then:
        page.locator(shot.then).first.click()
        page.wait_for_load_state("networkidle")
    picture = page.screenshot()
    context.close()
    return picture


def _sign_in(page: Page, site: str, shot: Shot) -> None:
    from servicedesk.demo.world import PASSWORD  # only once Django is set up

    page.goto(f"{site}/sign-in/")
    page.locator("[name=username]").fill(shot.person)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form[data-once] button.primary").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def reduced(picture: bytes) -> bytes:
    """The same picture in fewer bytes; fewer colours only where it must be."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    content = _png(image)
    if len(content) > MOST_BYTES:
        content = _png(image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE))
    return content


def _png(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with desk() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CALM)
        for shot in SHOTS:
            content = reduced(take(browser, site, shot))
            target = PICTURES / f"{shot.name}.png"
            target.write_bytes(content)
            print(f"{target.relative_to(ROOT)}  {len(content) // 1024} KB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
