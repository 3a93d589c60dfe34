"""Work that goes on while a visitor looks at another view, and what goes into and comes out of it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import solara
from solara.server.kernel_context import get_current_context, has_current_context

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.studies.factors import value_text
from sim.studies.worlds import worlds
from sim.ui.choice import shipped
from sim.ui.jobs import Job, JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.scenario import Scenario
    from sim.ui.choice import Choice

OPEN = ""
"""Stands for the scenario that is open, with what was changed in it."""

MOST_WORLDS = 40  # each takes runs of its own, and other visitors wait


def workers() -> int:
    """Threads of a study; one core is left to those who play."""
    return max(1, usable_cores() - 1)


def lasting_job() -> Job[Any]:
    """A job that goes on in whichever view, and ends when its visitor leaves; to be made once for each visitor."""
    job: Job[Any] = Job(solara.reactive(JobStatus()))
    if has_current_context():
        get_current_context().on_close(job.stop)
    return job


def setters(form: solara.Reactive[Any]) -> Callable[[str], Callable[[Any], None]]:
    """What sets a field of a form by its name."""
    return lambda name: lambda value: form.set(replace(form.peek(), **{name: value}))


@dataclass(frozen=True)
class Subject:
    """An organization that is asked about, and what names it on the command line."""

    scenario: Scenario
    words: tuple[str, ...]


def subject_of(choice: Choice, name: str = OPEN) -> Subject:
    """Give the scenario that is open with what was changed in it (`OPEN`), or a shipped one by its name.

    What a browser sends is never taken for a file; InputError if there is no such scenario, or it cannot be used.
    """
    if name == OPEN:
        scenario = choice.load()
        settings = (word for key, value in choice.overrides for word in ("--set", f"{key}={value_text(value)}"))
        return Subject(scenario, (f"{scenario.name}.toml" if choice.text else choice.scenario, *settings))
    return Subject(shipped(name), (name,))


def command_of(command: str, subject: Subject, *words: str, **options: object) -> str:
    """The command that gives the same answer; options that are empty or off are left out."""
    given = [word for name, value in options.items() if value for word in _option(name, value)]
    return shlex.join(["flywheel", command, *subject.words, *words, *given])


def _option(name: str, value: object) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    return [flag] if value is True else [flag, str(value).strip()]


def read_whole(text: str, what: str, low: int, high: int) -> int:
    """Read a whole number that was typed; InputError if it is none, or out of range."""
    typed = text.strip()
    if not typed.isdecimal() or not low <= int(typed[:9]) <= high or len(typed) > 9:
        raise InputError(f'{what} = "{text[:20]}" is not allowed; it must be a whole number from {low} to {high:,}')
    return int(typed)


def read_worlds(text: str) -> int:
    """Read a number of plausible worlds, none if nothing was typed; InputError if there are not so many."""
    return len(worlds(read_whole(text, "plausible worlds", 2, MOST_WORLDS))) if text.strip() else 0


def read_weeks(text: str) -> int | None:
    """Read a number of weeks that was typed, InputError if it is not allowed; nothing stands for the scenario's own."""
    bounds = parameter("organization.weeks")
    return read_whole(text, "weeks", int(bounds.low or 1), int(bounds.high or 1)) if text.strip() else None
