"""What axe and a ruler say of a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
WHOLE: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
# Another colour scheme changes colours and nothing else.
COLOURS: dict[str, Any] = WHOLE | {"runOnly": ["color-contrast"]}
_SCRIPT = Axe().axe_script


def serious_violations(page: Page, *, colours_only: bool = False, within: str = "html") -> list[str]:
    """Return one line for each place on the page that keeps people out."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    options = COLOURS if colours_only else WHOLE
    found = page.evaluate("([within, options]) => axe.run(within, options)", [within, options])
    return [
        f"{violation['id']}: {node['html'][:200]} – {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


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
