"""Overlays: how much they help and where they stop (E1), and what they cost in coordination (E2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.codes import Kind
from agents.rep.record import CUSTOMER_HOURS
from sim.engine.state import open_rows
from sim.engine.world import World
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import Outcome, Trial, average, difference, in_draws, inside, level, over, run_all
from tests.patterns.making.paired import window as weeks_of
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, blank, draw_lines, lines, mark, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

SEATS = 48
EACH = (0, 1, 2, 3, 6, 9, 12)
"""Specialists of each of the four kinds; of 48 reps that is an overlay ratio of 0, 1/12, 1/6, 1/4, 1/2, 3/4, 1."""

FEW = (0, 1, 3, 6, 12)
"""The same in draws of the assumed parameters."""

EVEN = (0, 2, 4, 6, 8, 10, 12)
"""Equal steps, for second differences."""

FULL = 0.95
"""Part of their target of deals below which specialists have run out of deals: coverage of their kind is full."""

SEEKING = (Kind.PRODUCT, Kind.INDUSTRY, Kind.INSTALLED_BASE)
"""Kinds that look for deals up to their target; telesales stay with those they have found."""

PLACES = {"over": "scale_over_50k", "under": "scale_under_15k"}


def ratio_of(each: int) -> float:
    """Overlay ratio with so many specialists of each kind. [specialists / rep]."""
    return each * len(Kind) / SEATS


def _cases(counts: Sequence[int]) -> dict[str, Changes]:
    kinds = [f"structure.{kind.name.lower()}_specialists" for kind in Kind]
    return {_name(each): dict.fromkeys(kinds, each) for each in counts}


def _name(each: int) -> str:
    return f"{each} of each kind"


def _customer_hours(world: World) -> float:
    return sum(weeks_of(world).mean(name) for name in CUSTOMER_HOURS)


def _pay(world: World) -> float:
    """What the specialists were paid; it changes nothing else, so adding it back gives the run without pay."""
    return weeks_of(world).sum("specialists") * float(world.scenario["structure.specialist_cost"]) / 52.0


def _overlays(scenario: str, counts: Sequence[int]) -> Trial:
    """As many specialists as the case says, and no manager who adds one."""
    readings = {
        "net": over("net_contribution"),
        "pay": _pay,
        "hours": _customer_hours,
        "intimacy": average("intimacy"),
        "seats": average("reps"),
    }
    return Trial(scenario, _cases(counts), readings, start={"management.weight_overlay": 0.0})


def _grid(found: Outcome, name: str, counts: Sequence[int] = EACH) -> Floats:
    """A reading by seed and overlay ratio. [seeds, ratios]."""
    return np.array([found[_name(each)][name] for each in counts]).T


def _test_e1(effort: Effort) -> Finding:
    part = effort.share(0.5, least=6)
    found = run_all({name: _overlays(scenario, EACH) for name, scenario in PLACES.items()}, part)
    numbers: list[Number] = []
    peaks = {}
    for place in PLACES:
        peaks[place], judged = _peak(place, found[place])
        numbers += judged
    robust = in_draws(
        {name: _overlays(scenario, FEW) for name, scenario in PLACES.items()},
        effort,
        _peaks_in_place,
        "mean net contribution is greatest between no and full overlay over 50K, and without overlay under 15K",
        most=100,
    )
    at = {place: ratio_of(EACH[peak]) for place, peak in peaks.items()}
    return Finding(
        "E1",
        verdict_of(numbers),
        f"Net contribution is greatest at an overlay ratio of {at['over']:.2f} for deals over 50,000 and of "
        f"{at['under']:.2f} for deals under 15,000; from there to one specialist per rep it changes by "
        f"{_named(numbers, 'over: full overlay').value:+.1%} and {_named(numbers, 'under: full overlay').value:+.1%} "
        f"({_named(numbers, 'over: full overlay, pay 0').value:+.1%} and "
        f"{_named(numbers, 'under: full overlay, pay 0').value:+.1%} if specialists were paid nothing).",
        tuple(numbers),
        table=pd.concat([_map(place, found[place]) for place in PLACES], ignore_index=True),
        where="The peak is chosen on the even seeds and judged on the odd ones.",
        robustness=robust,
    )


def _named(numbers: Sequence[Number], start: str) -> Number:
    return next(one for one in numbers if one.name.startswith(start + " against"))


def _peak(place: str, found: Outcome) -> tuple[int, list[Number]]:
    """Find the peak on the even seeds and judge it on the odd ones."""
    net, pay = _grid(found, "net"), _grid(found, "pay")
    peak = int(np.argmax(net[::2].mean(axis=0)))
    free_peak = int(np.argmax((net + pay)[::2].mean(axis=0)))
    odd, free = net[1::2], (net + pay)[1::2]
    hours, intimacy = _grid(found, "hours")[1::2], _grid(found, "intimacy")[1::2]
    n = len(odd)
    where = Number(f"{place}: overlay ratio at the peak", ratio_of(EACH[peak]), "specialists / rep", n=n)
    if place == "over":
        numbers = [
            inside(where, ratio_of(1), ratio_of(EACH[-2]), "above 0 and below full"),
            difference("over: peak against no overlay", odd[:, peak], odd[:, 0], needed="above 0"),
        ]
    else:
        numbers = [
            inside(where, 0.0, 0.0, "0"),
            difference("under: first step against no overlay", odd[:, 1], odd[:, 0], needed="below 0"),
        ]
    second = Number(f"{place}: significant steps against one peak", float(_against_one_peak(odd, peak)), "steps", n=n)
    return peak, [
        *numbers,
        inside(second, 0.0, 0.0, "0"),
        difference(f"{place}: full overlay against the peak", odd[:, -1], odd[:, peak], needed="below 0"),
        difference(f"{place}: customer hours, full against the peak", hours[:, -1], hours[:, peak], needed="below 0"),
        difference(f"{place}: intimacy, full against the peak", intimacy[:, -1], intimacy[:, peak], needed="below 0"),
        difference(f"{place}: full overlay, pay 0 against its peak", free[:, -1], free[:, free_peak]),
        Number(f"{place}: overlay ratio at the peak, pay 0", ratio_of(EACH[free_peak]), "specialists / rep", n=n),
    ]


def _against_one_peak(net: Floats, peak: int) -> int:
    """Steps between neighbours that fall before the peak or rise after it, beyond their interval."""
    steps = [difference("", net[:, at + 1], net[:, at]) for at in range(net.shape[1] - 1)]
    wrong = [one.high is not None and one.high < 0.0 for one in steps[:peak]]
    wrong += [one.low is not None and one.low > 0.0 for one in steps[peak:]]
    return sum(wrong)


def _peaks_in_place(found: dict[str, Outcome]) -> bool:
    peaks = {place: int(np.argmax(_grid(found[place], "net", FEW).mean(axis=0))) for place in PLACES}
    return 0 < peaks["over"] < len(FEW) - 1 and peaks["under"] == 0


def _map(place: str, found: Outcome) -> pd.DataFrame:
    ratios = [ratio_of(each) for each in EACH]
    per_seat = _grid(found, "seats") * 3.0
    parts = []
    for case, values in (("as paid", _grid(found, "net")), ("paid nothing", _grid(found, "net") + _grid(found, "pay"))):
        value = (values - values[:, :1]) / per_seat[:, :1] / 1000.0
        parts.append(band_table(value, ratios, "ratio", panel=PLACES[place], measure="net", case=case))
    for name, text in (("hours", "customer hours"), ("intimacy", "intimacy")):
        value = _grid(found, name)
        relative = value / value[:, :1]
        parts.append(band_table(relative, ratios, "ratio", panel=PLACES[place], measure="links", case=text))
    return pd.concat(parts, ignore_index=True)


def _figure_e1(finding: Finding) -> Figure:
    rows = table_of(finding)
    figure, panels = blank(11.0, 3.4, 3)
    for ax, scenario in zip(panels, PLACES.values(), strict=False):
        part = rows[(rows["panel"] == scenario) & (rows["measure"] == "net")]
        draw_lines(ax, part, "ratio")
        paid = part[part["case"] == "as paid"]
        mark(ax, float(paid["ratio"].iloc[int(np.argmax(paid["value"]))]), "peak")
        ax.set_title(scenario)
        ax.set_ylabel("net contribution against none,\nthousand / rep / year")
    links = rows[rows["measure"] == "links"].copy()
    links["case"] = links["case"] + ", " + links["panel"].str.removeprefix("scale_").str.replace("_", " ")
    draw_lines(panels[2], links, "ratio")
    panels[2].set_title("What overlays take")
    panels[2].set_ylabel("against no overlay")
    panels[2].yaxis.set_major_formatter("{x:.0%}")
    panels[2].set_ylim(0.2, 1.05)  # the legend has its place below the lines
    for ax in panels:
        ax.set_xlabel("specialists per rep")
    return figure


def _everyone(world: World) -> float:
    """Coordination hours of everyone together. [hours / rep / week]."""
    past = weeks_of(world, 26)
    return past.sum("coordination_everyone") / past.sum("reps")


def _coordination(scenario: str) -> Trial:
    readings = {"hours": _everyone, "load": _load}
    return Trial(scenario, _cases(EVEN), readings, weeks=78, start={"management.weight_overlay": 0.0})


def _load(world: World) -> float:
    """Deals of a specialist over the target, in the kind that has the fewest; 1 without specialists. [share]."""
    rows = world.state.specialists
    busy = [rows["load"][(rows["active"] == 1) & (rows["kind"] == int(kind))] for kind in SEEKING]
    target = float(world.scenario["structure.specialist_target_deals"])
    return min((float(one.mean()) / target for one in busy if len(one)), default=1.0)


def _people(world: World) -> Floats:
    """Seller's people on each open deal, counted from who has joined. [open deals]."""
    joined = world.state.opportunities["joined"][open_rows(world.state)]
    found: Floats = 1.0 + sum(((joined >> int(kind)) & 1).astype(float) for kind in Kind)
    return found


def by_hand() -> tuple[float, int]:
    """Count the channels of a small team deal by deal, week by week.

    Returns:
        Largest distance of the engine's channels from the sum of n (n - 1) / 2, and the most people seen on a deal.
    """
    team = {"structure.n_reps": 4, "structure.span_of_control": 4.0, "structure.growth_room": 0.0}
    scenario = Scenario.load("baseline").override({**team, **_cases((1,))[_name(1)]})  # type: ignore[dict-item]
    world = World.begin(scenario, 0, 26, deals=False, tables=False)
    worst, most = 0.0, 0
    for _ in range(26):
        world.advance(1)
        people = _people(world)
        counted = float((people * (people - 1.0) / 2.0).sum())
        seen = float(world.state.weekly["channels"][world.burn_in + world.week])
        worst, most = max(worst, abs(counted - seen)), max(most, int(people.max(initial=1.0)))
    return worst, most


def _test_e2(effort: Effort) -> Finding:
    part = effort.share(0.25, least=6)
    trials = {name: _coordination(scenario) for name, scenario in PLACES.items()}
    found = run_all(trials, part)
    worst, most = by_hand()
    exact = Number(f"channels on a hand-built team, off n(n-1)/2 (up to {most} people)", worst, "channels", n=26)
    numbers = [inside(exact, 0.0, 1e-9, "0")]
    for place in PLACES:
        hours = _grid(found[place], "hours", EVEN)
        judged = _below_full(found[place])
        for at in range(1, len(EVEN) - 1):
            second = hours[:, at + 1] - 2.0 * hours[:, at] + hours[:, at - 1]
            name = f"{place}: second difference at a ratio of {ratio_of(EVEN[at]):.2f}"
            name += "" if at in judged else ", coverage full"
            numbers.append(level(name, second, "hours / rep / week", needed="above 0" if at in judged else ""))
    full = {place: _grid(found[place], "hours", EVEN)[:, -1].mean() for place in PLACES}
    rows = [
        band_table(_grid(found[place], "hours", EVEN), [ratio_of(each) for each in EVEN], "ratio", case=scenario)
        for place, scenario in PLACES.items()
    ]

    def holds(outcomes: dict[str, Outcome]) -> bool:
        means = {place: np.diff(_grid(outcomes[place], "hours", EVEN).mean(axis=0), 2) for place in PLACES}
        return all(means[place][at - 1] > 0.0 for place in PLACES for at in _below_full(outcomes[place]))

    return Finding(
        "E2",
        verdict_of(numbers),
        f"Channels are n(n-1)/2 on every deal of a hand-built team; with one specialist per rep everyone together "
        f"spends {full['over']:.1f} hours a rep and week on coordination over 50,000 and {full['under']:.1f} under "
        "15,000.",
        tuple(numbers),
        table=pd.concat(rows, ignore_index=True),
        where="Coverage of a kind is full from where its specialists find no more deals to join; installed-base "
        "specialists, who look at customers alone, get there first, and from there coordination rises no faster.",
        robustness=in_draws(trials, effort, holds, "all second differences of the mean above 0", most=100),
    )


def _below_full(found: Outcome) -> list[int]:
    """Middles of the triples of ratios whose last is short of full coverage; at least the first."""
    load = _grid(found, "load", EVEN).mean(axis=0)
    return [at for at in range(1, len(EVEN) - 1) if at == 1 or load[at + 1] >= FULL]


def _figure_e2(finding: Finding) -> Figure:
    return lines(finding, "ratio", "coordination, hours / rep / week", axis_label="specialists per rep")


_SWEEP = "structure.*_specialists, all four kinds alike, 0 to 12 each (0 to 1 per rep); management.weight_overlay 0"

PATTERNS = (
    Pattern(
        "E1",
        "One peak of overlays",
        "evil",
        ("E-a", "E-f"),
        Plan(
            "scale_over_50k, scale_under_15k",
            _SWEEP,
            "156 weeks from week 0",
            "net contribution by overlay ratio; peak chosen on even seeds, differences judged on odd seeds",
            "peak above 0 and better than none over 50K; at 0 under 15K; no significant step against one peak; at full "
            "overlay net contribution, customer hours, intimacy and net contribution without pay below those at the "
            "peak",
        ),
        _test_e1,
        _figure_e1,
        scenarios=tuple(PLACES.values()),
    ),
    Pattern(
        "E2",
        "Channels and coordination",
        "evil",
        ("E-f",),
        Plan(
            "scale_over_50k, scale_under_15k; baseline with 4 reps and one specialist of each kind",
            _SWEEP + ", in equal steps",
            "weeks 26 to 77",
            "channels against n(n-1)/2 deal by deal; second differences of everyone's coordination hours per rep",
            "exact; every second difference's interval above 0 while every kind finds 95% of its target of deals",
        ),
        _test_e2,
        _figure_e2,
        scenarios=(*PLACES.values(), "baseline"),
    ),
)
