"""Opening what was chosen: its session is prepared step by step, or it is said why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError
from sim.ui.jobs import LEAST_BETWEEN
from sim.ui.run.branches import Branches

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.world import World
    from sim.ui.choice import Choice
    from sim.ui.links import Link
    from sim.ui.run.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """A choice that was prepared: its worlds in its week, or the problem why there is none; a warning of its link.

    Problem and warning are one sentence each, empty if there is none.
    """

    choice: Choice
    branches: Branches | None = None
    problem: str = ""
    warning: str = ""

    @property
    def session(self) -> Session | None:
        """The run that was chosen, the first of its worlds."""
        return self.branches.all[0].session if self.branches else None


class Left(Exception):  # noqa: N818 - no error: the visitor has chosen something else
    """Raised while a choice is prepared that nobody waits for any more."""


def open_session(
    choice: Choice, say: Callable[[str], None], link: Link | None = None, left: Callable[[], bool] = lambda: False
) -> Opened:
    """Prepare what was chosen, telling each step, until nobody waits for it any more; `link` is what it is from."""

    def compiling(name: str, done: int, total: int) -> None:
        rule = f" Now {done} of {total}: {name.replace('_', ' ')}." if total else ""
        say(f"Compiling the rules for this machine, which is needed once and takes about a minute.{rule}")

    last_said = time.monotonic()

    def played(world: World) -> None:
        nonlocal last_said
        if left():
            raise Left
        if time.monotonic() - last_said > LEAST_BETWEEN:
            last_said = time.monotonic()
            say(f"Playing again what was played: week {world.week} of {choice.weeks}.")

    say("Reading the scenario and running the weeks before the start.")
    try:
        branches = Branches(choice.open(compiling, played))
        if choice.forks:
            say("Playing again what was played in the other worlds.")
            branches.make_again(choice.forks, choice.shown)
        return Opened(choice, branches, warning=link.difference() if link else "")
    except InputError as error:
        return Opened(choice, problem=f"{sentence(str(error))} {link.reason() if link else ''}".strip())
    except Left:
        return Opened(choice)


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
