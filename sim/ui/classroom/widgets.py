"""The parts of a class that the browser draws by itself; each is a Vue file beside this one.

What they show is given in a closed box: Solara looks for components in every list and dictionary it is handed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipyvuetify
import traitlets

from sim.scenario.errors import InputError
from sim.ui.opening import sentence
from sim.ui.parts import Boxed, boxed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import solara

Action = dict[str, Any]


class ClassPart(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]  # it declares no types
    """A part that the browser draws from the Vue file of its class's name."""

    shown = boxed({})
    acted: Any = traitlets.Callable(None, allow_none=True)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.template_file = (__file__, f"{cls.__name__}.vue")

    @classmethod
    def draw(cls, content: Action, acted: Callable[[Action], None] | None = None) -> None:
        """Draw it with some content; `acted` is given what the visitor does there."""
        cls.element(shown=Boxed(content), acted=acted)

    def vue_act(self, action: Any) -> None:
        """Hear of what the visitor does; anything but a dictionary is made up."""
        if self.acted is not None and isinstance(action, dict):
            self.acted(action)


class Keep(ClassPart):
    """Keeps a value in the browser; an action is {found}: what it kept from earlier.

    A value that the link carries as `seat` goes first; it is taken out of the address, where others may read it.
    """


class Joining(ClassPart):
    """A field for a name; an action is {name}."""


class Deciding(ClassPart):
    """Sliders, choices and the budget; an action is {name, at} for one that was moved, or {decide}."""


class Results(ClassPart):
    """Numbers, stages and words of a quarter, and a table of the quarters before."""


class Board(ClassPart):
    """The leaderboard."""


class Invitation(ClassPart):
    """Code and link of a class, to be read from the back row."""


class Seats(ClassPart):
    """Who has joined and decided; an action is {remove} with a name."""


@contextmanager
def refusals_in(problem: solara.Reactive[str]) -> Iterator[None]:
    """Put what is refused within into words; nothing is a problem where nothing is."""
    try:
        yield
        problem.set("")
    except InputError as error:
        problem.set(sentence(str(error)))


def keep_value(name: str, value: str, restore: Callable[[str], None]) -> None:
    """Keep a value in the browser; `restore` is given what it kept from earlier, or an empty text."""

    def acted(action: Action) -> None:
        text = action.get("found")
        restore(text if isinstance(text, str) else "")

    Keep.draw({"name": name, "value": value}, acted)
