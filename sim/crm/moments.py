"""What an export says in numbers, each with its unit, the rows it comes from and how it was taken."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from sim.crm.durations import median_days, rounded_to
from sim.crm.quality import RepairKind
from sim.crm.season import season_of
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.crm.clean import Cleaned
    from sim.crm.quality import Quality
    from sim.crm.season import Season

QUARTER_SLACK_DAYS = 7
"""A quarter is whole if the data begin and end at most so long (or three mean gaps) from its ends. [days] Assumed."""
DAYS_PER_QUARTER = 365.25 / 4
MIN_MODE_SHARE = 0.15  # share of closings that each of two groups of cycles needs to be called a mode. Assumed.
PROCESSES = ("line", "source", "region", "manager")  # fields by which two buying processes may be told apart
TELLING = 0.5  # share of the variance between short and long cycles that a field must explain to tell them. Assumed.
LEAST_CELL = 10  # closings of a cell of it. [opportunities] Assumed.
MIN_MODE_SEPARATION = 0.75
"""Share of the variance of cycles that two groups must explain; 0.75 is that of a uniform spread."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One number from the data (not a number where they do not say), its unit, its rows and how it was taken."""

    value: float
    unit: str
    rows: int
    source: str

    def __float__(self) -> float:
        return self.value


@dataclass(frozen=True, slots=True)
class Moments:
    """All numbers taken from an export.

    Whole quarters are those that `quarters` calls full; where there is none, the whole span of closings is scaled to
    a quarter and each source says so.
    """

    win_rate: Moment
    win_rate_with_stale: Moment
    win_rate_full_quarters: Moment
    cycle_median_days: Moment
    cycle_median_full_quarters_days: Moment
    cycle_won_days: Moment
    cycle_longest_days: Moment
    cycle_short_days: Moment
    cycle_long_days: Moment
    cycle_short_share: Moment
    bookings_per_quarter: Moment
    wins_per_quarter: Moment
    closed_per_quarter: Moment
    opened_per_week: Moment
    mean_amount: Moment
    wins_per_seller: Moment
    closed_per_seller: Moment
    largest_line_share: Moment
    top_fifth_share: Moment
    month_win_rates: tuple[Moment, Moment, Moment]
    quarters: pd.DataFrame
    managers: pd.DataFrame
    season: Season | None  # of wins
    needs_season: Season | None  # of what is opened

    def table(self) -> pd.DataFrame:
        """List every single number: measure, value, unit, rows, source. Shape (n_moments,)."""
        listed: list[dict[str, object]] = []
        for part in fields(self):
            value = getattr(self, part.name)
            many = value if isinstance(value, tuple) else (value,)
            for i, moment in enumerate(many, start=1):
                if isinstance(moment, Moment):
                    name = f"{part.name}_{i}" if len(many) > 1 else part.name
                    listed.append({"measure": name} | {f.name: getattr(moment, f.name) for f in fields(moment)})
        return pd.DataFrame(listed)


@dataclass(frozen=True, slots=True)
class _Base:
    """The rows that moments are taken from."""

    closed: pd.DataFrame
    in_full: pd.DataFrame
    quarters_long: float
    span: str


def measure(cleaned: Cleaned, quality: Quality) -> Moments:
    """Take all moments; InputError if nothing was won with an amount and a closing date."""
    frame = cleaned.frame
    closed = frame[frame["outcome"] != "open"]
    usable = closed[(closed["outcome"] == "won") & closed["amount"].notna() & closed["closed"].notna()]
    if usable.empty:
        first = "".join(f"; first look at {found.text}" for found in quality.first(1))
        raise InputError(
            f"no won opportunity has both an amount and a closing date, so there is nothing to go by{first}"
        )
    quarters = _quarters(frame, cleaned.as_of)
    season = season_of(quarters)
    needs = _season_of_needs(frame, quarters, season, quality)
    if season:
        _whole_years(quarters)
    _report_quarters(quarters, frame, quality)
    base = _base(closed, quarters, cleaned.as_of)
    managers, cycles = _managers(base.in_full), _cycles(base)
    _report_humps(closed, cycles, quality)
    return Moments(
        **_win_rates(frame, base), **cycles, **_volumes(frame, base, usable),
        largest_line_share=_largest_line(managers), top_fifth_share=_top_fifth(base),
        month_win_rates=_month_win_rates(base), quarters=quarters, managers=managers, season=season,
        needs_season=needs,
    )  # fmt: skip


def _won(rows: pd.DataFrame) -> pd.Series:
    return rows["outcome"] == "won"


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _quarters(frame: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Calendar quarters with closings: full or not and why, with what happened in each."""
    closed = frame.dropna(subset=["closed"])
    per = closed["closed"].dt.to_period("Q")
    days = closed["closed"].drop_duplicates().sort_values()
    slack = max(QUARTER_SLACK_DAYS, 3 * float(days.diff().dt.days.mean())) if len(days) > 1 else QUARTER_SLACK_DAYS
    thin = _thin_end(closed["closed"], as_of)
    step = rounded_to(closed["cycle_days"].dropna().to_numpy())
    listed = []
    for quarter in pd.period_range(per.min(), per.max(), freq="Q"):
        rows = closed[per == quarter]
        opened = frame["created"].between(quarter.start_time, quarter.end_time).sum()
        reason = _why_not_full(rows["closed"], quarter, days.iloc[0], as_of, slack)
        if not reason and thin and quarter == per.max():
            reason = thin
        won = rows[_won(rows)]
        listed.append({
            "quarter": str(quarter), "full": not reason, "reason": reason, "opened": int(opened), "closed": len(rows),
            "wins": len(won), "win_rate": _share(len(won), len(rows)), "bookings": float(won["amount"].sum()),
            "cycle_median_days": median_days(rows["cycle_days"], step),
        })  # fmt: skip
    return pd.DataFrame(listed)


def _season_of_needs(
    frame: pd.DataFrame, quarters: pd.DataFrame, season: Season | None, quality: Quality
) -> Season | None:
    """Tell the season in which opportunities are opened, which can be simulated; report it, and that of wins."""
    if season:
        quality.add(RepairKind.NOTED, "opportunities, closed", season.text)
    # Where nothing is open, what was opened late and has not closed yet is missing, and looks like a season.
    told = bool((frame["outcome"] == "open").any())
    needs = season_of(quarters, "opened") if told else None
    if needs:
        what = f"opened in calendar quarters with a weight of {needs.listed}, which is simulated as a season of needs"
        quality.add(RepairKind.NOTED, "opportunities, opened", what)
    elif season:
        why = (
            "opportunities are opened without one"
            if told
            else "an export of closed ones alone does not tell when needs arise"
        )
        what = f"the season of wins is not simulated, as {why}; compare whole years"
        quality.add(RepairKind.UNKNOWN, "season", what)
    return needs


def _whole_years(quarters: pd.DataFrame) -> None:
    """Leave out the oldest quarters beyond whole years, so that no part of a season counts twice."""
    full = quarters.index[quarters["full"]]
    surplus = full[: len(full) % 4]
    quarters.loc[surplus, "full"] = False
    quarters.loc[surplus, "reason"] = "whole years alone are measured where there is a season"


def _thin_end(closings: pd.Series, as_of: pd.Timestamp) -> str:
    """Why the last month of the last quarter with closings looks cut short, or "".

    It has fewer than half of the closings that the share of it that has passed would have in the thinnest of the whole
    months before, and a Poisson chance below one in a thousand: a slow month or a season is no cut.
    """
    counts = closings.dt.to_period("M").value_counts().sort_index()
    end = min(as_of, closings.max().to_period("Q").end_time)
    last = end.to_period("M")
    counts = counts.reindex(pd.period_range(counts.index[0], last, freq="M"), fill_value=0)
    before = counts.iloc[1:-1]  # the first may have begun late
    if len(before) < 3:
        return ""
    passed = end.day / last.days_in_month
    expected, seen = float(before.min()) * passed, int(counts.iloc[-1])
    if seen >= expected / 2.0 or special.pdtr(seen, expected) >= 0.001:
        return ""
    return f"{last:%B} has {seen:,} closings where its {passed:.0%} that passed would have {expected:,.0f} or more"


def _why_not_full(
    closings: pd.Series, quarter: pd.Period, first: pd.Timestamp, as_of: pd.Timestamp, slack: float
) -> str:
    if (first - quarter.start_time).days > slack:
        return f"closings begin on {first:%Y-%m-%d}, so earlier ones are missing"
    if (quarter.end_time - as_of).days > slack:
        return f"the data end on {as_of:%Y-%m-%d}"
    months = {month.month for month in closings}
    missing = [f"{m:%B}" for m in pd.period_range(quarter.start_time, periods=3, freq="M") if m.month not in months]
    return f"nothing closed in {' or '.join(missing)}" if missing else ""


def _report_quarters(quarters: pd.DataFrame, frame: pd.DataFrame, quality: Quality) -> None:
    total, booked = int(quarters["closed"].sum()), float(quarters["bookings"].sum())
    for row in quarters[~quarters["full"]].itertuples():
        what = f"{row.quarter} is not a whole quarter ({row.reason}); left out of measures per quarter, month and week"
        count, money = int(str(row.closed)), _share(float(str(row.bookings)), booked)
        quality.add(RepairKind.LEFT_OUT, "opportunities, closed", what, count=count, total=total, money=money)
    if not quarters["full"].any():
        what = "no quarter is whole; measures per quarter are scaled from the span of closings"
        quality.add(RepairKind.UNKNOWN, "opportunities, closed", what)
    first, opened = frame["closed"].min(), frame["created"].min()
    if (first - opened).days >= frame["cycle_days"].max() / 2:
        what = (
            f"nothing closed before {first:%Y-%m-%d} though the first was opened on {opened:%Y-%m-%d}: older closings "
            "are missing, so that early cycles look long and the first closings too often won"
        )
        quality.add(RepairKind.NOTED, "opportunities, closed", what)


def _base(closed: pd.DataFrame, quarters: pd.DataFrame, as_of: pd.Timestamp) -> _Base:
    dated = closed.dropna(subset=["closed"])
    full = quarters.loc[quarters["full"], "quarter"]
    if len(full):
        per = dated["closed"].dt.to_period("Q").astype("str")
        return _Base(closed, dated[per.isin(full)], float(len(full)), f"whole quarters {', '.join(full)}")
    days = (as_of - dated["closed"].min()).days + 1
    return _Base(closed, dated, days / DAYS_PER_QUARTER, f"{days} days of closings, scaled (no quarter is whole)")


def _win_rates(frame: pd.DataFrame, base: _Base) -> dict[str, Moment]:
    wins, closed, stale = int(_won(base.closed).sum()), len(base.closed), int(frame["stale"].sum())
    full_wins, full = int(_won(base.in_full).sum()), len(base.in_full)
    undecided = f"{stale:,} stale open ones counted as no decision"
    return {
        "win_rate": Moment(_share(wins, closed), "share", closed, "won of all closed opportunities"),
        "win_rate_with_stale": Moment(_share(wins, closed + stale), "share", closed + stale, undecided),
        "win_rate_full_quarters": Moment(_share(full_wins, full), "share", full, f"won of closed, {base.span}"),
    }


def _cycles(base: _Base) -> dict[str, Moment]:
    cycles = base.closed["cycle_days"].dropna()
    full = base.in_full["cycle_days"].dropna()
    won = base.in_full.loc[_won(base.in_full), "cycle_days"].dropna()
    short, long, share, n_modes = _modes(cycles.to_numpy())
    how = "two groups that explain most of the variance" if n_modes == 2 else "one group of cycles only"
    n, step = len(cycles), rounded_to(cycles.to_numpy())
    return {
        "cycle_median_days": Moment(median_days(cycles, step), "days", n, "opened to closed, all closed"),
        "cycle_median_full_quarters_days": Moment(median_days(full, step), "days", len(full), f"the same, {base.span}"),
        "cycle_won_days": Moment(median_days(won, step), "days", len(won), f"opened to closed, won, {base.span}"),
        "cycle_longest_days": Moment(float(cycles.max()), "days", n, "longest closed cycle"),
        "cycle_short_days": Moment(short, "days", n, f"median of the shorter cycles; {how}"),
        "cycle_long_days": Moment(long, "days", n, f"median of the longer cycles; {how}"),
        "cycle_short_share": Moment(share, "share", n, f"share of the shorter cycles; {how}"),
    }


def _modes(cycles: np.ndarray) -> tuple[float, float, float, int]:
    """Median of the shorter and longer cycles, share of the shorter, and whether they are one group or two.

    The split is the one that leaves least variance within the groups.

    Source:
        N. Otsu, A threshold selection method from gray-level histograms (1979), IEEE Trans. SMC 9(1).
    """
    ordered = np.sort(cycles)
    n = len(ordered)
    if n < 20 or ordered[0] == ordered[-1]:
        middle = float(np.median(ordered)) if n else float("nan")
        return middle, middle, float("nan"), 1
    below = np.arange(1, n)
    sums = np.cumsum(ordered)
    between = below * (n - below) * (sums[:-1] / below - (sums[-1] - sums[:-1]) / (n - below)) ** 2 / n**2
    cut = int(np.argmax(between)) + 1
    share = cut / n
    two = between[cut - 1] > MIN_MODE_SEPARATION * ordered.var() and min(share, 1 - share) >= MIN_MODE_SHARE
    if not two:
        return float(np.median(ordered)), float(np.median(ordered)), float("nan"), 1
    return float(np.median(ordered[:cut])), float(np.median(ordered[cut:])), share, 2


def _report_humps(closed: pd.DataFrame, cycles: dict[str, Moment], quality: Quality) -> None:
    """Say that there are two buying processes, and which field tells them apart."""
    short, long = cycles["cycle_short_days"].value, cycles["cycle_long_days"].value
    if not short < long:
        return
    share = cycles["cycle_short_share"].value
    what = (
        f"cycles have two humps, around {short:.0f} days ({share:.0%}) and {long:.0f} days; "
        "as is meets their median and neither hump, unless --reorders takes the shorter for reorders"
    )
    days = closed["cycle_days"].dropna()
    is_long = days > (short + long) / 2.0
    told = {field: _told_by(is_long, closed.loc[days.index, field].astype("str")) for field in PROCESSES}
    field, (explained, cell) = max(told.items(), key=lambda item: item[1][0])
    way = f"{field} tells them apart: import each by itself, such as --segment {field}='{cell}'"
    none = f"none of {', '.join(PROCESSES)} tells them apart"
    quality.add(RepairKind.UNKNOWN, "opportunities, cycle", f"{what}; {way if explained >= TELLING else none}")


def _told_by(is_long: pd.Series, cells: pd.Series) -> tuple[float, str]:
    """Share of the variance of long cycles that lies between the cells of a field, and the cell with most of them."""
    groups = is_long.groupby(cells).agg(["mean", "size"])
    groups = groups[groups["size"] >= LEAST_CELL]
    p = float(is_long.mean())
    if len(groups) < 2:
        return 0.0, ""
    between = float((groups["size"] * (groups["mean"] - p) ** 2).sum() / groups["size"].sum())
    return between / (p * (1.0 - p)), str(groups["mean"].idxmax())


def _volumes(frame: pd.DataFrame, base: _Base, usable: pd.DataFrame) -> dict[str, Moment]:
    full_won = base.in_full[_won(base.in_full)]
    n, full, closed, long = len(full_won), len(base.in_full), len(base.closed), base.quarters_long
    booked, opened = float(full_won["amount"].sum()), _opened_within(frame, base)
    weeks = long * DAYS_PER_QUARTER / 7
    sellers = base.closed["seller"].nunique()
    wins = int(_won(base.closed).sum())
    per_seller = f"over the {sellers} sellers with closings, in all the export"
    return {
        "bookings_per_quarter": Moment(booked / long, "currency / quarter", n, f"amounts won, {base.span}"),
        "wins_per_quarter": Moment(n / long, "wins / quarter", n, f"won, {base.span}"),
        "closed_per_quarter": Moment(full / long, "opportunities / quarter", full, f"closed, {base.span}"),
        "opened_per_week": Moment(opened / weeks, "opportunities / week", opened, f"opened, {base.span}"),
        "mean_amount": Moment(float(usable["amount"].mean()), "currency", len(usable), "mean amount won"),
        "wins_per_seller": Moment(_share(wins, sellers), "wins / seller", wins, per_seller),
        "closed_per_seller": Moment(_share(closed, sellers), "opportunities / seller", closed, per_seller),
    }


def _opened_within(frame: pd.DataFrame, base: _Base) -> int:
    if base.span.startswith("whole"):
        quarters = base.in_full["closed"].dt.to_period("Q")
        return int(frame["created"].dt.to_period("Q").isin(quarters).sum())
    return int(frame["created"].between(base.in_full["closed"].min(), frame["closed"].max()).sum())


def _managers(in_full: pd.DataFrame) -> pd.DataFrame:
    """Wins and bookings of each manager's team, quarter and line. Long form."""
    won = in_full[_won(in_full)]
    keys = [won["manager"].astype("str"), won["closed"].dt.to_period("Q").astype("str"), won["line"].astype("str")]
    table = won.groupby(keys)["amount"].agg(wins="size", bookings="sum")
    return table.rename_axis(["manager", "quarter", "line"]).reset_index()


def _largest_line(managers: pd.DataFrame) -> Moment:
    """Largest share of a manager's bookings that the line with the largest deals makes in a quarter."""
    if managers.empty or not managers["bookings"].sum():
        return Moment(float("nan"), "share", 0, "no bookings in the measured span")
    sums = managers.groupby("line")[["wins", "bookings"]].sum()
    line = str((sums["bookings"] / sums["wins"]).idxmax())
    total = managers.groupby(["manager", "quarter"])["bookings"].sum()
    own = managers[managers["line"] == line].set_index(["manager", "quarter"])["bookings"]
    share = (own / total.reindex(own.index)).dropna()
    row = share.reset_index().loc[int(share.to_numpy().argmax())]
    rows = int(managers.loc[managers["line"] == line, "wins"].sum())
    source = f"{line}, the largest deals, in {row['manager']}'s {row['quarter']}"
    return Moment(float(share.max()), "share", rows, source)


def _top_fifth(base: _Base) -> Moment:
    """Share of bookings that the best fifth of the sellers brought."""
    won = base.in_full[_won(base.in_full)]
    by_seller = won["amount"].groupby(won["seller"].astype("str")).sum().sort_values(ascending=False)
    best = int(np.ceil(0.2 * base.closed["seller"].nunique()))
    share = _share(float(by_seller.iloc[:best].sum()), float(by_seller.sum()))
    return Moment(share, "share", len(won), f"bookings of the {best} best sellers, {base.span}")


def _month_win_rates(base: _Base) -> tuple[Moment, Moment, Moment]:
    position = (base.in_full["closed"].dt.month - 1) % 3 + 1

    def of(month: int) -> Moment:
        rows = base.in_full[position == month]
        source = f"won of closed in month {month} of a quarter, {base.span}"
        return Moment(_share(int(_won(rows).sum()), len(rows)), "share", len(rows), source)

    return of(1), of(2), of(3)
