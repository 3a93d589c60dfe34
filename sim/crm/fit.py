"""The moment match: solve what no export says so that the as-is case meets what it does say.

Four unknowns are solved for four measures by damped quasi-Newton steps under the same luck, so that two rounds differ
in nothing but the unknowns; the effort scale follows from the load before.

Source:
    D. McFadden, A method of simulated moments (1989), Econometrica 57(5); C. G. Broyden, A class of methods for
    solving nonlinear simultaneous equations (1965), Mathematics of Computation 19(92).
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from sim.crm.assumed import WEEKS_PER_QUARTER, Setting, assumed_settings, stands_still
from sim.crm.check import check_table, targets
from sim.crm.humps import LONGER, SHARE, SHORTER, Humps
from sim.crm.limits import check_matchable, scenario_of
from sim.crm.quality import RepairKind
from sim.crm.scenario_text import scenario_text
from sim.crm.segments import Segments
from sim.crm.unknown import report_unknowns, unknown_settings, unknowns
from sim.engine.world import prepare
from sim.measures.run import simulate
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd

    from sim.crm.assumed import Value
    from sim.crm.check import ExportTarget
    from sim.crm.load import CrmData
    from sim.crm.unknown import Unknown
    from sim.measures.run import Run

    Floats = npt.NDArray[np.float64]

Result = TypeVar("Result")
ATTENTION = "operations.attention_bias"

ROUNDS = 16  # rounds at most. [rounds]
CLOSE = 0.03
"""Distance, in logarithms (log odds for the win rate), at which the search ends: a third of what counts. Assumed."""

LARGEST_STEP = np.array([0.7, 0.5, 1.0, 0.7])
"""Largest change of each unknown in one round; smaller where steps have overshot. Assumed."""

LEAST_REACH = 0.2  # share of the largest step below which the search begins anew. Assumed.
SHORT = 0.03  # length of a step that says nothing about slopes: chance moves the measures as much. Assumed.
FIRST_SEED, CHECK_SEED = 1_000_000, 2_000_000  # seeds of the search, and of the check by luck the search has not seen
MOST_SEEDS, CHECK_SEEDS, LEAST_CHECK_SEEDS = 8, 50, 12
SEGMENT_SEEDS = 12  # seeds of which every deal is looked at, as long as the quarters that were measured
FEW = 200  # closings below which nothing is said of how win rates follow amounts. [opportunities] Assumed.
SLOTS = 150_000  # slots (buying centres x lines) for which one seed of the search is enough. [slots] Assumed.
FITTED = ("won_per_year", "cycle_closed_days", "win_rate_qualified", "deal_size")
"""Measures the unknowns are solved for, in their order; where cycles have two humps, the longer ones."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What is solved."""

    needs: float  # needs that arise by themselves. [needs / account / year]
    cycle: float  # least duration of the buyer's own process. [weeks]
    offer: float  # rise of the pull of competitors and of doing nothing above the usual. [utility]
    amount: float  # factor on the price of every line. [ratio]

    @classmethod
    def of(cls, vector: Floats) -> Solved:
        """Read them from the vector of the search, where all but the offer are logarithms."""
        needs, cycle, offer, amount = (float(value) for value in vector)
        return cls(math.exp(needs), math.exp(cycle), offer, math.exp(amount))


@dataclass(frozen=True)
class Fit:
    """What the match found."""

    text: str  # the scenario, as TOML
    table: pd.DataFrame  # columns of `sim.crm.check.COLUMNS`: data against the check's seeds
    rounds: int  # rounds of the search
    seeds: int  # seeds of each round
    check_seeds: int  # seeds of the check
    unknowns: list[Unknown]  # what the export does not tell
    segments: pd.DataFrame  # columns of `sim.crm.segments.COLUMNS`, of the check's first seeds

    @property
    def agrees(self) -> bool:
        """Whether every measure that was fitted agrees."""
        return bool((self.table.loc[self.table["fitted"], "verdict"] == "agrees").all())


class _Search:
    """Runs of the as-is case for a vector of unknowns."""

    def __init__(
        self,
        data: CrmData,
        step: Callable[[], None],
        answers: Mapping[str, Value] | None = None,
        *,
        reorders: bool = False,
    ) -> None:
        self.data, self.step = data, step
        self.checks = targets(data, reorders=reorders)
        self.band = scenario_of(scenario_text(data), data.name)
        self.segments = Segments.of(data)
        self.unknowns = unknowns(data, self.band, answers)
        self.assumed = assumed_settings(data, self.band) | unknown_settings(self.unknowns)
        self.humps = Humps.parted(data) if reorders else None
        if self.humps:
            self.assumed |= self.humps.settings()
        slots = data.centres.total * max(1, len(data.lines))
        self.seeds = min(MOST_SEEDS, max(1, SLOTS // slots))
        self.check_seeds = min(CHECK_SEEDS, max(LEAST_CHECK_SEEDS, CHECK_SEEDS * self.seeds // MOST_SEEDS))

    def text(self, point: Solved, checks: Sequence[ExportTarget] = (), sources: Mapping[str, str] | None = None) -> str:
        """Write the scenario of a point of the search."""
        solved = {
            "market.needs_per_account_year": point.needs,
            "market.cycle_weeks": point.cycle,
            "market.competitor_strength": float(self.band["market.competitor_strength"]) + point.offer,
            "market.status_quo": float(self.band["market.status_quo"]) + point.offer,
        }
        settings = {}
        for name, value in solved.items():
            item = parameter(name)
            settings[name] = Setting(float(np.clip(value, item.low, item.high)), (sources or {}).get(name, "solved"))
        return scenario_text(
            self.data, self.assumed | settings, amount_scale=point.amount, checks=checks, unknowns=self.unknowns
        )

    def means(self, text: str, first: int, count: int) -> dict[str, float]:
        """Mean of every measure over some seeds; not a number where a run has none."""
        return {name: float(np.mean(values)) for name, values in self.values(text, first, count).items()}

    def values(self, text: str, first: int, count: int) -> dict[str, Floats]:
        """Every measure of each seed. Shape (count,)."""
        summaries = self._each(text, first, count, self._measured, deals=self.humps is not None)
        return {name: np.array([summary[name] for summary in summaries]) for name in summaries[0]}

    def cells(self, text: str, first: int, count: int) -> list[pd.Series]:
        """Segments of each seed, over as many quarters as the export has whole."""
        return self._each(text, first, count, lambda run: self.segments.of_deals(run.deals), self._weeks())

    def _measured(self, run: Run) -> dict[str, float]:
        return run.summary | (self.humps.measured(self.segments.closed(run.deals)["days"]) if self.humps else {})

    def _weeks(self) -> int:
        return WEEKS_PER_QUARTER * max(1, int(self.data.moments.quarters["full"].sum()))

    def _each(
        self,
        text: str,
        first: int,
        count: int,
        take: Callable[[Run], Result],
        weeks: int | None = None,
        *,
        deals: bool = True,
    ) -> list[Result]:
        """Take something of each of some seeds, over so many weeks or the scenario's."""
        scenario = scenario_of(text, self.data.name)

        def job(seed: int) -> Result:
            result = take(simulate(scenario, seed, weeks, deals=deals))
            self.step()
            return result

        with ThreadPoolExecutor() as pool:
            return list(pool.map(job, range(first, first + count)))

    def set_reorders(self, point: Solved) -> bool:
        """Solve how many needs for an installed line are reorders; False where that is not asked for."""
        if self.humps is None:
            return False
        tried = float(self.assumed[SHARE].value)
        found = self.means(self.text(point), FIRST_SEED, self.seeds)[SHORTER]
        self.assumed[SHARE] = self.humps.reorders(tried, found)
        return True

    def set_attention(self, point: Solved) -> bool:
        """Solve how far sellers favour large deals so that win rates follow amounts as in the export.

        The contrast of log odds is taken at the usual bias and at none, and the bias interpolated. False where the
        export is too small to tell, or its amounts are all alike.
        """
        asked = self.segments.contrast(self.segments.frame)
        if not math.isfinite(asked) or len(self.segments.frame) < FEW:
            return False
        usual = float(self.band[ATTENTION])
        at = {}
        for bias in (0.0, usual):
            self.assumed[ATTENTION] = Setting(bias, "trial")
            frames = self._each(self.text(point), FIRST_SEED, self.seeds, self._contrast, self._weeks())
            at[bias] = float(np.mean(frames))
        slope = (at[usual] - at[0.0]) / usual
        value = float(np.clip((asked - at[0.0]) / slope, 0.0, parameter(ATTENTION).high)) if slope > 0.0 else usual
        what = f"log odds of the larger half less the smaller: data {asked:.2f}, model {at[0.0]:.2f} at 0"
        self.assumed[ATTENTION] = Setting(
            value, f"solved for win rates by amount ({what}, {at[usual]:.2f} at {usual:g})"
        )
        return True

    def _contrast(self, run: Run) -> float:
        return self.segments.contrast(self.segments.closed(run.deals))


def fit(
    data: CrmData,
    progress: Callable[[int, int], None] | None = None,
    answers: Mapping[str, Value] | None = None,
    *,
    reorders: bool = False,
) -> Fit:
    """Solve need rate, cycle, effort scale, strength of the alternatives and amounts; write the scenario.

    `answers` are what the user says of what no export tells (`sim.crm.unknown.read_answers`). The result is judged on
    the spread over seeds the search has not seen: a measure agrees if the interval of its mean lies within a tenth.
    With `reorders` the shorter of two humps of cycles are taken for these, and an export with one hump is refused.

    What is assumed is added to the export's quality report; measures that cannot be met are told, not hidden. Progress
    is told after each run how many are done and how many there are at most. An export that is too large is refused.
    """
    check_matchable(data)
    prepare()
    counter = _Counter(progress or (lambda *_: None))
    search = _Search(data, counter.step, answers, reorders=reorders)
    counter.total = (3 * ROUNDS + 3) * search.seeds + search.check_seeds + SEGMENT_SEEDS
    wanted = _wanted(search)
    best, rounds = _solve(search, wanted, _start(data, search))
    for follows in (search.set_reorders, search.set_attention):
        if follows(Solved.of(best)):
            best, more = _solve(search, wanted, best)
            rounds += more
    solved = Solved.of(best)
    values = search.values(search.text(solved), CHECK_SEED, search.check_seeds)
    counter.finish()
    table = check_table(search.checks, values)
    beside = search.segments.beside(search.cells(search.text(solved), CHECK_SEED, SEGMENT_SEEDS))
    sources = _sources(table, search.humps, values)
    text = search.text(solved, search.checks, sources)
    _report(data, search, sources, values)
    report_unknowns(search.unknowns, data.quality)
    return Fit(text, table, rounds, search.seeds, search.check_seeds, search.unknowns, beside)


def usual_text(data: CrmData, answers: Mapping[str, Value] | None = None) -> str:
    """Write the scenario of an export that stands still, with the usual rates of its band; nothing is run."""
    items = unknowns(data, scenario_of(scenario_text(data), data.name), answers)
    report_unknowns(items, data.quality)
    return scenario_text(data, stands_still() | unknown_settings(items), unknowns=items)


class _Counter:
    """Counts runs over all threads; the total is an upper limit until the search ends."""

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self.progress, self.done, self.total = progress, 0, 1

    def step(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)

    def finish(self) -> None:
        self.progress(self.total, self.total)


def _start(data: CrmData, search: _Search) -> Floats:
    """Begin where arrivals equal closings, of which about half come from satisfied customers and outreach."""
    closed = data.moments.closed_per_quarter.value * 4
    needs = max(0.5 * closed / max(data.centres.total, 1), 1e-3)
    days = search.humps.long if search.humps else data.moments.cycle_median_full_quarters_days.value
    weeks = max(days / 7.0 * 0.7, 1.0) if math.isfinite(days) else float(search.band["market.cycle_weeks"])
    return np.array([math.log(needs), math.log(weeks), 0.0, 0.0])


def _wanted(search: _Search) -> Floats:
    """What the search is to meet, as `_scaled`; not a number where the export does not say."""
    values = {check.name: check.value for check in search.checks if check.fitted}
    if search.humps:
        values[LONGER] = search.humps.long
    if {"bookings_per_quarter", "won_per_year"} <= values.keys():
        values["deal_size"] = values["bookings_per_quarter"] * 4 / values["won_per_year"]
    return _scaled(values)


def _scaled(means: Mapping[str, float]) -> Floats:
    """Bring the fitted measures on scales on which unknowns act nearly linearly: logarithms, log odds for shares."""
    values = np.array([means.get(name, math.nan) for name in FITTED])
    values[1] = means.get(LONGER, values[1])
    share = np.clip(values[2], 0.01, 0.99)
    scaled: Floats = np.log(np.maximum(values, 1e-6))
    scaled[2] = math.log(share / (1.0 - share)) if math.isfinite(share) else math.nan
    return scaled


def _expected(win_rate_odds: float) -> Floats:
    """How the measures should react to the unknowns, to begin with. [measures x unknowns]."""
    lost = 1.0 / (1.0 + math.exp(win_rate_odds)) if math.isfinite(win_rate_odds) else 0.5
    slopes = np.eye(4)
    slopes[0, 2] = -lost
    slopes[2, 2] = -1.0
    return slopes


def _solve(search: _Search, wanted: Floats, start: Floats) -> tuple[Floats, int]:
    """Search for the unknowns.

    Each round goes where the slopes known so far lead, at most by a limited step, and corrects the slopes by what it
    sees (Broyden). A round that makes things worse halves the step from the best point; after a few of them the slopes
    are taken for wrong and the search begins anew from there.

    Returns:
        The best vector, and the rounds it took.
    """
    slopes, reach, rounds = _expected(float(wanted[2])), 1.0, 0
    best, at_best, gap, miss = start, start * np.nan, start * 0.0, math.inf
    here = start
    while rounds < ROUNDS and (rounds == 0 or float(np.max(np.abs(gap))) > CLOSE):
        rounds += 1
        scaled = _scaled(search.means(search.text(Solved.of(here)), FIRST_SEED, search.seeds))
        slopes = _learnt(slopes, here - best, scaled - at_best)
        missing = _gap(wanted, scaled)
        now = float(np.linalg.norm(missing))
        reach = min(1.0, 2.0 * reach) if now < miss else reach / 2.0
        if now < miss:
            best, at_best, gap, miss = here, scaled, missing, now
        if reach < LEAST_REACH:
            slopes, reach = _expected(float(wanted[2])), 0.5
        here = best + _step(slopes, gap, reach, np.isfinite(wanted))
    return best, rounds


def _gap(wanted: Floats, scaled: Floats) -> Floats:
    """What is missing of what is wanted; where the model had nothing to measure, more is needed."""
    gap: Floats = np.where(np.isfinite(scaled), wanted - scaled, 1.0)
    gap[~np.isfinite(wanted)] = 0.0
    return gap


def _step(slopes: Floats, gap: Floats, reach: float, asked: npt.NDArray[np.bool_]) -> Floats:
    """Solve for the next step and keep it within reach; what is solved for nothing that was asked stays."""
    step = np.zeros(len(gap))
    step[asked], *_ = np.linalg.lstsq(slopes[np.ix_(asked, asked)], gap[asked], rcond=0.05)
    scale = min(1.0, float(np.min(reach * LARGEST_STEP / np.maximum(np.abs(step), 1e-12))))
    return np.asarray(step * scale, dtype=np.float64)


def _learnt(slopes: Floats, moved: Floats, changed: Floats) -> Floats:
    """Correct the slopes by what a step did, as little as explains it; a short step says nothing sure."""
    length = float(moved @ moved)
    if length < SHORT**2:
        return slopes
    reaction = np.where(np.isfinite(changed), changed, slopes @ moved)
    corrected: Floats = slopes + np.outer(reaction - slopes @ moved, moved) / length
    return corrected


def _sources(table: pd.DataFrame, humps: Humps | None, values: Mapping[str, Floats]) -> dict[str, str]:
    """Say of each solved value what it was solved for, and what the model gives."""
    rows = {str(row["measure"]): row for row in table.to_dict("records")}

    def of(measure: str, what: str) -> str:
        row = rows.get(measure)
        if row is None:
            return f"not solved: the export does not tell the {what}; as usual in the band"
        return f"solved for the {what}: data {row['data']:.4g}, model {row['model']:.4g}"

    alternatives = of("win_rate_qualified", "win rate on closed")
    cycle = of("cycle_closed_days", "median cycle in days")
    if humps:
        model = float(np.mean(values[LONGER]))
        cycle = f"solved for the longer cycles' median in days: data {humps.long:.4g}, model {model:.4g}"
    return {
        "market.needs_per_account_year": of("won_per_year", "opportunities won a year"),
        "market.cycle_weeks": cycle,
        "market.competitor_strength": alternatives,
        "market.status_quo": alternatives,
    }


def _report(data: CrmData, search: _Search, sources: Mapping[str, str], values: Mapping[str, Floats]) -> None:
    """Say which numbers were fitted, which were not, what the export does not tell, and what was assumed."""
    moments, quality = data.moments, data.quality
    untold = {name: source for name, source in sources.items() if source.startswith("not solved")}
    for name, source in untold.items():
        quality.add(RepairKind.UNKNOWN, "scenario", f"{name} is {source}")
    if not untold:
        rates = moments.win_rate_full_quarters, moments.win_rate, moments.win_rate_with_stale
        cycles = moments.cycle_median_full_quarters_days, moments.cycle_median_days
        met = f"longer cycles {search.humps.long:.0f}" if search.humps else f"median cycle {cycles[0].value:.0f}"
        what = (
            f"fitted: win rate {rates[0].value:.3f}, {met} days ({rates[0].source}); "
            f"not these: {rates[1].value:.3f} and {cycles[1].value:.0f} days of all closed, "
            f"{rates[2].value:.3f} with stale ones as no decision"
        )
        quality.add(RepairKind.NOTED, "model against data", what)
    if all(math.isfinite(month.value) for month in moments.month_win_rates):
        months = "%, ".join(f"{100 * month.value:.0f}" for month in moments.month_win_rates)
        what = f"not fitted: the months of a quarter win {months}%; the model has only a mild push at a quarter's end"
        quality.add(RepairKind.NOTED, "model against data", what)
    if search.humps:
        quality.add(RepairKind.NOTED, "model against data", search.humps.beside(values))
    elif math.isfinite(moments.cycle_short_share.value):
        short, long = moments.cycle_short_days.value, moments.cycle_long_days.value
        what = f"not fitted: cycles gather at {short:.0f} and {long:.0f} days; only their median is met"
        quality.add(RepairKind.NOTED, "model against data", what)
    named = ", ".join(name for name, setting in search.assumed.items() if setting.source.startswith("assumed"))
    quality.add(RepairKind.UNKNOWN, "scenario", f"assumed, each with its reason in the file: {named}")
