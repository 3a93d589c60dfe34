"""Settings as people type them: `structure.n_reps=60`, and cases such as `overlays: key=value, key=value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario.parameters.base import Value


DEMO_CASES = (
    "overlays: structure.product_specialists=9",
    "training: training.hours_per_quarter=18, enablement.coaching_hours_per_month=5",
)
"""What `flywheel demo` compares with doing nothing."""


def read_settings(texts: Iterable[str], origin: str = "--set") -> dict[str, Value]:
    """Read settings `key=value`, each by its parameter's type; `origin` is where they were typed, for messages.

    InputError tells all that is wrong: no `=`, an unknown name, a value of the wrong type, or a name given twice.
    """
    settings: dict[str, Value] = {}
    problems: list[str] = []
    for text in texts:
        try:
            key, value = _read_setting(text, origin)
            if key in settings:
                problems.append(f"{origin} {text}: {key} is given twice; keep one")
            settings[key] = value
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems))
    return settings


def _read_setting(text: str, origin: str) -> tuple[str, Value]:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key:
        raise InputError(f"{origin} {text}: a setting is written key=value, such as structure.n_reps=60")
    return key, parameter(key, origin).parse(value, origin)


def read_case(text: str) -> tuple[str, dict[str, Value]]:
    """Read a case, `name: key=value, key=value`; nothing after the colon is no change; InputError for anything else."""
    name, colon, rest = (part.strip() for part in text.partition(":"))
    if not colon or not name or "=" in name:
        raise InputError(f'--case "{text}": a case is written "name: key=value, key=value"')
    return name, read_settings([part for part in rest.split(",") if part.strip()], origin=f'--case "{name}"')
