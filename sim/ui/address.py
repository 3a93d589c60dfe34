"""The address of the page: `?view=why&scenario=evil&seed=7`, or `?run=` with a link's text.

A run that is too long for an address stands in it as `?kept=` with its name on this server. Parts of other rooms, such
as `class`, are kept as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from sim.scenario.checks import show
from sim.scenario.errors import InputError, nearest
from sim.scenario.seeds import longest
from sim.ui.choice import FIRST, Choice, read_seed, shipped
from sim.ui.kept import kept_runs
from sim.ui.lessons.spot import LONGEST_NAME, Spot
from sim.ui.links import LONGEST, Link, decode, encode
from sim.ui.views import FIRST as FIRST_VIEW
from sim.ui.views import LESSONS, VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_WRITTEN = 1_500
"""Characters of an address the page writes; a longer run is kept on the server."""

OWN = ("run", "kept", "scenario", "seed", "view", "lesson", "chapter", "week", "predicted", "revealed")
_MOST_FIELDS = 20
_MOST_CHAPTERS = 100
_LONGEST = LONGEST + 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, or the problem why it cannot be opened, in a sentence.

    `rest` is what belongs to other rooms, as pairs of name and value; `kept` is the name the run has on this server.
    """

    choice: Choice = field(default_factory=Choice)
    view: str = FIRST_VIEW
    rest: tuple[tuple[str, str], ...] = ()
    link: Link | None = None
    problem: str = ""
    spot: Spot = field(default_factory=Spot)
    kept: str = ""


def read_address(search: str | None) -> Asked:
    """Read what stands after the question mark; anybody may have written it."""
    rest: tuple[tuple[str, str], ...] = ()
    try:
        pairs = _pairs(search or "")
        rest = tuple((name, value) for name, value in pairs if name not in OWN)
        given = {name: value for name, value in pairs if name in OWN}
        view = _view(given.get("view", LESSONS if "lesson" in given else FIRST_VIEW))
        spot = _spot(given)
        choice, link = _choice(given)
    except InputError as error:
        return Asked(rest=rest, problem=str(error))
    return Asked(choice, view, rest, link, spot=spot, kept=given.get("kept", ""))


def write_address(
    choice: Choice, view: str, rest: tuple[tuple[str, str], ...] = (), spot: Spot | None = None,
    keep: Callable[[Choice], str] | None = None,
) -> str:  # fmt: skip
    """Write an address from its question mark on, empty for the page as it opens; InputError if it is too large.

    `keep` keeps a run that would make it longer than `LONGEST_WRITTEN` elsewhere, and names it.
    """
    pairs = list(rest)
    if choice == Choice(scenario=choice.scenario, seed=choice.seed):
        pairs += [("scenario", choice.scenario)] if choice.scenario != FIRST else []
        pairs += [("seed", str(choice.seed))] if choice.seed else []
    else:
        pairs.append(_run(choice, keep))
    if view != FIRST_VIEW:
        pairs.append(("view", view))
    if view == LESSONS and spot and spot.lesson:
        pairs += _parts(spot)
    return f"?{urlencode(pairs, safe='/:,')}" if pairs else ""


def _run(choice: Choice, keep: Callable[[Choice], str] | None) -> tuple[str, str]:
    """The part of an address that holds a run."""
    if keep is None:
        return "run", encode(choice)
    try:
        text = encode(choice)
    except InputError:
        return "kept", keep(choice)
    return ("run", text) if len(text) <= LONGEST_WRITTEN else ("kept", keep(choice))


def _parts(spot: Spot) -> list[tuple[str, str]]:
    """The parts of an address that say where in a lesson it is."""
    pairs = [("lesson", spot.lesson)]
    pairs += [("chapter", str(spot.chapter + 1))] if spot.chapter else []
    pairs += [("week", str(spot.week))] if spot.week else []
    predicted = ",".join(f"{chapter + 1}:{value:.10g}" for chapter, value in spot.predicted)
    pairs += [("predicted", predicted)] if predicted else []
    return [*pairs, ("revealed", "yes")] if spot.revealed else pairs


def _pairs(search: str) -> list[tuple[str, str]]:
    if len(search) > _LONGEST:
        raise InputError(f"the address has {len(search):,} characters; it may have {_LONGEST:,}")
    try:
        return parse_qsl(search, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise InputError(f"the address has more than {_MOST_FIELDS} parts") from error


def _view(name: str) -> str:
    names = [view.name for view in VIEWS]
    if name not in names:
        raise InputError(f"there is no view {show(name)}{nearest(name, names)}")
    return name


def _spot(given: Mapping[str, str]) -> Spot:
    """Where in a lesson the address leads; which lessons and chapters there are, is the lessons' to say."""
    name = given.get("lesson", "")
    if len(name) > LONGEST_NAME:
        raise InputError(f"the name of the lesson has {len(name):,} characters; it may have {LONGEST_NAME}")
    chapter = _whole("chapter", given.get("chapter", "1"), 1, _MOST_CHAPTERS) - 1
    week = _whole("week", given.get("week", "0"), 0, longest())
    pairs = [_predicted(part) for part in given.get("predicted", "").split(",") if part]
    return Spot(name, chapter, week, tuple(pairs), given.get("revealed") == "yes") if name else Spot()


def _predicted(part: str) -> tuple[int, float]:
    chapter, _, text = part.partition(":")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"predicted = {show(part)} is not allowed; it must be a chapter, a colon and a number")
    return _whole("predicted", chapter, 1, _MOST_CHAPTERS) - 1, number


def _whole(name: str, text: str, low: int, high: int) -> int:
    """Read a whole number that stands in an address."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(high)) and low <= int(text) <= high):
        raise InputError(f"{name} = {show(text)} is not allowed; it must be a whole number from {low} to {high:,}")
    return int(text)


def _choice(given: Mapping[str, str]) -> tuple[Choice, Link | None]:
    run = [name for name in ("run", "kept") if name in given]
    if run:
        if len(run) > 1 or "scenario" in given or "seed" in given:
            raise InputError("the address has a run, which names its scenario and seed, and another scenario or seed")
        kept = run == ["kept"]
        link = decode(kept_runs().read(given["kept"]) if kept else given["run"], kept=kept)
        return link.choice, link
    name = given.get("scenario", FIRST)
    shipped(name)
    return Choice(scenario=name, seed=read_seed(given.get("seed", "0"))), None
