"""Rules of one's own: whose they are, and their digest, so that runs of other rules have other names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from sim.scenario.errors import InputError

_SHIPPED = ("agents", "sim", "mesa", "builtins")


@dataclass(frozen=True, slots=True)
class OwnRules:
    """A model with rules of one's own.

    Attributes:
        name: Of its class.
        digest: Of its code.
        model: The class; None where only its name is known, as in a file, which holds no code.
    """

    name: str
    digest: str
    model: type | None = None

    @classmethod
    def of(cls, model: Any) -> OwnRules:
        """Take a class derived from `sim.SalesOrg`; InputError if it is none."""
        if not (isinstance(model, type) and hasattr(model, "laid_out")):
            raise InputError(f"{model!r} is no model: derive a class from sim.SalesOrg")
        return cls(model.__name__, code_digest(model), model)

    @property
    def at_hand(self) -> Any:
        """Give the class; InputError if only its name is known."""
        if self.model is None:
            raise InputError(f"the rules of {self.name} are not at hand: go on from the program that has the class")
        return self.model


def code_digest(model: type) -> str:
    """Hash a model's class, its classes of agents and what they derive from, as far as none of it is shipped.

    What they call outside themselves does not count. [24 hexadecimal digits].
    """
    classes = [model, *(getattr(model, name) for name in dir(model) if name.endswith("_class"))]
    own = [one for given in classes if isinstance(given, type) for one in given.__mro__ if not _is_shipped(one)]
    text = "\n".join(_text_of(one) for one in dict.fromkeys(own))
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def _is_shipped(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in _SHIPPED


def _text_of(kind: type) -> str:
    members = {name: value for name, value in vars(kind).items() if not name.startswith("__") or name == "__init__"}
    return f"{kind.__qualname__}: " + "; ".join(f"{name}={_member(value)}" for name, value in sorted(members.items()))


def _member(value: Any) -> str:
    value = getattr(value, "__func__", value)
    value = value.fget if isinstance(value, property) else value
    if isinstance(value, FunctionType):
        return _code(value.__code__) + repr((value.__defaults__, value.__kwdefaults__))
    return value.__qualname__ if isinstance(value, type) else repr(value)


def _code(code: CodeType) -> str:
    """What a function does, without where it is written."""
    constants = [_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return repr((code.co_code.hex(), constants, code.co_names, code.co_varnames))
