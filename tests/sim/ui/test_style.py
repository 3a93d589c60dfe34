"""Style sheets of the views: they are joined, so that no room may style what is another room's."""

import re
from collections import defaultdict
from pathlib import Path

from sim.ui.page import style

ROOMS = sorted(Path(__file__).resolve().parents[3].glob("sim/ui/*/*.css"))
SHARED = {"forms"}  # parts of several views


def first_classes(text: str) -> set[str]:
    """Classes that selectors begin with; `.a:has(.b)` lays out around a part of the room's own."""
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    selectors = [
        part
        for group in re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", rules)
        for part in group.split(",")
        if ":has(" not in part
    ]
    return {names[0] for part in selectors if (names := re.findall(r"\.(fw-[\w-]+)", part))}


def test_no_room_styles_a_class_of_another_room():
    page = first_classes((ROOMS[0].parents[1] / "page.css").read_text())
    owners = defaultdict(set)
    for path in ROOMS:
        for name in first_classes(path.read_text()) - page:
            owners[name].add(path.parent.name)
    assert owners
    assert not {name: rooms for name, rooms in owners.items() if len(rooms - SHARED) > 1}


def test_every_room_is_in_the_style():
    assert all(path.read_text() in style() for path in ROOMS)
