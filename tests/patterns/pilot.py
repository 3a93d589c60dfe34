"""Bullets before cannonballs (L2): ideas whose effect is uncertain, tried by some teams first or rolled out at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.questions.pilot.pilot import pilot_ideas
from sim.questions.pilot.reading import (
    ALL,
    BUYERS,
    LABELS,
    MANAGERS,
    NAMES,
    READINGS,
    REPS,
    WAYS,
    cross_fitted,
    features_of,
    folds_of,
    values_of,
)
from sim.questions.pilot.study import FEWEST, NEVER, NOW, PilotStudy, describe, kind_of, low_end
from sim.questions.pilot.terms import INDEX, PilotDesign
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import difference
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, above, verdict_of
from tests.patterns.making.plots import numbers_table, points

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

SMALL = (
    "training.hours_per_quarter=+12",
    "training.value_content=+0.1",
    "enablement.coaching_hours_per_month=+2",
    "enablement.coaching_formality=+0.3",
    "enablement.process_formality=+0.3",
    "enablement.alignment=+0.2",
    "enablement.peer_hours_per_month=+2",
    "structure.field_hours_per_week=+2",
    "structure.paired_work=+0.5",
    "operations.wip_limit=8",
    "operations.protected_prospecting_hours=+3",
    "operations.marketing_leads_per_week=*1.5",
    "strategy.qualification_threshold=+0.15",
)
"""Every number a team can have on its own, moved the way it is usually proposed; a test keeps the list complete."""

BOLD = (
    "training.hours_per_quarter=0",
    "training.hours_per_quarter=+36",
    "training.value_content=0.2",
    "enablement.coaching_hours_per_month=*3",
    "enablement.coaching_hours_per_month=0",
    "enablement.process_formality=1",
    "operations.wip_limit=0",
    "operations.wip_limit=5",
    "operations.marketing_leads_per_week=*4",
    "strategy.qualification_threshold=0",
    "strategy.qualification_threshold=0.55, operations.wip_limit=6",
    "structure.field_hours_per_week=+10, enablement.coaching_hours_per_month=+4",
)
"""Cuts, programmes many times the usual, any segment, and reorganizations: what a team sells to, how it is led."""

IDEAS = SMALL + BOLD

TEAMS, QUARTERS, THRESHOLD = 2, 2, 0.05
MAIN = PilotDesign(TEAMS, QUARTERS)
SIZES, LENGTHS = (1, 2, 3), (1, 2)
_WORLDS_PER_SEED = 5  # 300 worlds at 60 seeds
_MOST = 600  # worlds


def _test(effort: Effort) -> Finding:
    study = pilot_ideas(
        Scenario.load("baseline"), [idea.split(", ") for idea in IDEAS], sizes=SIZES, lengths=LENGTHS,
        threshold=THRESHOLD, read=INDEX, worlds=min(max(len(IDEAS), _WORLDS_PER_SEED * effort.seeds), _MOST),
        workers=effort.workers, progress=effort.progress,
    )  # fmt: skip
    if study.interrupted:
        raise KeyboardInterrupt
    return judged(study)


def judged(study: PilotStudy) -> Finding:
    """Judge the main design by its mean and by the worst tenth of gains; all else is only reported."""
    trials = _main(study)
    never, now, pilot = (trials[name].to_numpy(dtype=float) for name in (NEVER, NOW, "net"))
    decisive = [
        difference("mean, index against now", pilot, now, needed="above 0"),
        _worst("10th percentile of gains over never, index against now", pilot, trials, judge=True),
    ]
    if len(pilot) < FEWEST or len(pilot) < len(IDEAS) * 2:
        decisive = [replace(one, met=None) for one in decisive]
    booked = np.where(trials["gain"] >= THRESHOLD, trials["rolled_out"], trials["dropped"])
    reported = [
        difference("mean, index against never", pilot, never),
        difference("mean, now against never", now, never),
        difference("mean, bookings against now", booked, now),
        _worst("10th percentile of gains over never, bookings against now", booked, trials),
        difference("mean, index against bookings", pilot, booked),
        difference("mean, index against at once by what is usual for the kind", pilot, at_once_by_kind(trials)),
        *(difference(f"mean, index {name}, against now", net, now) for name, net in _others(study, trials).items()),
        _without_worst(trials),
        *_by_boldness(trials),
    ]
    designs = [difference(f"mean, {one}, against now", study.net_of(one), now) for one in study.terms.designs]
    shares = [*_shares(study, trials), _waiting(study)]
    return Finding(
        "L2",
        verdict_of(decisive),
        _sentence(decisive, reported, study),
        (*decisive, *reported, *shares, *designs, *_of_ideas(study)),
        tried=_tried(study),
        table=numbers_table([*decisive, *reported, *designs]),
        where=_where(study),
    )


def _main(study: PilotStudy) -> pd.DataFrame:
    """Trials of the main design, one a world."""
    return study.trials[(study.trials["teams"] == TEAMS) & (study.trials["quarters"] == QUARTERS)]


def at_once_by_kind(trials: pd.DataFrame) -> Floats:
    """Net contribution without any trial, rolled out at once where ideas of the kind usually pay. [worlds]."""
    return np.where(trials["usual"] > 0, trials[NOW], trials[NEVER])


def _others(study: PilotStudy, trials: pd.DataFrame) -> dict[str, Floats]:
    """Net contribution by stricter indices: one that never saw the idea, and one that asks nobody. [worlds]."""
    kinds = [kind_of(study.ideas[idea]) for idea in trials["idea"]]
    recorded = [one.name for one in READINGS if one.source not in (BUYERS, REPS, MANAGERS)]
    values, ideas = values_of(trials), trials["idea"].to_numpy(dtype=int)
    cases = {
        "learned on other ideas only": (NAMES, ideas),
        "of records only, nobody asked": (recorded, folds_of(len(trials))),
    }
    found = {}
    for name, (readings, folds) in cases.items():
        features = features_of(kinds, trials[list(readings)].to_numpy(dtype=float))
        rolled = cross_fitted(features, values, folds) > 0
        found[name] = np.where(rolled, trials["rolled_out"], trials["dropped"])
    return found


def _without_worst(trials: pd.DataFrame) -> Number:
    """The mean once more without the idea that harms most, so that it does not rest on that one."""
    harm = (trials[NOW] - trials[NEVER]).groupby(trials["idea"]).mean()
    rest = trials[trials["idea"] != harm.idxmin()]
    return difference("mean, index against now, without the most harmful idea", rest["net"], rest[NOW])


def _by_boldness(trials: pd.DataFrame) -> list[Number]:
    """Both decisive numbers of small ideas alone and of bold ones alone, whose index has learned on both."""
    small, found = trials["idea"] < len(SMALL), []
    for name, part in (("small", trials[small]), ("bold", trials[~small])):
        found.append(difference(f"mean, index against now, {name} ideas alone", part["net"], part[NOW]))
        net = part["net"].to_numpy(dtype=float)
        found.append(_worst(f"10th percentile of gains over never, index against now, {name} ideas alone", net, part))
    return found


def _worst(name: str, net: Floats, trials: pd.DataFrame, *, judge: bool = False) -> Number:
    """Difference of the 10th percentiles of gains over never from those of now, as a share of the mean of now."""
    never, now = (trials[one].to_numpy(dtype=float) for one in (NEVER, NOW))
    end = low_end(net - never, now - never)
    value, low, high = (number / abs(float(now.mean())) for number in (end.mean, end.low, end.high))
    met = above(value, low, high) if judge else None
    return Number(name, value, "of base", low, high, end.n, "above 0" if judge else "", met)


def _shares(study: PilotStudy, trials: pd.DataFrame) -> list[Number]:
    """How often rolling out at once harms, and how often each way to decide is right."""
    power = _together(study)
    names = {"index": "the index", "bookings": "bookings", "usual": "what is usual for the kind"}
    right = [_share(f"right decisions by {names[way]}", power, f"right_{way}") for way in WAYS]
    harms = float(np.mean(trials[NOW] < trials[NEVER]))
    return [
        Number("worlds in which rolling out at once harms", harms, "share"),
        *right,
        Number("least effect a reading of bookings shows four times in five", float(power["bookings_least"]), "share"),
    ]


def _share(name: str, row: pd.Series[Any], key: str) -> Number:
    mean, low, high = (float(row[f"{key}_{end}"]) for end in ("mean", "low", "high"))
    return Number(name, mean, "share", low, high, int(row["n"]))


def _together(study: PilotStudy) -> pd.Series[Any]:
    return _power(study, ALL).iloc[0]


def _power(study: PilotStudy, idea: int, design: PilotDesign | None = MAIN) -> pd.DataFrame:
    """Rows of one idea, of one design or of all."""
    power = study.power[study.power["idea"] == idea]
    if design is None:
        return power
    return power[(power["teams"] == design.teams) & (power["quarters"] == design.quarters)]


def _waiting(study: PilotStudy) -> Number:
    """What rolling out two quarters later loses, where rolling out at once pays, as a share of the mean of now."""
    strategies = study.strategies.set_index("strategy")
    row, now = strategies.loc[str(MAIN)], float(strategies.loc[NOW, "net_mean"])
    value, low, high = (float(row[f"waiting_{end}"]) / abs(now) for end in ("mean", "low", "high"))
    return Number("lost by waiting where rolling out at once pays", value, "of base", low, high)


def _tried_ideas(study: PilotStudy) -> list[int]:
    return sorted(set(study.outcomes["idea"]))


def _of_ideas(study: PilotStudy) -> list[Number]:
    """By idea: what it brings at once, and how often the index decides right about it."""
    numbers = []
    for idea in _tried_ideas(study):
        rows, title = study.outcomes[study.outcomes["idea"] == idea], describe(study.ideas[idea])
        numbers.append(difference(f"now against never, {title}", rows[NOW], rows[NEVER]))
        if len(power := _power(study, idea)):
            numbers.append(_share(f"right decisions by the index, {title}", power.iloc[0], "right_index"))
    return numbers


def needed(study: PilotStudy, idea: int) -> PilotDesign | None:
    """The smallest pilot whose index is clearly right about an idea more often than not; None if none is."""
    power = _power(study, idea, None)
    told = power[power["told"]]
    sizes = zip(told["teams"], told["quarters"], strict=True)
    designs = [PilotDesign(int(teams), int(quarters)) for teams, quarters in sizes]
    return min(designs, key=lambda one: (one.teams * one.quarters, one.quarters), default=None)


def _where(study: PilotStudy) -> str:
    """Say which pilot tells which idea, by what reading it shows, and which ideas no pilot of two quarters tells."""
    told, not_told = [], []
    for idea in _tried_ideas(study):
        title, design = describe(study.ideas[idea]), needed(study, idea)
        if design is None:
            not_told.append(title)
            continue
        row = _power(study, idea).iloc[0]
        told.append(f"{title} ({design}; {LABELS[row['clearest']].lower()}, mean {row['clearness']:.1f} spreads)")
    worlds = int(study.outcomes["idea"].value_counts().min())
    return (
        f"With {worlds} worlds an idea. Told by the smallest pilot named, and the reading that shows the idea most "
        f"clearly in {MAIN}: {'; '.join(told) or 'none'}. No pilot of up to {LENGTHS[-1]} quarters and {SIZES[-1]} "
        f"teams is clearly right more often than not about: {'; '.join(not_told) or 'none'}."
    )


def _sentence(decisive: list[Number], reported: list[Number], study: PilotStudy) -> str:
    mean, worst = decisive
    by = {one.name: one for one in reported}
    power = _together(study)
    usual = by["mean, index against at once by what is usual for the kind"]
    small, bold = (by[f"mean, index against now, {name} ideas alone"] for name in ("small", "bold"))
    return (
        f"Over {len(study.outcomes)} worlds, one of {len(IDEAS)} ideas in each, {MAIN} read by an index bring "
        f"{_in_words(mean)} of net contribution against rolling out at once, and {_in_words(worst)} in the worst tenth "
        f"of gains; read by bookings {_in_words(by['mean, bookings against now'])} in the mean. Of small ideas alone "
        f"the index makes {_in_words(small)} in the mean, of bold ones {_in_words(bold)}. The index decides "
        f"right in {power['right_index_mean']:.0%} of worlds, bookings in {power['right_bookings_mean']:.0%}, what is "
        f"usual for the kind in {power['right_usual_mean']:.0%}; against deciding at once by what is usual it brings "
        f"{_in_words(usual)}."
    )


def _in_words(number: Number) -> str:
    ends = "" if number.low is None or number.high is None else f" ({number.low:+.1%} to {number.high:+.1%})"
    return f"{number.value:+.1%}{ends}"


def _tried(study: PilotStudy) -> str:
    """Say which readings tell what rolling out is worth, and how wrong bookings are."""
    measures = study.measures
    mine = measures[(measures["teams"] == TEAMS) & (measures["quarters"] == QUARTERS)]
    strongest = mine.reindex(mine["correlation"].abs().sort_values(ascending=False).index)[:6]
    pairs = zip(strongest["reading"], strongest["correlation"], strict=True)
    tells = ", ".join(f"{LABELS[name].lower()} {size:+.2f}" for name, size in pairs)
    power = _together(study)
    return (
        f"Correlation of readings with what rolling out is worth: {tells}; of the index, out of fold, "
        f"{power['correlation']:+.2f}. Differences in differences of bookings scatter by {power['bookings_sd']:.0%}, "
        f"so that {MAIN} show an effect of {power['bookings_least']:.0%} or more. In the model no team can have a "
        "price of its own and territories do not move, so that bold ideas are cuts, large programmes, any segment or "
        "the best alone, and another way of leading."
    )


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
            f"one idea a world in turn: {'; '.join(IDEAS)}; {MAIN} try it. An index of {len(READINGS)} readings "
            "(pilots against others, against the quarters before; weights learned on the other nine tenths of worlds, "
            "shrunk to what ideas of the section bring) says what rolling out is worth from then on, and it is rolled "
            "out where that is above 0",
            "156 weeks from week 0; 300 worlds at 60 seeds, 600 at most",
            "net contribution of pilot-then-decide against immediate roll-out, paired by world: difference of means, "
            "and of the 10th percentiles of gains over never",
            "both intervals above 0",
        ),
        _test,
        _figure,
        modules=(
            "sim.questions.pilot.pilot", "sim.questions.pilot.study", "sim.questions.pilot.reading",
            "sim.questions.pilot.reading", "sim.questions.pilot.reading", "sim.studies.draws", "sim.engine.rollout",
        ),
        scenarios=("baseline",),
    ),
)  # fmt: skip
