"""A toy schedule in the place of the real one: reps sell and tire, a manager looks at them every quarter."""

from dataclasses import dataclass

from agents.machinery.chance import draw
from agents.machinery.record import Field, Record
from agents.machinery.rule import helper, rule

REPS = Record(
    "reps",
    "Rep",
    [Field("awake", "i8", "flag", "Not tired.", 0, 1, start=1), Field("sold", "f8", "deals", "Sold so far.", low=0)],
)
MANAGERS = Record("managers", "Manager", [Field("seen", "f8", "deals", "Sum of the reps' deals when last seen.")])


@dataclass(frozen=True)
class Phase:
    """One phase, as the real schedule has it."""

    name: str
    title: str
    agent: str
    rules: tuple[str, ...]
    when: str = "week"


@helper
def deals(sold):
    """Deals of a lucky week."""
    return 1.0 + 0.1 * sold


@rule(agent="rep")
def sell(s, i):
    """Sell something in every other week, until one tires."""
    rep = s.reps[i]
    if rep.awake == 1 and draw(s, 1, i) < 0.5:
        rep.sold += deals(rep.sold)


@rule(agent="rep")
def tire(s, i):
    """Fall asleep after much selling."""
    if s.reps[i].sold > 30.0:
        s.reps[i].awake = 0


@rule(agent="manager")
def look(s, m):
    """Look at the reps."""
    seen = 0.0
    for i in range(len(s.reps)):
        seen += s.reps[i].sold
    s.managers[m].seen = seen


PHASES = (
    Phase("selling", "Sell", "rep", ("sell", "tire")),
    Phase("looking", "Look", "manager", ("look",), when="quarter"),
)
