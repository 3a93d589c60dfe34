"""The parts of a class that the browser draws by itself; each is a Vue file beside this one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.ui.opening import sentence
from sim.ui.parts import boxed_vue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import solara

Action = dict[str, Any]


def _nothing(action: object) -> None:
    """Hear an action of a part that has none."""


def _part(file: str) -> Callable[..., None]:
    """Make a part of its Vue file: it shows some content, and `act` is given what the visitor does there."""

    @boxed_vue(file, "shown")
    def drawn(*, shown: Action, event_act: Callable[[Any], None]) -> None: ...

    def part(shown: Action, act: Callable[[Action], None] = _nothing) -> None:
        def heard(action: Any) -> None:
            if isinstance(action, dict):  # anything else is made up
                act(action)

        # What hears nothing is the same as long as it shows the same, and is not drawn anew.
        drawn(shown=shown, event_act=heard if act is not _nothing else _nothing)

    return part


Keep = _part("Keep.vue")
"""Keeps a value in the browser; an action is {found}: what it kept from earlier.

A value that the link carries as `seat` goes first; it is taken out of the address, where others may read it.
"""
Code = _part("Code.vue")  # a field for the code of a class; an action is {code}
Joining = _part("Joining.vue")  # a field for a name; an action is {name}
Deciding = _part("Deciding.vue")  # sliders, choices, budget; an action is {name, at} of one that was moved, or {decide}
Results = _part("Results.vue")  # numbers, stages and words of a quarter, and a table of the quarters before
Clock = _part("Clock.vue")  # time left, which the browser counts, and how many have decided
Roster = _part("Roster.vue")  # a team; an action is {take} with the place of a proposal, or {leave}
Compared = _part("Compared.vue")  # a seat by quarter beside the organization left alone and the median of the class
Board = _part("Board.vue")  # the leaderboard
Histogram = _part("Histogram.vue")  # a question, what was predicted by how many, and what came true
Podium = _part("Podium.vue")  # the first three places
Invitation = _part("Invitation.vue")  # code, link and QR code of a class, to be read from the back row
Seats = _part("Seats.vue")  # who has joined and decided; an action is {remove} with a name


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

    def act(action: Action) -> None:
        text = action.get("found")
        restore(text if isinstance(text, str) else "")

    Keep({"name": name, "value": value}, act)
