"""Write a scenario of the real organization, each number with where it came from."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.assumed import Setting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sim.crm.assumed import Value
    from sim.crm.check import ExportTarget
    from sim.crm.load import CrmData
    from sim.crm.moments import Moments
    from sim.crm.unknown import Unknown

_ORDINALS = ("first", "second", "third", "fourth")
ACV_BANDS: tuple[tuple[float, str], ...] = ((15_000.0, "under_15k"), (50_000.0, "15k_to_50k"))
"""Upper end of a band of mean deal size and its name; above them it is over_50k. [currency]"""


def known_settings(data: CrmData) -> dict[str, Setting]:
    """Parameters that the export tells directly, by dotted name."""
    sellers = data.active_sellers
    amount = data.moments.mean_amount
    largest = int(sellers["manager"].value_counts().max())
    band = next((name for upper, name in ACV_BANDS if amount.value < upper), "over_50k")
    return {
        "market.acv_band": Setting(band, f"mean amount won {amount.value:,.0f} ({amount.rows:,} rows)"),
        "structure.n_reps": Setting(len(sellers), f"sellers with opportunities, of {len(data.sellers)} on the list"),
        "structure.span_of_control": Setting(max(largest, 2), "largest team, and at least 2"),
        **_seasonal_needs(data),
    }


def _seasonal_needs(data: CrmData) -> dict[str, Setting]:
    """The season of needs, from the first quarter of the run on; burn-ins of imports are whole years."""
    season = data.moments.needs_season
    if season is None:
        return {}
    weights = season.from_day(pd.Timestamp(next_monday(data.as_of)))
    source = f"openings by calendar quarter weigh {season.listed}; quarters count from the start date"
    return {
        f"market.{name}_quarter_needs": Setting(weight, source) for name, weight in zip(_ORDINALS, weights, strict=True)
    }


def potentials(data: CrmData) -> pd.DataFrame:
    """How large each seller's deals are, relative to the mean seller; how many there are is in the accounts.

    The seller's opportunities, each at the mean amount won of its product line, times how much larger the seller's own
    wins are, shrunk so far that a few lucky ones do not count (see `own_size`).

    Returns:
        seller, potential (mean 1). Shape (n_active_sellers,).
    """
    price = data.lines.set_index("line")["mean_amount"]
    value = data.opportunities["line"].astype("str").map(price)
    size = value.groupby(data.opportunities["seller"].astype("str")).mean()
    sellers = data.active_sellers["seller"]
    relative = size.reindex(sellers).to_numpy() * own_size(data).reindex(sellers).fillna(1.0).to_numpy()
    return pd.DataFrame({"seller": sellers, "potential": relative / np.mean(relative)})


def own_size(data: CrmData) -> pd.Series:
    """How much larger each seller's wins are than those of their lines, by seller who has won. [ratio].

    The mean over the wins, drawn towards 1 as far as chance explains it (empirical Bayes of a mean with the variance
    between and within sellers).
    """
    frame = data.opportunities
    won = frame[(frame["outcome"] == "won") & (frame["amount"] > 0)]
    price = won["line"].astype("str").map(data.lines.set_index("line")["mean_amount"])
    groups = (won["amount"] / price).groupby(won["seller"].astype("str")).agg(["mean", "size", "var"])
    within = float(np.average(groups["var"].fillna(0.0), weights=groups["size"]))
    between = max(0.0, float(groups["mean"].var(ddof=0)) - within * float((1.0 / groups["size"]).mean()))
    chance = within / groups["size"]
    total = (between + chance).where(between + chance > 0.0, 1.0)
    return 1.0 + between / total * (groups["mean"] - 1.0)


def scenario_text(
    data: CrmData, settings: Mapping[str, Setting] | None = None, *, name: str = "", title: str = "",
    amount_scale: float = 1.0, checks: Sequence[ExportTarget] = (), unknowns: Sequence[Unknown] = (),
) -> str:  # fmt: skip
    """Write the scenario.

    Args:
        data: The cleaned export.
        settings: More parameters by dotted name, such as those solved by running the model; they win over those the
            export tells directly.
        name: The scenario's short name; the export's if empty.
        title: Its title; made of the name if empty.
        amount_scale: Factor on the price of every line.
        checks: What the data say about measures of the model, kept beside the scenario.
        unknowns: What no export tells; listed at the head, and kept with its plausible range where nobody has said it.

    Returns:
        TOML: head, sections, [[lines]], [[teams]], [[sellers]], [[unknowns]], [[data_checks]].
    """
    label = name or re.sub(r"\W+", "_", data.name).strip("_") or "crm"
    merged = known_settings(data) | dict(settings or {})
    head = _head(data, label, title, unknowns)
    parts = [head, *_sections(merged), _lines(data, amount_scale), _teams(data), _sellers(data)]
    ranges = [_unknown(item) for item in unknowns if not item.said]
    return "\n".join([*parts, *ranges, *map(_check, checks)])


def quoted(text: str) -> str:
    """Write a text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    return str(int(value)) if isinstance(value, int | np.integer) else repr(float(f"{float(value):.6g}"))


def _comment(text: str) -> str:
    return "# " + " ".join(text.split())


def next_monday(day: pd.Timestamp) -> dt.date:
    """First Monday after a day."""
    return (day + pd.Timedelta(days=7 - day.weekday())).date()


def _season_text(moments: Moments) -> str:
    """Say what season there is, and whether it is simulated."""
    if moments.needs_season:
        return f"Simulated: openings by calendar quarter weigh {moments.needs_season.listed} of the mean."
    return f"Not simulated: {moments.season.text}." if moments.season else ""


def _head(data: CrmData, label: str, title: str, unknowns: Sequence[Unknown]) -> str:
    moments, n = data.moments, len(data.opportunities)
    full = ", ".join(moments.quarters.loc[moments.quarters["full"], "quarter"]) or "none"
    lines = [
        _comment(f"Written from the CRM export {data.name}: {n:,} opportunities up to {data.as_of:%Y-%m-%d}."),
        _comment(f"Whole quarters: {full}. Measures of the export, with the rows each was taken from:"),
        *(
            _comment(f"  {row.measure} = {float(str(row.value)):.6g} {row.unit} ({row.rows:,} rows; {row.source})")
            for row in moments.table().dropna(subset="value").itertuples()
        ),
        *([_comment(text)] if (text := _season_text(moments)) else []),
        *(_comment(f"{'Said' if item.said else 'Could not be known'}: {item.text}.") for item in unknowns),
        f"name = {quoted(label)}",
        f"title = {quoted(title or f'As is, from the CRM export {data.name}')}",
        f"shows = {quoted('The organization as its CRM export shows it: real teams, accounts, lines and deal sizes.')}",
        f"watch = {quoted('Win rate on closed, median cycle and bookings per quarter, model against data.')}",
        f"start_date = {next_monday(data.as_of).isoformat()} {_comment('first Monday after the data end')}",
    ]
    if data.currency:
        lines.append(f"currency = {quoted(data.currency)} {_comment('as the amounts are labelled')}")
    return "\n".join([*lines, "format_version = 1", ""])


def _sections(settings: Mapping[str, Setting]) -> list[str]:
    by_section: dict[str, list[str]] = {}
    for dotted, setting in settings.items():
        section, _, leaf = dotted.partition(".")
        by_section.setdefault(section, []).append(f"{leaf} = {_value(setting.value)}  {_comment(setting.source)}")
    return ["\n".join([f"[{section}]", *lines, ""]) for section, lines in by_section.items()]


def exact_shares(weights: pd.Series) -> list[float]:
    """Shares to six decimals that sum to 1."""
    shares = [round(float(share), 6) for share in weights / weights.sum()]
    largest = max(range(len(shares)), key=shares.__getitem__)
    shares[largest] = round(1.0 - sum(share for i, share in enumerate(shares) if i != largest), 6)
    return shares


def _lines(data: CrmData, amount_scale: float) -> str:
    parts = [_comment("Share of opportunities, mean amount won and its spread within sellers, by product line.")]
    between = float(np.log(own_size(data)).var(ddof=0))
    if amount_scale != 1.0:
        parts.append(_comment(f"Prices are those amounts times {amount_scale:.4g}, solved so that bookings agree."))
    priced = {"won": "mean of {wins:,} wins", "list": "list price; nothing won yet", "all lines": "mean of all lines"}
    for row, share in zip(data.lines.to_dict("records"), exact_shares(data.lines["opportunities"]), strict=True):
        source = priced[row["price_source"]].format(wins=row["wins"])
        counted = f"{row['opportunities']:,} opportunities"
        spread = max(0.0, float(row["amount_log_sd"]) ** 2 - between) ** 0.5
        parts += [
            "[[lines]]",
            f"name = {quoted(row['line'])}",
            f"share = {share!r}  {_comment(counted)}",
            f"price = {_number(amount_scale * float(row['mean_amount']))}  {_comment(source)}",
            f"amount_sd = {_number(spread)}  {_comment('sd of the logarithm of won amounts')}",
            "",
        ]
    return "\n".join(parts)


def _teams(data: CrmData) -> str:
    parts = []
    for manager, team in data.active_sellers.groupby("manager", sort=True):
        names = ", ".join(quoted(name) for name in team["seller"])
        parts += ["[[teams]]", f"manager = {quoted(str(manager))}", f"region = {quoted(str(team['region'].iloc[0]))}"]
        parts += [f"sellers = [{names}]", ""]
    return "\n".join(parts)


def _sellers(data: CrmData) -> str:
    owned = data.accounts.dropna(subset=["parent"])
    parts = [
        _comment("Potential: size of the deals by the mix of lines, relative to the mean seller."),
        _comment(f"Accounts with their buying centres: {data.centres.total:,} centres in all."),
        *(_comment(f"{row.account} is a subsidiary of {row.parent}.") for row in owned.itertuples()),
    ]
    territories: dict[str, list[str]] = {}
    centres = data.centres.frame.sort_values("account")
    for seller, account, n in zip(centres["seller"], centres["account"], centres["centres"], strict=True):
        territories.setdefault(str(seller), []).append(f"{quoted(account)} = {int(n)}")
    for row in potentials(data).itertuples():
        parts += ["[[sellers]]", f"name = {quoted(str(row.seller))}"]
        parts += [f"potential = {_number(float(str(row.potential)))}"]
        parts += [f"accounts = {{ {', '.join(territories[str(row.seller)])} }}", ""]
    return "\n".join(parts)


def _check(target: ExportTarget) -> str:
    low, high = target.limits
    lines = ["[[data_checks]]", f"name = {quoted(target.name)}", f"target = {_number(target.value)}"]
    lines += [f"unit = {quoted(target.unit)}", f"low = {_number(low)}", f"high = {_number(high)}"]
    return "\n".join([*lines, f"fitted = {_value(target.fitted)}", f"source = {quoted(target.source)}", ""])


def _unknown(item: Unknown) -> str:
    lines = ["[[unknowns]]", f"name = {quoted(item.name)}", f"parameter = {quoted(item.parameter)}"]
    lines += [f"low = {_value(item.low)}", f"high = {_value(item.high)}"]
    return "\n".join([*lines, f"money_only = {_value(item.money_only)}", f"why = {quoted(item.why)}", ""])
