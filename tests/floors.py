"""Print the house: floors from the top, rooms with their files and lines, who imports whom, and circles if any.

Usage: ``python -m tests.floors``, or ``make floors``. The floors are those of the contract in pyproject.toml.
"""

import tomllib
from collections import Counter
from pathlib import Path

import grimp
import networkx as nx

ROOT = Path(__file__).resolve().parent.parent
_LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
FLOORS: list[list[str]] = [floor.split(" | ") for floor in reversed(_LINTER["contracts"][0]["layers"])]
"""Rooms by floor, from the ground."""


def graph() -> grimp.ImportGraph:
    """Every import between files of the program, deferred and type-only ones too."""
    return grimp.build_graph(*_LINTER["root_packages"], cache_dir=None)


def circles(imports: grimp.ImportGraph) -> list[list[str]]:
    """Files that import each other, directly or by way of others."""
    arrows = nx.DiGraph(
        (one, other) for one in imports.modules for other in imports.find_modules_directly_imported_by(one)
    )
    return sorted(sorted(circle) for circle in nx.strongly_connected_components(arrows) if len(circle) > 1)


def room_of(module: str) -> str:
    """The room of a floor that a file is in; empty for what stands beside them."""
    rooms = [room for floor in FLOORS for room in floor]
    return next((room for room in rooms if module == room or module.startswith(f"{room}.")), "")


def lines_of(room: str) -> tuple[int, int]:
    """Files of a room and their lines."""
    files = [*(ROOT / room.replace(".", "/")).rglob("*.py")]
    return len(files), sum(len(file.read_text("utf-8").splitlines()) for file in files)


def picture() -> str:
    """The house in words."""
    imports = graph()
    arrows: Counter[tuple[str, str]] = Counter()
    for one in imports.modules:
        for other in imports.find_modules_directly_imported_by(one):
            arrows[room_of(one), room_of(other)] += 1
    said = []
    for number in range(len(FLOORS), 0, -1):
        for room in FLOORS[number - 1]:
            files, lines = lines_of(room)
            below = ", ".join(
                f"{other} {count}"
                for (one, other), count in sorted(arrows.items())
                if one == room and other not in ("", room)
            )
            said.append(f"{number}  {room:<14} {files:>4} files {lines:>7,} lines   imports {below or 'nothing'}")
    found = circles(imports)
    total = sum(lines_of(room)[1] for floor in FLOORS for room in floor)
    said.append(f"{len(FLOORS)} floors, {total:,} lines, {len(found)} circles{''.join(f'; {one}' for one in found)}")
    return "\n".join(said)


if __name__ == "__main__":
    print(picture())  # noqa: T201 - this is what it is for
