"""Segments of an export and of the model: win rates by line, amount, region, source and seller, cycles won and lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.durations import WEEK, rounded_to
from sim.measures.whole_run import grouped_median

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.crm.load import CrmData

COLUMNS = ("segment", "cell", "rows", "data", "error", "model", "inside")
LEAST_ROWS = 30  # closed opportunities a cell needs to be compared. [opportunities] Assumed.
WITHIN = 1.96  # standard errors of the data within which the model agrees. [ratio]
PRICED = 0.9  # share of lost opportunities with an amount from which amounts of all are taken as they stand. Assumed.
_RESAMPLES = 200
ORIGINS = {
    "buyer": "inbound", "referral": "referral", "marketing": "marketing", "prospecting": "prospecting",
    "telesales": "telesales", "cross_sell": "existing customer",
}  # fmt: skip
"""Words for the model's origins of a need, as lead sources of an export are read too."""

_SOURCE_WORDS = {
    "referral": ("referr", "recommend", "partner", "word of mouth"),
    "existing customer": ("existing", "cross", "upsell", "expansion"),
    "telesales": ("tele", "sdr", "inside sales"),
    "marketing": ("market", "campaign", "event", "advert", "email", "webinar", "trade show", "paid", "social", "web"),
    "prospecting": ("prospect", "outbound", "cold", "sales generated"),
    "inbound": ("inbound", "organic", "direct", "search"),
}


def origin_of(source: str) -> str:
    """Give the word of `ORIGINS` that a lead source means; itself in small letters where it is none of them."""
    text = source.casefold()
    return next((origin for origin, words in _SOURCE_WORDS.items() if any(word in text for word in words)), text)


@dataclass(frozen=True, slots=True)
class Segments:
    """How an export is cut.

    Attributes:
        frame: Closed opportunities of whole quarters: line, region, seller, source, won, value [currency], days.
        edges: Amounts between the fifths of the export. [currency]
        prices: Mean amount of a line, by which both sides are valued where lost ones have none; empty otherwise.
        regions: Region by manager.
    """

    frame: pd.DataFrame
    edges: np.ndarray
    prices: pd.Series
    regions: pd.Series

    @classmethod
    def of(cls, data: CrmData) -> Segments:
        """Cut an export; the closings are those its moments are taken from."""
        closed = data.opportunities[data.opportunities["closed"].notna()]
        full = data.moments.quarters.loc[data.moments.quarters["full"], "quarter"]
        if len(full):
            closed = closed[closed["closed"].dt.to_period("Q").astype("str").isin(full)]
        frame = (
            closed[["line", "region", "seller", "source"]]
            .astype("str")
            .assign(won=closed["outcome"] == "won", value=closed["amount"], days=closed["cycle_days"])
        )
        frame["source"] = frame["source"].map(origin_of, na_action="ignore")
        lost = frame.loc[~frame["won"], "value"]
        prices = pd.Series(dtype=float)
        if (lost > 0).mean() < PRICED or lost.empty:
            prices = data.lines.set_index("line")["mean_amount"]
            frame["value"] = frame["line"].map(prices)
        edges = np.unique(frame["value"].dropna().quantile([0.2, 0.4, 0.6, 0.8]).to_numpy())
        regions = data.sellers.drop_duplicates("manager").set_index("manager")["region"].astype("str")
        return cls(frame.reset_index(drop=True), edges, prices, regions)

    def of_deals(self, deals: pd.DataFrame) -> pd.Series:
        """Measure every cell in the deal log of a run."""
        return self.cells(self.closed(deals), WEEK)

    def closed(self, deals: pd.DataFrame) -> pd.DataFrame:
        """Give the deal log of a run the columns of `frame`; what a seller disqualified is closed in no export."""
        deals = deals[deals["true_reason"] != "disqualified"]
        texts = deals[["line", "manager", "rep", "origin"]].astype("str")
        value = texts["line"].map(self.prices) if len(self.prices) else deals["amount"]
        return pd.DataFrame({
            "line": texts["line"], "region": texts["manager"].map(self.regions), "seller": texts["rep"],
            "source": texts["origin"].map(ORIGINS), "won": deals["outcome"] == "won", "value": value,
            "days": (deals["closed"] - deals["created"]) * WEEK,
        })  # fmt: skip

    def cells(self, frame: pd.DataFrame, step: float = 1.0) -> pd.Series:
        """Measure every cell: win rates [share], spread of sellers' win rates [share], median cycles [days].

        Args:
            frame: As the attribute.
            step: Days to which its durations are rounded.

        Returns:
            Values by (segment, cell).
        """
        parts = {
            (segment, str(cell)): float(rows.mean())
            for segment, keys in self._keys(frame).items()
            for cell, rows in frame["won"].groupby(keys)
        }
        parts["sellers", "sd of win rates"] = _seller_sd(frame)[0]
        for name, rows in (("won", frame["won"]), ("lost", ~frame["won"])):
            days = frame.loc[rows, "days"].dropna().to_numpy()
            parts["cycle", name] = grouped_median(days / step) * step
        return pd.Series(parts, dtype=float)

    def _keys(self, frame: pd.DataFrame) -> dict[str, pd.Series]:
        fifth = pd.Series(np.searchsorted(self.edges, frame["value"], side="right") + 1, index=frame.index)
        named = {"line": frame["line"], "amount": "group " + fifth.astype("str"), "region": frame["region"]}
        named["amount"] = named["amount"].where(frame["value"].notna())
        return named | {"source": frame["source"]}

    def contrast(self, frame: pd.DataFrame) -> float:
        """Log odds of winning in the upper half of amounts less those in the lower, wins and losses half a unit more.

        Args:
            frame: As the attribute. Not a number where all amounts are equal.
        """
        middle = self.frame["value"].median()
        value = frame["value"]
        odds = []
        for half in (value > middle, value <= middle):
            won = frame.loc[half, "won"]
            odds.append(np.log((won.sum() + 0.5) / (len(won) - won.sum() + 0.5)) if len(won) else np.nan)
        return float(odds[0] - odds[1])

    def errors(self) -> pd.DataFrame:
        """Measure the export: rows, data and standard error of each cell that has rows enough.

        Shares have the binomial error of Agresti and Coull (two wins and two losses added), or that of sellers drawn as
        a whole where it is larger, since who sells is chance too; the spread of sellers has that of a standard
        deviation, medians that of 200 draws with replacement.
        """
        rows = []
        for segment, keys in self._keys(self.frame).items():
            groups = self.frame["won"].groupby(keys)
            if groups.ngroups < 2 and segment != "line":
                continue
            for cell, won in groups:
                error = _share_error(won, self.frame.loc[won.index, "seller"])
                rows.append((segment, str(cell), len(won), float(won.mean()), error))
        spread, sellers, n = _seller_sd(self.frame)
        if sellers > 2:
            rows.append(("sellers", "sd of win rates", n, spread, spread / np.sqrt(2.0 * (sellers - 1))))
        rng = np.random.default_rng(0)
        for name, chosen in (("won", self.frame["won"]), ("lost", ~self.frame["won"])):
            days = self.frame.loc[chosen, "days"].dropna().to_numpy()
            if len(days):
                step = rounded_to(days)
                draws = [
                    grouped_median(days[rng.integers(0, len(days), len(days))] / step) * step for _ in range(_RESAMPLES)
                ]
                error = float(np.std(draws)) + 0.5
                rows.append(("cycle", name, len(days), grouped_median(days / step) * step, error))
        table = pd.DataFrame(rows, columns=list(COLUMNS[:5]))
        return table[table["rows"] >= LEAST_ROWS].reset_index(drop=True)

    def beside(self, runs: Iterable[pd.Series]) -> pd.DataFrame:
        """Put the mean of runs, each measured by `cells`, beside the export.

        Returns:
            Columns `COLUMNS`; the model is inside where it lies within the sampling error of the data.
        """
        table = self.errors()
        model = pd.DataFrame(list(runs)).mean()
        table["model"] = [float(model.get((row.segment, row.cell), np.nan)) for row in table.itertuples()]
        table["inside"] = (table["model"] - table["data"]).abs() <= WITHIN * table["error"]
        return table


LEAST_SELLERS = 5  # sellers from which their own luck is part of the error of a share. Assumed.


def _share_error(won: pd.Series, sellers: pd.Series) -> float:
    """Standard error of a share of wins: the larger of the binomial one and that of sellers as clusters."""
    n, share = len(won), (won.sum() + 2.0) / (len(won) + 4.0)
    binomial = float(np.sqrt(share * (1.0 - share) / (n + 4.0)))
    rest = (won - won.mean()).groupby(sellers).sum()
    if len(rest) < LEAST_SELLERS:
        return binomial
    return max(binomial, float(np.sqrt((rest**2).sum() * len(rest) / (len(rest) - 1.0))) / n)


def _seller_sd(frame: pd.DataFrame) -> tuple[float, int, int]:
    """Standard deviation of the win rates of sellers with closings enough, how many these are, and their closings."""
    groups = frame["won"].groupby(frame["seller"]).agg(["mean", "size"])
    some = groups[groups["size"] >= LEAST_ROWS]
    return float(some["mean"].std()), len(some), int(some["size"].sum())
