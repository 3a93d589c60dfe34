"""The thin line to Mesa: an agent is a row of a record, its attributes are the row's fields, its methods its rules."""

from collections.abc import Callable
from typing import Any, ClassVar

import mesa  # type: ignore[import-untyped, unused-ignore]

from agents.machinery.record import Field, Record
from agents.machinery.rule import RULES, Rule
from agents.machinery.state import values_of

_OWN = ("model", "unique_id", "pos", "row", "opportunity")


class ModelAgent(mesa.Agent):  # type: ignore[misc, unused-ignore]
    """An agent whose state is one row of the model's state.

    A subclass names its `record`, which is also the name of the state's array; every field becomes an attribute that
    reads and writes the row, and `bind_rules` adds a method for each rule. A class derived from that one may override
    such a method in plain Python and call the rule itself by `super()`.

    The model has `state` (a `State`) and `phase` (with `rules`, the names of the rules to run now).

    Args:
        model: The Mesa model.
        row: Row in the array.
    """

    record: ClassVar[Record]
    rule_methods: ClassVar[dict[str, Callable[..., None]]] = {}

    model: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "record" in cls.__dict__:
            cls.rule_methods = {}
            for one in cls.record:
                _refuse_taken(cls, one.name)
                setattr(cls, one.name, _field_property(cls.record, one))

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.opportunity = -1

    def step(self) -> None:
        """Run the rules of the model's current phase on this agent's row, one after another.

        Rules about an opportunity run on the one that the model has set as `opportunity`.
        """
        for name in self.model.phase.rules:
            getattr(self, name)()


def bind_rules(cls: type[ModelAgent], kind: str, registry: dict[str, Rule] = RULES) -> None:
    """Give a class of agents a method for each rule registered so far for that kind; may be called again for more.

    Rules that concern all agents of a territory at once are no agent's, and stay with the model.

    Raises:
        TypeError: A rule has the name of an attribute.
    """
    for one in registry.values():
        if one.agent == kind and one.each != "territory" and one.name not in cls.rule_methods:
            _refuse_taken(cls, one.name)
            cls.rule_methods[one.name] = method = _rule_method(one)
            setattr(cls, one.name, method)


def overridden_rules(cls: type[ModelAgent]) -> list[str]:
    """Names of the rules that a derived class has replaced by Python of its own."""
    return [name for name, method in cls.rule_methods.items() if getattr(cls, name) is not method]


def _refuse_taken(cls: type[ModelAgent], name: str) -> None:
    if name in _OWN or hasattr(cls, name):
        raise TypeError(f"{cls.__name__} already has an attribute named {name}")


def _field_property(record: Record, field: Field) -> property:
    def read(self: ModelAgent) -> float:
        number: float = values_of(self.model.state, record, field.name).item(self.row)
        return number

    def write(self: ModelAgent, value: float) -> None:
        values_of(self.model.state, record, field.name)[self.row] = value

    return property(read, write, doc=f"{field.doc} [{field.unit}]")


def _rule_method(one: Rule) -> Callable[[ModelAgent], None]:
    def method(self: ModelAgent) -> None:
        one.entry(self.model.state, self.opportunity if one.each else self.row)

    method.__name__ = method.__qualname__ = one.name
    method.__doc__ = one.doc
    return method
