"""Sales Flywheel: an agent-based simulator of sales organizations."""

from importlib import import_module
from typing import Any

_HOMES = {
    "Scenario": "sim.scenario",
    "World": "sim.engine",
    "Run": "sim.run",
    "simulate": "sim.run",
    "SalesOrg": "sim.model",
    "compare": "sim.experiments.compare",
    "InputError": "sim.errors",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, and nothing else: Mesa and pandas take longer to load than most runs take."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what can be asked for."""
    return sorted([*globals(), *_HOMES])
