"""Classes of agents made when first asked for: batches run rules only, and Mesa takes longer to load than they run."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from agents.record import Record


def mesa_class(module: str, name: str, doc: str, kind: str, record: Record) -> Callable[[str], Any]:
    """Return what a module needs as `__getattr__` to have a Mesa class of agents.

    Args:
        module: Where the class is.
        name: What it is called.
        doc: Its docstring.
        kind: Kind of agent, as its rules are registered.
        record: Its record; the state's array has the record's name.
    """

    def make(asked: str) -> Any:
        if asked != name:
            raise AttributeError(f"module {module!r} has no attribute {asked!r}")
        agent = import_module("agents.agent")
        import_module("agents.schedule")  # registers every rule
        members = {"__doc__": doc, "__module__": module, "record": record, "array": record.name}
        made = type(name, (agent.ModelAgent,), members)
        agent.bind_rules(made, kind)
        setattr(sys.modules[module], name, made)
        return made

    return make
