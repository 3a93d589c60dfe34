"""What tests of a class's pages look for and press."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import ipyvuetify

from tests.sim.ui.views import drawn_by


def wait(true: Callable[[], object]) -> None:
    """Wait until something is true; a page that is being drawn in another thread may lack parts for a moment."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(ValueError):
            if true():
                return
        time.sleep(0.02)
    assert true()


def part_of(context: Any, name: str) -> Any:
    (part,) = drawn_by(context, f"{name}.vue")
    return part


def press(context, label: str) -> None:
    wait(lambda: label in labels(context))
    (button,) = [button for button in context.find(ipyvuetify.Btn).widgets if label in button.children]
    button.click()


def labels(context) -> list[str]:
    return [
        str(child)
        for button in context.find(ipyvuetify.Btn).widgets
        for child in button.children
        if not button.disabled
    ]


def texts(context: Any) -> str:
    return " ".join(str(child) for part in context.find(ipyvuetify.Html).widgets for child in part.children)
