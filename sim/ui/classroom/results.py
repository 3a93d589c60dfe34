"""What a quarter brought one organization: a few numbers, the wheel, and what happened, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.rep.record import CUSTOMER_HOURS, INTERNAL_HOURS, USES
from sim.measures.wheel import Momentum
from sim.measures.whole_run import ratio
from sim.ui.live.wheels import KINDS, Turning, turning

if TYPE_CHECKING:
    from sim.engine.world import World

_NAMED_HOURS = {use.name: use.label.lower() for use in USES}
_NOTICED = 0.02  # change of a share or ratio that is told


@dataclass(frozen=True, slots=True)
class Result:
    """One quarter of one organization."""

    quarter: int  # From 1; 0 for the last quarter of the burn-in
    bookings: float  # This and the next three: sums of the quarter [currency]
    quota: float
    net: float
    cost: float
    total: float  # Net contribution from week 0 on [currency]
    win_rate: float  # Won over closed [share]
    trust: float  # Reps' trust in management at its end [share]
    reps: int  # Filled seats at its end
    leavers: int  # Who left in it
    specialists: int  # At its end
    inward: dict[str, float]  # Hours that reach no buyer, by use [hours / rep / week]
    outward: float  # Hours that reach buyers [hours / rep / week]
    wheel: Turning = field(compare=False)  # The sales flywheel at its end

    @property
    def attainment(self) -> float:
        """Bookings over quota."""
        return ratio(self.bookings, self.quota)


def read(world: World) -> Result:
    """Read the quarter that has just ended off a world."""
    all_rows = world.weekly(-world.burn_in)
    rows, run = all_rows[-WEEKS_PER_QUARTER:], all_rows[world.burn_in :]
    sums = {name: float(rows[name].sum()) for name in rows.dtype.names or ()}
    last = {name: float(rows[name][-1]) if len(rows) else 0.0 for name in ("rep_trust", "reps", "specialists")}
    return Result(
        quarter=max(0, world.week) // WEEKS_PER_QUARTER,
        bookings=sums["bookings"],
        quota=sums["quota"],
        net=sums["net_contribution"],
        cost=sums["cost"],
        total=float(run["net_contribution"].sum()),
        win_rate=ratio(sums["won"], sums["won"] + sums["lost"] + sums["no_decision"]),
        trust=last["rep_trust"],
        reps=round(last["reps"]),
        leavers=round(sums["leavers"]),
        specialists=round(last["specialists"]),
        inward={name: ratio(sums[name], len(rows)) for name in INTERNAL_HOURS},
        outward=sum(ratio(sums[name], len(rows)) for name in CUSTOMER_HOURS),
        wheel=turning(Momentum.of(world), KINDS[0]),
    )


def totals(world: World) -> list[float]:
    """Net contribution from week 0 to the end of each quarter of a world's run. [currency]."""
    weekly = world.weekly()["net_contribution"]
    return [float(value) for value in weekly.cumsum()[WEEKS_PER_QUARTER - 1 :: WEEKS_PER_QUARTER]]


def what_happened(now: Result, then: Result) -> list[str]:
    """Say what a quarter brought against the one before, most telling first, four sentences at most."""
    said = [_bookings(now, then)]
    if abs(now.trust - then.trust) >= _NOTICED:
        word = "rose" if now.trust > then.trust else "fell"
        said.append(f"Reps' trust in management {word} from {then.trust:.0%} to {now.trust:.0%}.")
    if now.leavers or now.reps != then.reps:
        left = "Nobody" if not now.leavers else f"{now.leavers} rep{'s' * (now.leavers > 1)}"
        said.append(f"{left} left; filled seats: {now.reps}, a quarter ago {then.reps}.")
    said += [_inward(now, then), _wheel(now)]
    return [sentence for sentence in said if sentence][:4]


def _bookings(now: Result, then: Result) -> str:
    change = ratio(now.bookings - then.bookings, then.bookings)
    way = f"{abs(change):.0%} {'more' if change > 0 else 'less'} than" if abs(change) >= 0.005 else "as much as"
    target = f", and {now.attainment:.0%} of quota" if math.isfinite(now.attainment) else ""
    return f"Bookings were {way} the quarter before{target}."


def _inward(now: Result, then: Result) -> str:
    """The use of hours inside that moved most."""
    name = max(now.inward, key=lambda use: abs(now.inward[use] - then.inward[use]))
    moved = now.inward[name] - then.inward[name]
    if abs(moved) < 0.25:
        return ""
    return (
        f"Each rep spent {abs(moved):.1f} hours a week {'more' if moved > 0 else 'less'} on {_NAMED_HOURS[name]}; "
        f"{now.outward:.0f} hours a week reached buyers."
    )


def _wheel(now: Result) -> str:
    stage = now.wheel.stage
    if stage is None:
        return ""
    word = "has lost most" if round(stage["index"] * 100) < 100 else "has gained least"
    return f"On the wheel {stage['label'].lower()} {word} since the start: it stands at {stage['text']} of 100."
