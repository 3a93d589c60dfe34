"""What the links of a wheel pass on, as it is drawn: measured once for each shipped scenario, never while it is played.

The figures are those of `flywheel wheel --cut`; `python -m tests.wheel_links` writes their file.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scenarios import links_path
from sim.answers.wheel.words import interval_text
from sim.engine.digest import model_digest
from sim.measures.loops import LOOPS
from sim.measures.wheel import STAGES
from sim.measures.words import counted
from sim.studies.statistics import Interval

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

STRONGEST = 1.5  # transfer that is drawn as wide as any
PLAIN = 3.0  # width of a link that was not measured

OTHERWISE = {
    "wrong picture": ("right picture", -1),
    "target gap": ("target", 1),
    "distrust": ("trust", -1),
    "false reports": ("honest reports", -1),
}
"""Stages that a loop is measured by under another name, and whether that is their opposite (-1)."""

_MEASURED = (
    "Arrows on the rim are the links: the wider, the more per cent a lasting push of 1% on a stage moves the next one "
    "within {weeks} weeks. A minus lowers it; thin and dashed cannot be told from nothing. Measured once for this "
    "scenario as it ships, in {sets} of twin runs: levers you move do not change the arrows."
)
_PLAIN = (
    "Arrows on the rim are the links, drawn plain here: {why} The view Wheel gain measures them: ask what comes round "
    "of a push."
)
_NOT_SHIPPED = "what they pass on is kept for the scenarios as they ship, and this one is none of them."
_OTHER_RULES = "what they pass on was measured by other rules than these."

Link = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passing:
    """The links of a wheel.

    `links` have the places of the stages they go between, from 0; a kind ("raises", "lowers", "unclear", or "plain" for
    one that was not measured); a width from 2 to 14; a sentence. `about` says what is drawn, and why where it is plain.
    """

    links: tuple[Link, ...]
    about: str


def passing(scenario: Scenario, loop: str) -> Passing:
    """What the links of one of the three wheels pass on in a scenario."""
    digest = scenario.digest()
    return _passing(digest if digest in _kept()["scenarios"] else "", loop)


@cache
def _kept() -> dict[str, Any]:
    """The file of what was measured."""
    kept: dict[str, Any] = json.loads(links_path().read_text(encoding="utf-8"))
    return kept


@cache
def _passing(digest: str, loop: str) -> Passing:
    """The links of a wheel in a scenario of the file by its digest, or in any other ("")."""
    kept = _kept()
    found = kept["scenarios"][digest]["loops"][loop] if digest else _NOT_SHIPPED
    if digest and kept["model"] != model_digest(()):
        found = _OTHER_RULES
    if isinstance(found, str):
        return Passing(tuple(_links(loop, {})), _PLAIN.format(why=found[0].lower() + found[1:]))
    first, last = kept["seeds"]
    sets = counted(last - first + 1, "set")
    return Passing(tuple(_links(loop, found)), _MEASURED.format(weeks=kept["window_weeks"], sets=sets))


def _links(loop: str, found: dict[str, list[float | None]]) -> list[Link]:
    """A link from each stage that the loop is measured by to the next such one."""
    measured = [stage.name for stage in LOOPS[loop].stages]
    places = [place for place, (name, _) in enumerate(STAGES[loop]) if _name(name) in measured]
    names = [STAGES[loop][place][0] for place in places]
    links = []
    for number, (place, name) in enumerate(zip(places, names, strict=True)):
        after = (number + 1) % len(places)
        look: Link = {"kind": "plain", "width": PLAIN, "link": f"{name.capitalize()} acts on {names[after]}."}
        if found:
            mean, low, high = (math.nan if one is None else one for one in found[_name(name)])
            sign = _sign(name) * _sign(names[after])
            look = link_look(_name(name), _name(names[after]), Interval(0, mean, low, high), sign)
        links.append({"from": place, "to": places[after], **look})
    return links


def _name(stage: str) -> str:
    return OTHERWISE.get(stage, (stage, 1))[0]


def _sign(stage: str) -> int:
    return OTHERWISE.get(stage, (stage, 1))[1]


def link_look(name: str, following: str, transfer: Interval, sign: int = 1) -> Link:
    """Kind, width and sentence of a link; `sign` is -1 where just one of its ends is drawn as its opposite."""
    kind = _kind(transfer, sign)
    strength = 0.0 if kind == "unclear" else min(abs(transfer.mean), STRONGEST) / STRONGEST
    said = interval_text(transfer)
    return {
        "kind": kind,
        "width": round(2.0 if kind == "unclear" else 3.0 + 11.0 * strength, 1),
        "link": f"A lasting push of 1% on {name} moves {following} by {said} per cent."
        + (" That cannot be told from nothing." if kind == "unclear" else ""),
    }


def _kind(transfer: Interval, sign: int) -> str:
    if not math.isfinite(transfer.mean) or transfer.contains_zero:
        return "unclear"
    return "raises" if sign * transfer.mean > 0.0 else "lowers"
