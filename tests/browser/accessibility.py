"""What axe and a ruler say of a page."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.seat import DESKTOP, PHONE

SERIOUS = {"serious", "critical"}
LOOKS: tuple[tuple[str, tuple[int, int], Literal["dark", "light"]], ...] = (
    ("phone, dark", PHONE, "dark"),
    ("desk, light", DESKTOP, "light"),
)
WHOLE: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
_SCRIPT = Axe().axe_script


def serious_violations(page: Page, *, within: str = "html") -> list[str]:
    """Return one line for each place on the page that keeps people out."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found = page.evaluate("([within, options]) => axe.run(within, options)", [within, WHOLE])
    return [
        f"{violation['id']}: {node['html'][:200]} – {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def barriers(page: Page) -> list[str]:
    """Judge the open page as a phone in the dark and as a desk in the light; it is left wide and light.

    Two looks find what four would: colours hardly depend on the width, structure not on colours.
    """
    found: list[str] = []
    for name, (width, height), scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        wide = overflow(page)
        lines = [*serious_violations(page), *([f"too wide: {wide}"] if wide else [])]
        found += [f"{name}: {line}" for line in lines]
    return found


def overflow(page: Page) -> str:
    """Return which elements make the page wider than the window; "" when it fits."""
    return str(
        page.evaluate(
            """() => {
              const width = innerWidth, root = document.documentElement;
              if (root.scrollWidth <= width) return "";
              const wide = [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > width + 1)
                .map((one) => `${one.tagName}.${one.className}`);
              return `${root.scrollWidth} > ${width}: ${wide.slice(0, 8).join(", ")}`;
            }"""
        )
    )
