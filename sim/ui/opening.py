"""Opening what was chosen: its session is prepared step by step, or it is said why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError
from sim.ui.jobs import LEAST_BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.world import World
    from sim.ui.choice import Choice
    from sim.ui.links import Link
    from sim.ui.run.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """A choice that was prepared: its session, or why there is none.

    Attributes:
        choice: What was chosen.
        session: The run, at the week that was chosen; None if it cannot be run.
        problem: Why there is none, one sentence.
        warning: What to know of a link, one sentence; empty if nothing.
    """

    choice: Choice
    session: Session | None = None
    problem: str = ""
    warning: str = ""


class Left(Exception):  # noqa: N818 - no error: the visitor has chosen something else
    """Raised while a choice is prepared that nobody waits for any more."""


def open_session(
    choice: Choice, say: Callable[[str], None], link: Link | None = None, left: Callable[[], bool] = lambda: False
) -> Opened:
    """Prepare what was chosen.

    Args:
        choice: What was chosen.
        say: Told each step.
        link: The link it is from, if it is from one.
        left: Whether nobody waits for it any more.
    """

    def compiling(name: str, done: int, total: int) -> None:
        rule = f" Now {done} of {total}: {name.replace('_', ' ')}." if total else ""
        say(f"Compiling the rules for this machine, which is needed once and takes about a minute.{rule}")

    told = time.monotonic()

    def played(world: World) -> None:
        nonlocal told
        if left():
            raise Left
        if time.monotonic() - told > LEAST_BETWEEN:
            told = time.monotonic()
            say(f"Playing again what was played: week {world.week} of {choice.weeks}.")

    say("Reading the scenario and running the weeks before the start.")
    try:
        session = choice.open(compiling, played)
        return Opened(choice, session, warning=link.difference() if link else "")
    except InputError as error:
        return Opened(choice, problem=f"{sentence(str(error))} {link.reason() if link else ''}".strip())
    except Left:
        return Opened(choice)


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
