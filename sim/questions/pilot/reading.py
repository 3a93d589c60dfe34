"""What a firm can measure of a trial, how it reads that, and how well it tells whether rolling out pays.

A surrogate index says what readings say that rolling out is worth, with weights learned on other worlds: a linear
model of readings and kinds of idea, its coefficients shrunk towards none, so that a trial that tells little
is judged by what ideas of that kind usually bring, and a kind of which little is known by what ideas usually bring.

Sources: surrogate index, Athey, Chetty, Imbens and Kang, NBER 26463 (2019); ridge, Hoerl and Kennard, Technometrics 12
(1970) 55-67; its penalty by leaving each one out in closed form, Allen, Technometrics 16 (1974) 125-127.

Pilot teams are held against the others, now and in the quarters before. Every measure is a quotient of sums over seats
and weeks, so that a seat without open opportunities, say, does no harm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.rep.record import CUSTOMER_HOURS
from sim.studies.statistics import ALPHA, Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.machinery.state import State
    from sim.engine.world import World
    from sim.studies.statistics import Flags, Floats

    Numbers = np.ndarray[Any, np.dtype[np.int64]]


FOLDS = 10
PENALTIES = 10.0 ** np.arange(-1.0, 5.5, 0.5)


@dataclass(frozen=True, slots=True)
class Ridge:
    """A linear model: `mean` and, for every standard deviation a feature lies above its centre, its weight more."""

    mean: float
    centre: Floats  # [features]
    spread: Floats  # [features]
    weights: Floats  # [features, unit of the mean]

    @classmethod
    def fit(cls, features: Floats, values: Floats, penalties: Sequence[float] | Floats = PENALTIES) -> Ridge:
        """Fit it to values by features [n] and [n, features]; of the penalties the one that predicts best is taken.

        Features that do not vary get no weight; with fewer than 3 values none does.
        """
        mean, centre = float(values.mean()), features.mean(axis=0)
        spread = np.where(np.ptp(features, axis=0) > 0, features.std(axis=0), 1.0)
        if len(values) < 3:
            return cls(mean, centre, spread, np.zeros(len(centre)))
        left, sizes, right = np.linalg.svd((features - centre) / spread, full_matrices=False)
        inside = left.T @ (values - mean)

        def error(penalty: float) -> float:
            kept = sizes**2 / (sizes**2 + penalty)
            leverage = 1.0 / len(values) + left**2 @ kept
            return float(np.mean(((values - mean - left @ (kept * inside)) / (1.0 - leverage)) ** 2))

        penalty = min(penalties, key=error)
        return cls(mean, centre, spread, right.T @ (sizes / (sizes**2 + penalty) * inside))

    def predict(self, features: Floats) -> Floats:
        """Expected values of new features. [n, features] to [n]."""
        expected: Floats = self.mean + (features - self.centre) / self.spread @ self.weights
        return expected


def features_of(kinds: Sequence[str], readings: Floats) -> Floats:
    """Put a column for each kind of idea before the readings. [n] and [n, readings] to [n, kinds + readings]."""
    names = sorted(set(kinds))
    return np.hstack([np.array([[kind == name for name in names] for kind in kinds], dtype=float), readings])


def folds_of(n: int) -> Numbers:
    """Deal worlds to folds of about one size, by chance that is the same every time. [n]."""
    folds: Numbers = np.random.default_rng(0).permutation(n) % min(FOLDS, max(n, 1))
    return folds


def cross_fitted(features: Floats, values: Floats, folds: Numbers) -> Floats:
    """Expect each value from a model that was fitted to the other folds alone; not a number where there are none.

    Args:
        features: [n, features]
        values: What was found. [n]
        folds: Number of the fold of each. [n]
    """
    expected = np.full(len(values), np.nan)
    for fold in np.unique(folds):
        judged = folds == fold
        if not judged.all():
            expected[judged] = Ridge.fit(features[~judged], values[~judged]).predict(features[judged])
    return expected


SEATS = "active"
CLOSED = ("won", "lost", "undecided")


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure of a trial: fields of reps that are added up, over others that are."""

    name: str  # as in tables
    label: str  # as a reader sees it
    source: str  # where a firm has it from
    parts: tuple[str, ...]
    whole: tuple[str, ...] = (SEATS,)
    each_seat: bool = False  # whether the parts are states of a seat's holder, which count where the seat is filled
    growth: str = ""  # field whose growth over the window is added to the parts


CRM, CALENDAR, LEDGER, STAFF = "CRM", "calendar", "ledger", "personnel"
BUYERS, REPS, MANAGERS = "buyers asked", "reps asked", "managers in the field"

READINGS = (
    Reading("customer_hours", "Hours with buyers", CALENDAR, CUSTOMER_HOURS),
    Reading("prospecting_hours", "Hours of prospecting", CALENDAR, ("hours_prospecting",)),
    Reading("access", "Hours buyers grant", CALENDAR, ("access_of_open",), ("n_open",)),
    Reading("opened", "Opportunities opened", CRM, CLOSED, growth="n_open"),
    Reading("open", "Open opportunities", CRM, ("n_open",)),
    Reading("pipeline_value", "Value of the pipeline", CRM, ("pipeline_value",)),
    Reading("won", "Deals won", CRM, ("won",)),
    Reading("win_rate", "Win rate", CRM, ("won",), CLOSED),
    Reading("experience", "Buyers learn something", BUYERS, ("experience_of_open",), ("n_open",)),
    Reading("preference", "Buyers prefer us", BUYERS, ("preference_of_open",), ("n_open",)),
    Reading("trust", "Accounts trust us", BUYERS, ("trust_of_accounts",), ("n_accounts",)),
    Reading("satisfaction", "Customers satisfied", BUYERS, ("satisfaction_of_customers",), ("customers_seen",)),
    Reading("conversation", "Skill of conversation", MANAGERS, ("capability_conversation",), each_seat=True),
    Reading("driving", "Skill of driving deals", MANAGERS, ("capability_driving",), each_seat=True),
    Reading("adherence", "Follows the playbook", MANAGERS, ("adherence",), each_seat=True),
    Reading("rep_trust", "Reps trust management", REPS, ("rep_trust",), each_seat=True),
    Reading("motivation", "Motivation", REPS, ("motivation",), each_seat=True),
    Reading("left", "Reps who left", STAFF, ("left",)),
    Reading("churned", "Contract value lost", LEDGER, ("churned",), ("recurring",)),
    Reading("cost", "Cost of reps", LEDGER, ("cost",)),
    Reading("bookings", "Bookings", LEDGER, ("booked",)),
)
"""Measures a firm can have of each team at the end of a trial; a buyer's mind only by asking."""

NAMES = tuple(one.name for one in READINGS)
LABELS = {one.name: one.label for one in READINGS}
_FIELDS = tuple(dict.fromkeys(f for one in READINGS for f in (*one.parts, *one.whole)))
_STATES = tuple(part for one in READINGS if one.each_seat for part in one.parts)
_ROW = {name: number for number, name in enumerate(_FIELDS)}


def observed(state: State) -> Floats:
    """Sums over the seats of each front-line team in the week that has passed, one row a field. [fields, teams]."""
    reps, teams = state.reps, int(np.sum(state.managers["level"] == 1))
    mine = reps[reps["idle"] == 0]
    filled = mine["active"].astype(float)
    rows = [mine[name] * filled if name in _STATES else mine[name].astype(float) for name in _FIELDS]
    return np.array([np.bincount(mine["manager"], row, teams) for row in rows])


def follow(world: World, weeks: int) -> list[Floats]:
    """Run a world some weeks and observe its teams in each. [weeks] of [fields, teams]."""
    seen = []
    for _ in range(weeks):
        world.advance(1)
        seen.append(observed(world.state))
    return seen


def changes(before: Sequence[Floats], after: Sequence[Floats], pilots: Sequence[int]) -> Floats:
    """Difference in differences of every reading, as a share of what all teams had before.

    Args:
        before: The weeks before the trial as `observed` gives them, and one before. [weeks + 1] of [fields, teams]
        after: The weeks of the trial. [weeks] of [fields, teams]
        pilots: Numbers of the pilot teams.

    Returns:
        By how much the pilot teams grew more than the others, one number a reading in the order of `READINGS`; 0 where
        nobody had anything of it before. [readings]
    """
    trial = [before[-1], *after]
    chosen = np.isin(np.arange(before[0].shape[1]), pilots)
    return np.array([_change(one, np.stack(before), np.stack(trial), chosen) for one in READINGS])


def _change(one: Reading, before: Floats, trial: Floats, chosen: Flags) -> float:
    level = abs(_level(one, before, chosen | ~chosen))
    gap = _level(one, trial, chosen) - _level(one, trial, ~chosen)
    gap_before = _level(one, before, chosen) - _level(one, before, ~chosen)
    return (gap - gap_before) / level if level else 0.0


def _level(one: Reading, weeks: Floats, teams: Flags) -> float:
    """A reading of some teams over all weeks but the first, which is where growth begins."""
    inside = weeks[:, :, teams].sum(axis=2)
    above = sum(float(inside[1:, _ROW[name]].sum()) for name in one.parts)
    if one.growth:
        above += float(inside[-1, _ROW[one.growth]] - inside[0, _ROW[one.growth]])
    below = sum(float(inside[1:, _ROW[name]].sum()) for name in one.whole)
    return above / below if below > 0 else 0.0


def booked_a_year(before: Sequence[Floats]) -> float:
    """Bookings of all teams in the weeks before the trial, as of a year. [currency / year]."""
    weeks = np.stack(before[1:])
    return float(weeks[:, _ROW["booked"]].sum()) * WEEKS_PER_YEAR / len(weeks)


DESIGN = ["teams", "quarters"]
ALL = -1  # number of all ideas together
WAYS = ("index", "bookings", "usual")  # ways to decide: `usual` is by what ideas of the kind usually bring, no reading
DETECTED = float(scipy.special.ndtri(0.975) + scipy.special.ndtri(0.8))  # least effect in standard errors: 80% power


def values_of(part: pd.DataFrame) -> Floats:
    """What rolling out is worth from the end of the trial on, as a share of bookings of a year. [trials]."""
    values: Floats = ((part["rolled_out"] - part["dropped"]) / part["scale"]).to_numpy(dtype=float)
    return values


def with_index(trials: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Add what rolling out is expected to be worth, by world and design, from models of the other worlds.

    Args:
        trials: As `PilotStudy.trials`, without these two columns.
        kinds: Kind of each idea. [ideas]

    Returns:
        The trials with `index`, from readings and kind, and `usual`, from the kind alone. [currency]
    """
    parts = [trials.assign(index=math.nan, usual=math.nan)[:0]] if trials.empty else []
    for _, part in trials.groupby(DESIGN, sort=False):
        named = [kinds[idea] for idea in part["idea"]]
        values, folds, scale = values_of(part), folds_of(len(part)), part["scale"].to_numpy(dtype=float)
        features = features_of(named, part[list(NAMES)].to_numpy(dtype=float))
        usual = features_of(named, np.empty((len(part), 0)))
        found = (cross_fitted(one, values, folds) * scale for one in (features, usual))
        parts.append(part.assign(**dict(zip(("index", "usual"), found, strict=True))))
    return pd.concat(parts).sort_index()


def power_frame(trials: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Tell how often each way to decide is right, by design and idea.

    Args:
        trials: As `PilotStudy.trials`.
        threshold: Growth asked for by the reading of bookings. [share]

    Returns:
        `teams`, `quarters`, `idea` (-1: all together), `n` worlds, `pays` (share in which rolling out is worth it from
        the end of the trial on), `correlation` of the index with what it is worth; mean, low and high of the share of
        right decisions, such as `right_index_mean`, for each of `WAYS`; `told`, whether the index is clearly right more
        often than not, at a level that holds for all designs together; `bookings_sd`, spread of the difference in
        differences of bookings over worlds, and `bookings_least`, the effect it shows four times in five [shares];
        `clearest`, the reading whose mean is most of its spread, and `clearness`, how much.
    """
    designs = trials.groupby(DESIGN)
    rows = [
        {"teams": teams, "quarters": quarters, "idea": idea} | _power(part, threshold, ALPHA / designs.ngroups)
        for (teams, quarters), worlds in designs
        for idea, part in _by_idea(worlds)
    ]
    return pd.DataFrame(rows)


def _by_idea(worlds: pd.DataFrame) -> Iterator[tuple[int, dict[str, Floats]]]:
    """Columns of all worlds, then of those of each idea, where there are several; readings side by side."""
    names = ("rolled_out", "dropped", "index", "usual", "gain")
    columns: dict[str, Floats] = {name: worlds[name].to_numpy(dtype=float) for name in names}
    columns |= {"worth": values_of(worlds), "readings": worlds[list(NAMES)].to_numpy(dtype=float)}
    yield ALL, columns
    tried = worlds["idea"].to_numpy(dtype=int)
    ideas = np.unique(tried)
    for idea in ideas if len(ideas) > 1 else ():
        yield int(idea), {name: column[tried == idea] for name, column in columns.items()}


def _power(part: dict[str, Floats], threshold: float, alpha: float) -> dict[str, Any]:
    pays = part["rolled_out"] > part["dropped"]
    said = {"index": part["index"] > 0, "bookings": part["gain"] >= threshold, "usual": part["usual"] > 0}
    right: dict[str, Flags] = {way: said[way] == pays for way in WAYS}
    spread = float(part["gain"].std(ddof=1)) if len(pays) > 1 else math.nan
    clear = clearness(part["readings"])
    row = {"n": len(pays), "pays": float(pays.mean()), "correlation": correlation(part["index"], part["worth"])}
    for way in WAYS:
        share = share_interval(right[way])
        row |= {f"right_{way}_{end}": getattr(share, end) for end in ("mean", "low", "high")}
    return row | {
        "told": bool(share_interval(right["index"], alpha).low > 0.5),
        "bookings_sd": spread,
        "bookings_least": DETECTED * spread,
        "clearest": NAMES[int(np.argmax(clear))] if clear.any() else "",
        "clearness": float(clear.max()) if clear.any() else math.nan,
    }


def clearness(readings: Floats) -> Floats:
    """Size of each reading's mean in standard deviations of one trial; 0 where it does not vary. [n, k] to [k]."""
    if len(readings) < 2:
        return np.zeros(readings.shape[1])
    spread = readings.std(axis=0, ddof=1)
    clear: Floats = np.divide(np.abs(readings.mean(axis=0)), spread, out=np.zeros(len(spread)), where=spread > 0)
    return clear


def measures_frame(trials: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Tell what each reading says: a row a design and reading.

    Returns:
        `teams`, `quarters`, `reading`, its `correlation` with what rolling out is worth over all worlds, and its
        `weight` in an index fitted to all of them: value of one standard deviation, in shares of bookings of a year.
    """
    rows = []
    for (teams, quarters), part in trials.groupby(DESIGN):
        features = features_of([kinds[idea] for idea in part["idea"]], part[list(NAMES)].to_numpy(dtype=float))
        weights = Ridge.fit(features, values_of(part)).weights[-len(NAMES) :]
        for name, weight in zip(NAMES, weights, strict=True):
            tells = correlation(part[name], values_of(part))
            rows.append((teams, quarters, name, tells, float(weight)))
    return pd.DataFrame(rows, columns=[*DESIGN, "reading", "correlation", "weight"])


def correlation(one: Floats | pd.Series[Any], other: Floats) -> float:
    """Pearson's correlation; not a number where one of them does not vary or is not known."""
    first = np.asarray(one, dtype=float)
    varies = len(first) > 1 and np.ptp(first) > 0 and np.ptp(other) > 0
    return float(np.corrcoef(first, other)[0, 1]) if varies else math.nan


def share_interval(mask: Flags, alpha: float = ALPHA) -> Interval:
    """Share of true values, with Wilson's interval."""
    if not len(mask):
        return Interval(0, math.nan, math.nan, math.nan)
    n, share, z = len(mask), float(mask.mean()), float(scipy.special.ndtri(1.0 - alpha / 2.0))
    middle = (share + z**2 / (2 * n)) / (1.0 + z**2 / n)
    width = z * math.sqrt(share * (1.0 - share) / n + z**2 / (4 * n**2)) / (1.0 + z**2 / n)
    return Interval(n, share, min(middle - width, share), max(middle + width, share))
