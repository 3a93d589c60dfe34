"""Where should the next money and hours go? The best mix of levers under a budget, and how sure one is of it.

Mixes are searched on common seeds (`search`). The best of a search are too good to be true, since chance helped
to choose them. Therefore the best few that differ from each other, and as is, are run again on fresh seeds, on which
the recommendation and the runner-up are chosen; and those once more on further fresh seeds, from which every number
comes that is told. Over several worlds the fresh seeds are fresh worlds too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.invest.levers import COACHING, FIELD, PriceBook, affordable, levers_of
from sim.questions.invest.runs import (
    Runs,
    SeededOrganization,
    check_evaluations,
    difference,
    goal_of,
    level,
    read_budget,
    read_effort,
    read_weeks,
    score,
    worlds_of,
)
from sim.questions.invest.search import LEVELS, Archive, SearchProblem, search
from sim.scenario.seeds import check_seed
from sim.studies.statistics import ALPHA, Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from sim.questions.invest.levers import MixLever
    from sim.questions.invest.runs import Effort
    from sim.questions.invest.search import Point
    from sim.scenario.measures import Measure
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats

    _Runs = Callable[[Sequence[Mapping[str, Any]], Sequence[SeededOrganization]], Floats]


@dataclass(frozen=True)
class Mix:
    """One way to spend."""

    changes: Mapping[str, Value]  # parameters that differ from as is, by dotted name; none for as is
    spend: float  # above that of as is, at list prices [currency / year]
    table: pd.DataFrame  # A row a lever: `lever`, `name`, `unit`, `as_is`, `value`, `spend` (currency / year)

    @property
    def is_as_is(self) -> bool:
        """Whether nothing is changed."""
        return not self.changes


@dataclass(frozen=True)
class Investment:
    """The answer to "where should the next money and hours go?".

    All differences are improvements, in the unit of the goal: more is better, whatever the goal. They come from seeds
    (or worlds) that neither the search nor the choice has seen.

    Attributes:
        scenario, budget, goal, robust: What was asked.
        effort: How much was run.
        levers: What was mixed.
        weeks: Weeks of each run.
        from_start: Whether mixes had a burn-in of their own.
        recommendation: The best mix on the seeds of the choice; as is, where nothing was better.
        runner_up: The second best that is another kind of mix; None where there is none.
        as_is, result: Goal as is and with the recommendation.
        against_as_is, against_runner_up: What the recommendation improves.
        better: Share of seeds or worlds in which it is better than as is.
        frontier: The best mix found for each part of the budget, the cheapest first: `spend`, `role`, `difference` from
            as is with `low` and `high`, `on_frontier` (nothing cheaper is as good), a column a lever.
        parts: A row a lever that the recommendation moves: what it adds to the rest of the mix.
        finalists: Mixes that were compared for the choice, the best first.
        evaluated: Every mix of the search: a column a lever, `spend`, `score` and `mean` on the seeds of the search.
        replicates: A row a fresh seed or world: `replicate`, `as_is`, `recommendation`, `runner_up`.
        exhaustive: Whether every mix that can be paid was tried.
        interrupted: Whether the search was ended before its time.
        failures: Runs that broke and were left out, one sentence each.
        notes: What else one should know.
        seeds: Every seed used.
    """

    scenario: Scenario
    budget: float
    goal: Measure
    robust: str
    effort: Effort
    levers: tuple[MixLever, ...]
    weeks: int
    from_start: bool
    recommendation: Mix
    runner_up: Mix | None
    as_is: Interval
    result: Interval
    against_as_is: Interval
    against_runner_up: Interval | None
    better: float
    frontier: pd.DataFrame
    parts: pd.DataFrame
    finalists: pd.DataFrame
    evaluated: pd.DataFrame
    replicates: pd.DataFrame
    exhaustive: bool
    interrupted: bool
    failures: Sequence[str]
    notes: Sequence[str]
    seeds: Sequence[int]

    @property
    def pays(self) -> bool:
        """Whether the recommendation is better than doing nothing, with its whole interval."""
        return not self.recommendation.is_as_is and self.against_as_is.low > 0.0

    @property
    def clear(self) -> bool:
        """Whether it is better than the runner-up, with its whole interval."""
        return self.against_runner_up is not None and self.against_runner_up.low > 0.0

    def _repr_html_(self) -> str:
        """Show the recommendation in a notebook."""
        html: str = self.recommendation.table.to_html(index=False)
        return html


def table_of(levers: Sequence[MixLever], changes: Mapping[str, Value], shares: Mapping[str, float]) -> pd.DataFrame:
    """Write a mix as a table, a row a lever."""
    return pd.DataFrame({
        "lever": lever.dotted, "name": lever.name, "unit": lever.unit, "as_is": lever.grid[lever.home],
        "value": changes.get(lever.dotted, lever.grid[lever.home]), "spend": shares.get(lever.dotted, 0.0),
    } for lever in levers)  # fmt: skip


FINALISTS = 5  # mixes that are run again beside as is
APART = 0.2  # share of a lever's range by which two mixes must differ somewhere to count as two kinds of mix


@dataclass(frozen=True)
class _Study:
    """What is asked, checked, with the tools to answer it."""

    scenario: Scenario
    budget: float
    goal: Measure
    robust: str
    effort: Effort
    levers: tuple[MixLever, ...]
    prices: PriceBook
    runs: _Runs
    key: int

    def changes(self, point: Point) -> dict[str, Any]:
        """Parameters of a mix that differ from as is."""
        pairs = zip(self.levers, point, strict=True)
        return {lever.dotted: lever.grid[place] for lever, place in pairs if place != lever.home}

    def spend(self, point: Point) -> float:
        """Yearly spend of a mix."""
        return self.prices.spend(self.changes(point))

    def mix(self, point: Point) -> Mix:
        """Describe a mix."""
        changes = self.changes(point)
        return Mix(changes, self.spend(point), table_of(self.levers, changes, self.prices.shares(changes)))

    @cached_property
    def samples(self) -> tuple[list[SeededOrganization], list[SeededOrganization], list[SeededOrganization]]:
        """Worlds of the search, of the choice and of the result; no seed is used twice."""
        n, many = self.effort, self.effort.worlds
        if not many:
            ends = np.cumsum([0, n.seeds, n.fresh, n.fresh]).tolist()
            first, second, third = ([SeededOrganization({}, tuple(range(ends[k], ends[k + 1])))] for k in range(3))
            return first, second, third
        draw = partial(worlds_of, self.scenario, seeds=n.seeds)
        begin = many * n.seeds, (many + n.fresh) * n.seeds
        return draw(many, self.key, 0), draw(n.fresh, self.key + 1, begin[0]), draw(n.fresh, self.key + 2, begin[1])

    def run(self, points: Iterable[Point], worlds: Sequence[SeededOrganization]) -> dict[Point, Floats]:
        """Run some mixes. [replicates each]."""
        listed = list(dict.fromkeys(points))
        values = self.runs([self.changes(point) for point in listed], worlds)
        return dict(zip(listed, values, strict=True))

    def run_sound(self, points: Iterable[Point], worlds: Sequence[SeededOrganization]) -> dict[Point, Floats]:
        """Run some mixes and as is; replicates in which as is breaks are left out."""
        results = self.run([self.home, *points], worlds)
        sound = np.isfinite(results[self.home])
        return {point: values[sound] for point, values in results.items()}

    @cached_property
    def home(self) -> Point:
        """The mix as it is."""
        return tuple(lever.home for lever in self.levers)

    @cached_property
    def problem(self) -> SearchProblem:
        """What is searched."""
        sound: list[Any] = []

        def evaluate(points: Sequence[Point]) -> Floats:
            values = np.array(list(self.run(points, self.samples[0]).values()))
            if not sound:  # the first mix is as is
                sound.append(np.isfinite(values[0]))
                if not sound[0].any():
                    raise RuntimeError("no run of the organization as it is went well, so there is nothing to compare")
            kept: Floats = values[:, sound[0]]
            return kept

        counts = tuple(len(lever.grid) for lever in self.levers)
        paid = tuple(lever.price > 0.0 for lever in self.levers)
        return SearchProblem(
            counts, self.home, paid, cache(self.spend), evaluate, partial(score, self.robust), self.budget
        )


def invest(
    scenario: Scenario, budget: float, goal: str = "net_contribution", levers: Sequence[str] | None = None,
    robust: str = "mean", *, reallocate: bool = False, evaluations: int | None = None, worlds: int | None = None,
    seeds: int | None = None, fresh: int | None = None, seed: int = 0, weeks: int | None = None,
    from_start: bool = False, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
    folder: Path | None = None, runs: _Runs | None = None,
) -> Investment:  # fmt: skip
    """Find the best mix of levers under a budget.

    The answer is the same for any number of workers. Ctrl-C ends the search; what was tried is then compared.

    Args:
        scenario: The organization as it is.
        budget: What may be spent above today, at list prices. [currency / year]
        goal: A measure of a run that is better or worse, or "loop_gain" (of the sales flywheel; slow).
        levers: What is mixed, each "KEY", "KEY=LOW..HIGH" or "KEY=LOW..HIGH/STEP"; `invest_levers.DEFAULT` by default.
        robust: "mean"; "worst_decile", the result nine worlds of ten exceed; or "regret", the least loss against the
            best mix known in each world that one world of ten exceeds.
        reallocate: Whether what is spent today may be cut in favour of something else.
        evaluations: Mixes tried.
        worlds: Plausible worlds for the search; by default none for the mean.
        seeds: Seeds of the search; of each world, where there are worlds.
        fresh: Fresh seeds (or worlds) for the choice, and again as many for the result.
        seed: Key of the search and of the draw of worlds.
        weeks: Weeks of each run, `organization.weeks` unless given; not with the loop gain.
        from_start: Give each mix a burn-in of its own: an organization that always was so.
        workers: Threads, as many as there are cores by default.
        progress: Told how many runs are done and about how many there are.
        folder: Where runs are kept: the same call goes on where it was stopped. Those of the loop gain are not kept.
        runs: What runs mixes in worlds; the model by default.

    Raises:
        InputError: Something cannot be used; nothing was run.
        KeyboardInterrupt: It was stopped before there was anything to compare.
        RuntimeError: No run of the organization as it is went well.
    """
    aim = goal_of(goal)
    money = read_budget(budget)
    effort = read_effort(aim, robust, (evaluations, worlds, seeds, fresh))
    length = read_weeks(aim, scenario, weeks)
    prices = PriceBook(scenario, length, from_start=from_start)
    every, notes = levers_of(prices, money, levers, reallocate=reallocate)
    able = affordable(every, money, scenario.currency, reallocate=reallocate)
    notes += [_too_dear(lever, scenario.currency) for lever in every if lever not in able and lever.price > 0.0]
    check_evaluations(effort, able)
    check_seed(check_seed(seed) + len(LEVELS))
    model = Runs(scenario, aim, length, from_start, workers, _counter(progress, effort.runs), folder=folder)
    study = _Study(scenario, money, aim, robust, effort, able, prices, runs or model, seed)
    return _Answer(study, search(study.problem, effort.evaluations, seed)).investment(notes, model.failures)


class _Answer:
    """From what the search has tried to the numbers that are reported."""

    def __init__(self, study: _Study, archive: Archive) -> None:
        self.study, self.archive = study, archive
        self.ranked = archive.ranked(study.budget)
        self.finalists = _apart([point for point in self.ranked if point != study.home], study.levers)
        self._choose()
        self._report()

    def _choose(self) -> None:
        """Choose the recommendation and the runner-up on fresh seeds."""
        study = self.study
        chosen = study.run_sound(self.finalists, study.samples[1])
        values = np.array(list(chosen.values()))
        scores = np.nan_to_num(score(study.robust, values, np.nanmax(values, axis=0)), nan=-np.inf)
        self.scores = dict(zip(chosen, scores.tolist(), strict=True))
        self.order = sorted(chosen, key=lambda point: (-self.scores[point], study.spend(point)))
        self.best = self.order[0]
        self.second = next((point for point in self.order[1:] if point != study.home), None)

    def _report(self) -> None:
        """Run what is reported on further fresh seeds."""
        study = self.study
        self.levels = list(dict.fromkeys(self.archive.ranked(share * study.budget)[0] for share in reversed(LEVELS)))
        self.without = {
            k: (*self.best[:k], home, *self.best[k + 1 :]) for k, home in enumerate(study.home) if self.best[k] != home
        }
        second = [self.second] if self.second else []
        rivals = self.finalists if study.robust == "regret" else []
        points = [self.best, *second, *rivals, *self.levels, *self.without.values()]
        self.results = study.run_sound(points, study.samples[2])
        self.bar = np.nanmax(np.array(list(self.results.values())), axis=0)

    def level(self, point: Point) -> Interval:
        """Score of a mix in the unit of the goal: regret is positive, and less is better."""
        interval = level(self.study.robust, self.results[point], self.bar)
        sign = -1 if self.study.robust == "regret" else self.study.goal.better
        return interval if sign > 0 else Interval(interval.n, -interval.mean, -interval.high, -interval.low)

    def gain(self, point: Point, other: Point, alpha: float = ALPHA) -> Interval:
        """How much better one mix is than another."""
        return difference(self.study.robust, self.results[point], self.results[other], self.bar, alpha)

    def investment(self, notes: Sequence[str], failures: Sequence[str]) -> Investment:
        """Put it together."""
        study, home, prices = self.study, self.study.home, self.study.prices
        ahead = self.results[self.best] - self.results[home]
        ahead = ahead[np.isfinite(ahead)]
        return Investment(
            scenario=study.scenario, budget=study.budget, goal=study.goal, robust=study.robust, effort=study.effort,
            levers=study.levers, weeks=prices.weeks, from_start=prices.from_start,
            recommendation=study.mix(self.best), runner_up=study.mix(self.second) if self.second else None,
            as_is=self.level(home), result=self.level(self.best), against_as_is=self.gain(self.best, home),
            against_runner_up=self.gain(self.best, self.second) if self.second else None,
            better=float(np.mean(ahead > 0.0) + np.mean(ahead == 0.0) / 2.0),
            frontier=self._frontier(), parts=self._parts(), finalists=self._finalists(), evaluated=self._evaluated(),
            replicates=self._replicates(), exhaustive=self.archive.exhaustive, interrupted=self.archive.interrupted,
            failures=tuple(dict.fromkeys(failures)), notes=(*notes, *self._notes()),
            seeds=sorted({seed for sample in study.samples for world in sample for seed in world.seeds}),
        )  # fmt: skip

    def _named(self, point: Point) -> dict[str, Any]:
        """A column a lever."""
        return {lever.dotted: lever.grid[place] for lever, place in zip(self.study.levers, point, strict=True)}

    def _frontier(self) -> pd.DataFrame:
        rows, highest = [], -math.inf
        points = {self.study.home, *self.levels, self.best}
        for point in sorted(points, key=lambda point: (self.study.spend(point), point != self.study.home)):
            gain = self.gain(point, self.study.home)
            on = gain.mean > highest
            highest = max(highest, gain.mean)
            ends = {"difference": gain.mean, "low": gain.low, "high": gain.high, "on_frontier": on}
            role = "as is" if point == self.study.home else "recommended" if point == self.best else ""
            rows.append({"spend": self.study.spend(point), "role": role, **ends, **self._named(point)})
        return pd.DataFrame(rows)

    def _parts(self) -> pd.DataFrame:
        shares = self.study.prices.shares(self.study.changes(self.best))
        rows = []
        for number, rest in self.without.items():
            lever = self.study.levers[number]
            gain = self.gain(self.best, rest, ALPHA / len(self.without))
            as_is, value = lever.grid[lever.home], lever.grid[self.best[number]]
            cost = shares.get(lever.dotted, 0.0)
            rows.append((lever.dotted, lever.name, as_is, value, cost, gain.mean, gain.low, gain.high))
        columns = ["lever", "name", "as_is", "value", "spend", "difference", "low", "high"]
        return pd.DataFrame(rows, columns=columns).sort_values("difference", ascending=False, ignore_index=True)

    def _finalists(self) -> pd.DataFrame:
        search_scores = self.archive.scores()
        return pd.DataFrame({
            "rank": rank, "spend": self.study.spend(point), "score_search": search_scores[point],
            "score_choice": self.scores[point], **self._named(point),
        } for rank, point in enumerate(self.order, start=1))  # fmt: skip

    def _evaluated(self) -> pd.DataFrame:
        scores, sign = self.archive.scores(), self.study.goal.better
        rows = [
            {**self._named(point), "spend": self.study.spend(point), "score": scores[point], "mean": sign * row.mean()}
            for point, row in self.archive.results.items()
        ]
        return pd.DataFrame(rows).sort_values("score", ascending=False, ignore_index=True)

    def _replicates(self) -> pd.DataFrame:
        named = {"as_is": self.study.home, "recommendation": self.best, "runner_up": self.second}
        columns = {name: self.study.goal.better * self.results[point] for name, point in named.items() if point}
        return pd.DataFrame({"replicate": range(len(self.bar)), **columns})

    def _notes(self) -> list[str]:
        """Say which levers that cost nothing are at the end of their range, and where burn-ins are not shared."""
        own = "Each mix has a burn-in of its own: what it changes holds from its beginning, not from week 0."
        return ([own] if self.study.prices.from_start else []) + [
            f"{lever.name.capitalize()} is at the end of its range, {lever.text(-1)} {lever.unit}"
            + ("; managers have no more hours." if lever.dotted in (COACHING, FIELD) else ".")
            for lever, place in zip(self.study.levers, self.best, strict=True)
            if place == len(lever.grid) - 1 != lever.home and lever.price <= 0.0
        ]


def _apart(ranked: Sequence[Point], levers: Sequence[MixLever]) -> list[Point]:
    """Give the best few mixes that differ from each other by more than a step."""
    kinds: list[Point] = []
    for point in ranked:
        spans = [len(lever.grid) - 1 for lever in levers]
        if all(max(abs(a - b) / n for a, b, n in zip(point, other, spans, strict=True)) >= APART for other in kinds):
            kinds.append(point)
        if len(kinds) == FINALISTS:
            break
    return kinds


def _too_dear(lever: MixLever, currency: str) -> str:
    name = lever.name[:1].upper() + lever.name[1:]
    return f"{name} cannot be had: the least of it costs {lever.price:,.0f} {currency} a year."


def _counter(progress: Callable[[int, int], None] | None, total: int) -> Callable[[int], None] | None:
    if progress is None:
        return None
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(min(done, total), total)

    return count
