"""How well a trial tells whether rolling out pays: by the index, by bookings, and by what such ideas usually bring."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from sim.questions.pilot.index import Ridge, cross_fitted, features_of, folds_of
from sim.questions.pilot.reading import NAMES
from sim.studies.statistics import ALPHA, Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.studies.statistics import Flags, Floats

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
