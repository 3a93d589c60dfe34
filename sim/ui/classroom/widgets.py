"""The parts of a class that the browser draws by itself; each is a Vue file beside this one.

What they show is given in a closed box: Solara looks for components in every list and dictionary it is handed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipyvuetify
import solara
import traitlets

from sim.ui.parts import Boxed, boxed

if TYPE_CHECKING:
    from collections.abc import Callable


class _Part(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]  # it declares no types
    shown = boxed({})
    acted: Any = traitlets.Callable(None, allow_none=True)

    def vue_act(self, deed: Any) -> None:
        if self.acted is not None and isinstance(deed, dict):
            self.acted(deed)


class _Keep(_Part):
    template_file = (__file__, "Keep.vue")


class _Joining(_Part):
    template_file = (__file__, "Joining.vue")


class _Deciding(_Part):
    template_file = (__file__, "Deciding.vue")


class _Results(_Part):
    template_file = (__file__, "Results.vue")


class _Board(_Part):
    template_file = (__file__, "Board.vue")


class _Invitation(_Part):
    template_file = (__file__, "Invitation.vue")


class _Seats(_Part):
    template_file = (__file__, "Seats.vue")


Deed = dict[str, Any]


@solara.component
def Keep(name: str, value: str, found: Callable[[str], None]) -> None:  # noqa: N802 - a component
    """Keeps a value in the browser: `found` is given what it kept from earlier, or an empty text.

    A value that the link carries as `seat` goes first; it is taken out of the address, where others may read it.
    """

    def acted(deed: Deed) -> None:
        text = deed.get("found")
        found(text if isinstance(text, str) else "")

    _Keep.element(shown=Boxed({"name": name, "value": value}), acted=acted)


@solara.component
def Joining(content: Boxed, acted: Callable[[Deed], None]) -> None:  # noqa: N802
    """A field for a name; `acted` is given {name}."""
    _Joining.element(shown=content, acted=acted)


@solara.component
def Deciding(content: Boxed, acted: Callable[[Deed], None]) -> None:  # noqa: N802
    """Sliders, choices and the budget; `acted` is given {name, at} for one that was moved, or {decide}."""
    _Deciding.element(shown=content, acted=acted)


@solara.component
def Results(content: Boxed) -> None:  # noqa: N802
    """Numbers, stages and words of a quarter, and a table of the quarters before."""
    _Results.element(shown=content)


@solara.component
def Board(content: Boxed) -> None:  # noqa: N802
    """The leaderboard."""
    _Board.element(shown=content)


@solara.component
def Invitation(code: str) -> None:  # noqa: N802
    """Code and link of a class, to be read from the back row."""
    _Invitation.element(shown=Boxed({"code": code}))


@solara.component
def Seats(content: Boxed, acted: Callable[[Deed], None]) -> None:  # noqa: N802
    """Who has joined and decided; `acted` is given {remove} with a name."""
    _Seats.element(shown=content, acted=acted)
