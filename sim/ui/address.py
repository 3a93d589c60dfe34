"""The address of the page: `?view=why&scenario=evil&seed=7`, or `?run=` with a link's text.

Parts of other rooms, such as `class`, are kept as they are.
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from sim.scenario.checks import show
from sim.scenario.errors import InputError, nearest
from sim.ui.choice import FIRST, Choice, read_seed, shipped
from sim.ui.links import LONGEST, Link, decode, encode
from sim.ui.views import FIRST as FIRST_VIEW
from sim.ui.views import VIEWS

OWN = ("run", "scenario", "seed", "view")
_MOST_FIELDS = 20
_LONGEST = LONGEST + 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, or the problem why it cannot be opened, in a sentence.

    `rest` is what belongs to other rooms, as pairs of name and value.
    """

    choice: Choice = field(default_factory=Choice)
    view: str = FIRST_VIEW
    rest: tuple[tuple[str, str], ...] = ()
    link: Link | None = None
    problem: str = ""


def read_address(search: str | None) -> Asked:
    """Read what stands after the question mark; anybody may have written it."""
    rest: tuple[tuple[str, str], ...] = ()
    try:
        pairs = _pairs(search or "")
        rest = tuple((name, value) for name, value in pairs if name not in OWN)
        given = {name: value for name, value in pairs if name in OWN}
        view = _view(given.get("view", FIRST_VIEW))
        choice, link = _choice(given)
    except InputError as error:
        return Asked(rest=rest, problem=str(error))
    return Asked(choice, view, rest, link)


def write_address(choice: Choice, view: str, rest: tuple[tuple[str, str], ...] = ()) -> str:
    """Write an address from its question mark on, empty for the page as it opens; InputError if it is too large."""
    pairs = list(rest)
    if choice == Choice(scenario=choice.scenario, seed=choice.seed):
        pairs += [("scenario", choice.scenario)] if choice.scenario != FIRST else []
        pairs += [("seed", str(choice.seed))] if choice.seed else []
    else:
        pairs.append(("run", encode(choice)))
    if view != FIRST_VIEW:
        pairs.append(("view", view))
    return f"?{urlencode(pairs)}" if pairs else ""


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


def _choice(given: dict[str, str]) -> tuple[Choice, Link | None]:
    if "run" in given:
        if "scenario" in given or "seed" in given:
            raise InputError("the address has a run, which names its scenario and seed, and another scenario or seed")
        link = decode(given["run"])
        return link.choice, link
    name = given.get("scenario", FIRST)
    shipped(name)
    return Choice(scenario=name, seed=read_seed(given.get("seed", "0"))), None
