"""Bullets before cannonballs (L2): ideas whose effect is uncertain, tried by some teams first or rolled out at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.questions.pilot.pilot import pilot_ideas
from sim.questions.pilot.study import FEWEST, LOW_SHARE, NEVER, NOW, PilotStudy, describe, low_end
from sim.questions.pilot.terms import PilotDesign
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import difference
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, above, verdict_of
from tests.patterns.making.plots import numbers_table, points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from agents.machinery.record import Rows
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

IDEAS = (
    "training.hours_per_quarter=+12",
    "training.value_content=+0.1",
    "enablement.coaching_hours_per_month=+2",
    "enablement.coaching_formality=+0.3",
    "enablement.process_formality=+0.3",
    "enablement.alignment=+0.2",
    "structure.field_hours_per_week=+2",
    "operations.wip_limit=8",
    "operations.protected_prospecting_hours=+3",
    "operations.marketing_leads_per_week=*1.5",
    "strategy.qualification_threshold=+0.15",
)
"""Every number a team can have on its own, moved the way it is usually proposed; a test keeps the list complete."""

TEAMS, QUARTERS, THRESHOLD = 2, 2, 0.05
SIZES, LENGTHS = (1, 2, 3), (1, 2, 4)
OTHER_THRESHOLDS = (-0.1, 0.0, 0.1, 0.2)
_WORLDS_PER_SEED = 1.5  # 300 worlds at 200 seeds
_GRID_SHARE = 3  # every size and length is tried in one world for every three of the main design


def _test(effort: Effort) -> Finding:
    worlds = max(2, round(_WORLDS_PER_SEED * effort.seeds))
    some = max(2, worlds // _GRID_SHARE)
    scenario, ideas = Scenario.load("baseline"), [[idea] for idea in IDEAS]

    def tell(done: int) -> None:
        if effort.progress:
            effort.progress(done, worlds + some)

    study = pilot_ideas(
        scenario, ideas, sizes=(TEAMS,), lengths=(QUARTERS,), threshold=THRESHOLD, worlds=worlds,
        workers=effort.workers, progress=lambda done, _: tell(done),
    )  # fmt: skip
    grid = pilot_ideas(
        scenario, ideas, sizes=SIZES, lengths=LENGTHS, threshold=THRESHOLD, worlds=some, seed=1,
        workers=effort.workers, progress=lambda done, _: tell(worlds + done),
    )  # fmt: skip
    if study.interrupted or grid.interrupted:
        raise KeyboardInterrupt
    return judged(study, grid)


def judged(study: PilotStudy, grid: PilotStudy) -> Finding:
    """Judge the main design by its mean and its low end; sizes, lengths, thresholds and ideas are only reported.

    Args:
        study: The main design over all worlds.
        grid: Every size and length over some.
    """
    pilot, never, now = _nets(study)
    decisive = [
        difference("mean, pilot against now", pilot, now, needed="above 0"),
        _low_end("10th percentile, pilot against now", pilot, now, abs(float(np.quantile(now, LOW_SHARE))), judge=True),
    ]
    if len(pilot) < FEWEST:
        decisive = [replace(one, met=None) for one in decisive]
    base = abs(float(now.mean()))
    reported = [
        difference("mean, pilot against never", pilot, never),
        difference("mean, now against never", now, never),
        _low_end("10th percentile of the gain over never, pilot against now", pilot - never, now - never, base),
    ]
    designs = [difference(f"mean, {design}, against now", *_pair(grid, design)) for design in grid.terms.designs]
    ideas = [difference(f"mean, {describe(study.ideas[n])}", pilot[rows], now[rows]) for n, rows in _by_idea(study)]
    return Finding(
        "L2",
        verdict_of(decisive),
        _sentence(decisive, reported, study, grid),
        (*decisive, *reported, *_shares(study), *designs, *ideas),
        tried=_other_thresholds(study),
        table=numbers_table([*decisive, *reported, *designs, *ideas]),
        where=_where(study, ideas),
    )


def _nets(study: PilotStudy) -> tuple[Floats, Floats, Floats]:
    """Net contribution of the main design, of never and of now. [worlds]."""
    never, now = (np.asarray(study.outcomes[name], dtype=float) for name in (NEVER, NOW))
    return study.net_of(PilotDesign(TEAMS, QUARTERS)), never, now


def _pair(grid: PilotStudy, design: PilotDesign) -> tuple[Floats, Floats]:
    return grid.net_of(design), np.asarray(grid.outcomes[NOW], dtype=float)


def _by_idea(study: PilotStudy) -> list[tuple[int, Rows]]:
    """Rows of the worlds of each idea."""
    tried = np.asarray(study.outcomes["idea"])
    return [(int(number), np.flatnonzero(tried == number)) for number in np.unique(tried)]


def _low_end(name: str, values: Floats, base: Floats, scale: float, *, judge: bool = False) -> Number:
    """Paired difference of the 10th percentiles, as a share of `scale`."""
    end = low_end(values, base)
    value, low, high = (number / scale for number in (end.mean, end.low, end.high))
    known = end.n > 1
    met = above(value, low, high) if judge and known else None
    return Number(
        name, value, "of base", low if known else None, high if known else None, end.n,
        "above 0" if judge else "", met,
    )  # fmt: skip


def _shares(study: PilotStudy) -> list[Number]:
    """How often rolling out harms, and what the pilot makes of it."""
    rows: dict[str, dict[str, Any]] = {str(row["strategy"]): dict(row) for _, row in study.strategies.iterrows()}
    pilot, now = rows[str(PilotDesign(TEAMS, QUARTERS))], rows[NOW]

    def wrong(name: str, row: dict[str, Any]) -> Number:
        value, low, high = (float(row[f"wrong_{end}"]) for end in ("mean", "low", "high"))
        return Number(name, value, "share", low, high, int(row["n"]))

    return [
        wrong("worlds in which rolling out at once harms", now),
        Number("rolled out by the pilot where it pays", float(pilot["rolled_out_where_pays"]), "share"),
        Number("rolled out by the pilot where it harms", float(pilot["rolled_out_where_harms"]), "share"),
        wrong("verdicts worse than their opposite", pilot),
    ]


def _sentence(decisive: list[Number], reported: list[Number], study: PilotStudy, grid: PilotStudy) -> str:
    mean, low = decisive
    best, alike = grid.best()
    told = f" (which {len(alike)} of the other {len(grid.terms.designs) - 1} cannot be told from)" if alike else ""
    return (
        f"Over {len(study.outcomes)} worlds, one of {len(IDEAS)} ideas in each, trying first brings {_in_words(mean)} "
        f"of net contribution against rolling out at once, and {_in_words(low)} at the 10th percentile of worlds. What "
        f"the worst tenth gains or loses against doing nothing is {reported[2].value:+.1%} better. Of the sizes and "
        f"lengths tried, {best} brought most{told}."
    )


def _in_words(number: Number) -> str:
    ends = "" if number.low is None or number.high is None else f" ({number.low:+.1%} to {number.high:+.1%})"
    return f"{number.value:+.1%}{ends}"


def _other_thresholds(study: PilotStudy) -> str:
    """What other thresholds would have brought: both branches of every trial are known."""
    rolled = np.asarray(study.trials["verdict"] == "rolled out")
    net, other, now, gain = (np.asarray(study.trials[name], dtype=float) for name in ("net", "other", NOW, "gain"))
    everywhere, nowhere = np.where(rolled, net, other), np.where(rolled, other, net)
    parts = []
    for threshold in OTHER_THRESHOLDS:
        one = difference("", np.where(gain >= threshold, everywhere, nowhere), now)
        parts.append(f"{_in_words(one)} at {threshold:.0%}")
    noise = float(np.std(gain))
    return (
        f"Other thresholds on the same trials bring against rolling out at once: {', '.join(parts)}. Differences in "
        f"differences scatter by {noise:.0%} of bookings, many times most effects, so a verdict is often luck."
    )


def _where(study: PilotStudy, ideas: list[Number]) -> str:
    """Sort the ideas by how often they harm, with what trying them first brings."""
    _, never, now = _nets(study)
    harms = [float(np.mean(now[rows] < never[rows])) for _, rows in _by_idea(study)]
    order = np.argsort(harms)[::-1]
    parts = [f"{ideas[k].name.removeprefix('mean, ')} (harms in {harms[k]:.0%}) {ideas[k].value:+.1%}" for k in order]
    return f"Trying first against rolling out at once, by idea: {'; '.join(parts)}."


def _figure(finding: Finding) -> Figure:
    return points(finding, "net contribution, of base")


PATTERNS = (
    Pattern(
        "L2",
        "Bullets before cannonballs",
        "leader",
        ("F8",),
        Plan(
            "baseline, with the assumed parameters and the sections of the ideas drawn anew in every world",
            f"one idea a world in turn: {', '.join(IDEAS)}; {TEAMS} of 6 teams try it for {QUARTERS} quarters, and it "
            f"is rolled out where their bookings grow {THRESHOLD:.0%} more than the others'",
            "156 weeks from week 0; 300 worlds at 200 seeds, and 100 more for sizes and lengths",
            "net contribution of pilot-then-decide against immediate roll-out, paired by world: difference of "
            "means and of 10th percentiles",
            "both intervals above 0",
        ),
        _test,
        _figure,
        modules=("sim.questions.pilot.pilot", "sim.questions.pilot.study", "sim.studies.draws", "sim.engine.rollout"),
        scenarios=("baseline",),
    ),
)
