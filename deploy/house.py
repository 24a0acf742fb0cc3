"""Draw the house: docs/architecture.md, from the imports and the first sentence of every room.

Usage: python -m deploy.house, or `make house`. `tests/deploy/test_house.py` says when the page is stale.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
# What Django itself asks for by name; it says nothing of the product.
OF_DJANGO = {"apps", "migrations", "management", "templatetags", "locale"}
OPENING = """\
# The house on one page

Written by `make house` from the imports; do not edit. What a room is for is the first sentence of its code.
See also [the way of a ticket](way-of-a-ticket.md) through it, and [the words](glossary.md).

## Who may import whom

Each line may import from any line below it; neighbours on a line are strangers. `lint-imports` holds it, and
that no rooms of one package form a circle.

```
{layers}
```
"""


@dataclass(frozen=True)
class Room:
    """A direct child of a package: a folder or a module."""

    name: str
    says: str
    imports: tuple[str, ...]


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(rule["layers"] for rule in rules["contracts"] if rule["type"] == "layers")
    graph = grimp.build_graph(*rules["root_packages"], cache_dir=None)
    parts = [OPENING.format(layers="\n".join(layers))]
    for package in _packages(rules["root_packages"]):
        rooms = [room(graph, package, child) for child in _children(package)]
        parts.append("\n".join(_section(package, rooms)))
    return "\n".join(parts) + "\n"


def room(graph: grimp.ImportGraph, package: str, child: Path) -> Room:
    name = f"{package}.{child.stem}"
    inside = {name} | graph.find_descendants(name)
    found = {target for module in inside for target in graph.find_modules_directly_imported_by(module)}
    neighbours = {_room_of(target, package) for target in found - inside} - {None, name}
    return Room(
        name=child.stem,
        says=_first_sentence(child / "__init__.py" if child.is_dir() else child),
        imports=tuple(sorted(str(neighbour).rpartition(".")[2] for neighbour in neighbours)),
    )


def _packages(roots: list[str]) -> Iterator[str]:
    """Yield each root package, and in place of `servicedesk` itself the apps in it."""
    for root in roots:
        apps = [path.parent for path in sorted((ROOT / root).glob("*/apps.py"))]
        yield root
        yield from (f"{root}.{app.name}" for app in apps)


def _children(package: str) -> list[Path]:
    folder = ROOT.joinpath(*package.split("."))
    found = [path for path in folder.iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"]
    return sorted(path for path in found if path.stem not in OF_DJANGO and path.stem != "__init__")


def _room_of(module: str, package: str) -> str | None:
    below = module.removeprefix(f"{package}.")
    return f"{package}.{below.split('.')[0]}" if below != module else None


def _first_sentence(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())


def _section(package: str, rooms: list[Room]) -> Iterator[str]:
    arrows = sum(len(each.imports) for each in rooms)
    yield f"## `{package}`: {len(rooms)} rooms, {arrows} arrows\n"
    yield "| room | what it is for | imports |"
    yield "|---|---|---|"
    for each in rooms:
        says = each.says.replace("|", "\\|")
        yield f"| {each.name} | {says} | {', '.join(each.imports)} |"
    yield ""


if __name__ == "__main__":
    main()
