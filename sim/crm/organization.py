"""The accounts, product lines and sellers an export knows, repaired and completed from its opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.clean import repair_names, tidy_table
from sim.crm.names import near_known
from sim.crm.quality import RepairKind
from sim.crm.values import Texts, read_amounts
from sim.crm.vocabulary import COUNTRIES, SECTORS

if TYPE_CHECKING:
    from sim.crm.quality import Quality

ALL_SELLERS = "All sellers"
NO_MANAGER = "No manager recorded"
MAX_TEAM = 50
"""Most sellers one manager can have in a scenario. [sellers]"""

MAX_LOG_SD = 3.0
"""Widest spread of a line's amounts that a scenario takes; 3 is a factor of 20 up or down. [sd of log]"""


def reference_table(table: pd.DataFrame | None, key: str, where: str, quality: Quality) -> pd.DataFrame:
    """Tidy a table that describes things by name; the first row of a name counts.

    Args:
        table: Texts as read; None when the export has no such table.
        key: Field that names the thing.
        where: Name of the table for findings.
        quality: Report to add to.
    """
    if table is None:
        return pd.DataFrame({key: pd.Series(dtype="str")})
    frame = tidy_table(table, where, quality)
    missing = frame[key].isna()
    quality.add_if(RepairKind.DROPPED, where, f"rows without a {key}", count=int(missing.sum()), total=len(frame))
    frame = frame[~missing]
    frame[key] = repair_names(frame[key], f"{where}, {key}", quality)
    again = frame[key].duplicated()
    what = f"rows that name a {key} again; the first counts"
    quality.add_if(RepairKind.DROPPED, where, what, count=int(again.sum()), total=len(frame))
    return frame[~again].reset_index(drop=True)


def accounts_of(reference: pd.DataFrame, opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Complete the accounts: those of the table, then those only opportunities name.

    Args:
        reference: Tidied accounts; may be empty.
        opportunities: Cleaned opportunities.
        quality: Report to add to.

    Returns:
        account, parent, sector, country. Shape (n_accounts,).
    """
    seen = _by_name(opportunities, "account", ("parent", "sector"))
    merged = reference.set_index("account") if len(reference) else pd.DataFrame(index=pd.Index([], dtype="str"))
    extra = seen.index.difference(merged.index, sort=False)
    what = "accounts that only opportunities name; added"
    quality.add_if(RepairKind.REPAIRED, "accounts", what, count=len(extra) if len(reference) else 0, unit="accounts")
    frame = merged.reindex(merged.index.append(extra)).reindex(columns=["parent", "sector", "country"])
    frame = frame.astype("str").fillna(seen.reindex(frame.index).astype("str"))
    frame = frame.rename_axis("account").reset_index()
    frame["parent"] = repair_names(frame["parent"], "accounts, parent", quality, list(frame["account"]), typos=True)
    own = frame["parent"] == frame["account"]
    quality.add_if(
        RepairKind.REPAIRED, "accounts, parent", "accounts that own themselves; cleared", count=int(own.sum())
    )
    frame["parent"] = frame["parent"].where(~own)
    for name, known in (("sector", SECTORS), ("country", COUNTRIES)):
        frame[name] = _spelled(frame[name], f"accounts, {name}", known, quality)
    owned = int(frame["parent"].notna().sum())
    what = "accounts that belong to a parent; the parent is kept beside its buying centres"
    quality.add_if(RepairKind.NOTED, "accounts, parent", what, count=owned, total=len(frame), unit="accounts")
    return frame


def _by_name(frame: pd.DataFrame, key: str, fields: tuple[str, ...]) -> pd.DataFrame:
    """First value of each field that a name has in the opportunities."""
    texts = frame[[key, *fields]].astype("str").dropna(subset=[key])
    return texts.groupby(key, sort=True).first()


def _spelled(column: pd.Series, where: str, known: tuple[str, ...], quality: Quality) -> pd.Series:
    counts = column.value_counts()
    changes = near_known([str(name) for name in counts.index], known)
    for old, new in changes.items():
        quality.add(
            RepairKind.REPAIRED,
            where,
            f'"{old}" is "{new}"',
            count=int(counts[old]),
            total=len(column),
            unit="accounts",
        )
    return column.replace(changes) if changes else column


def lines_of(reference: pd.DataFrame, opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Measure the product lines that have opportunities.

    Args:
        reference: Tidied products; may be empty.
        opportunities: Cleaned opportunities.
        quality: Report to add to.

    Returns:
        line, opportunities, share (of opportunities), closed, wins, win_rate, mean_amount [currency], amount_log_sd,
        list_price [currency], price_source ("won", "list" or "all lines"). Shape (n_lines,).
    """
    won = opportunities[(opportunities["outcome"] == "won") & opportunities["amount"].notna()]
    frame = pd.DataFrame({"opportunities": opportunities["line"].astype("str").value_counts().sort_index()})
    frame["share"] = frame["opportunities"] / frame["opportunities"].sum()
    closed = opportunities[opportunities["outcome"] != "open"]
    for name, rows in (("closed", closed), ("wins", closed[closed["outcome"] == "won"])):
        frame[name] = rows["line"].astype("str").value_counts().reindex(frame.index, fill_value=0)
    frame["win_rate"] = frame["wins"] / frame["closed"]
    frame["list_price"] = _list_prices(reference, quality).reindex(frame.index)
    frame = frame.join(_amounts_by_line(won))
    frame["price_source"] = frame["mean_amount"].notna().map({True: "won", False: "list"})
    unpriced = frame["mean_amount"].isna() & ~(frame["list_price"] > 0)
    frame.loc[unpriced, "price_source"] = "all lines"
    frame["mean_amount"] = frame["mean_amount"].fillna(frame["list_price"].where(frame["list_price"] > 0))
    frame["mean_amount"] = frame["mean_amount"].fillna(won["amount"].mean())
    frame["amount_log_sd"] = _spreads(frame["amount_log_sd"], quality)
    guessed = int((frame["price_source"] != "won").sum())
    what = "lines without a won amount; priced by the list, or else by the mean of all lines"
    quality.add_if(RepairKind.UNKNOWN, "products, price", what, count=guessed, total=len(frame), unit="lines")
    idle = len(set(reference["line"]) - set(frame.index))
    quality.add_if(
        RepairKind.NOTED, "products", "products without an opportunity; left out", count=idle, unit="products"
    )
    return frame.rename_axis("line").reset_index()


def _list_prices(reference: pd.DataFrame, quality: Quality) -> pd.Series:
    if "price" not in reference:
        return pd.Series(dtype=float)
    price, _ = read_amounts(Texts.of(reference["price"]))
    unread = int((reference["price"].notna() & ~(price > 0)).sum())
    quality.add_if(
        RepairKind.REPAIRED, "products, price", "prices that are no positive number; taken as unknown", count=unread
    )
    return pd.Series(price.to_numpy(), index=reference["line"].astype("str"))


def _spreads(found: pd.Series, quality: Quality) -> pd.Series:
    wild = found > MAX_LOG_SD
    what = f"lines whose won amounts spread by more than {MAX_LOG_SD:g} (sd of log); taken as that"
    quality.add_if(
        RepairKind.REPAIRED, "products, amounts", what, count=int(wild.sum()), total=len(found), unit="lines"
    )
    return found.fillna(0.0).clip(upper=MAX_LOG_SD)


def _amounts_by_line(won: pd.DataFrame) -> pd.DataFrame:
    logs = np.log(won["amount"])
    line = won["line"].astype("str")
    return pd.DataFrame({"mean_amount": won["amount"].groupby(line).mean(), "amount_log_sd": logs.groupby(line).std()})


def sellers_of(reference: pd.DataFrame, opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Tell who sells, for whom and how much.

    Args:
        reference: Tidied teams; may be empty.
        opportunities: Cleaned opportunities.
        quality: Report to add to.

    Returns:
        seller, manager, region, opportunities, closed, wins, bookings [currency]; sellers of the table without an
        opportunity are there with zeros. Shape (n_sellers,).
    """
    seen = _by_name(opportunities, "seller", ("manager", "region"))
    frame = reference.set_index("seller") if len(reference) else pd.DataFrame(index=pd.Index([], dtype="str"))
    extra = seen.index.difference(frame.index, sort=False)
    frame = frame.reindex(frame.index.append(extra)).reindex(columns=["manager", "region"]).astype("str")
    frame = frame.fillna(seen.reindex(frame.index)).rename_axis("seller").reset_index()
    frame["manager"] = repair_names(frame["manager"], "teams, manager", quality)
    frame = _split_large(_with_managers(frame, quality), quality)
    _one_region_per_manager(frame, quality)
    seller = opportunities["seller"].astype("str")
    closed = opportunities["outcome"] != "open"
    won = opportunities["outcome"] == "won"
    for name, rows in (("opportunities", slice(None)), ("closed", closed), ("wins", won)):
        frame[name] = seller[rows].value_counts().reindex(frame["seller"], fill_value=0).to_numpy()
    bookings = opportunities["amount"].where(won).groupby(seller).sum()
    frame["bookings"] = bookings.reindex(frame["seller"], fill_value=0.0).to_numpy()
    idle = int((frame["opportunities"] == 0).sum())
    what = "sellers without any opportunity; kept in the data, left out of the scenario"
    quality.add_if(RepairKind.NOTED, "teams", what, count=idle, total=len(frame), unit="sellers")
    return frame


def _with_managers(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    missing = frame["manager"].isna()
    if missing.all():
        what = f'no manager is recorded; all sellers are one team, "{ALL_SELLERS}"'
        quality.add(RepairKind.UNKNOWN, "teams, manager", what, count=len(frame), unit="sellers")
        return frame.assign(manager=ALL_SELLERS)
    what = f'sellers without a manager; put in a team "{NO_MANAGER}"'
    quality.add_if(
        RepairKind.UNKNOWN, "teams, manager", what, count=int(missing.sum()), total=len(frame), unit="sellers"
    )
    return frame.assign(manager=frame["manager"].fillna(NO_MANAGER))


def _split_large(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Split teams that are too large for a first-line manager, in the order of the list."""
    part = frame.groupby("manager").cumcount() // MAX_TEAM + 1
    what = f"sellers beyond the first {MAX_TEAM} of a manager; put in a further team named like the first"
    moved = int((part > 1).sum())
    quality.add_if(RepairKind.REPAIRED, "teams, manager", what, count=moved, total=len(frame), unit="sellers")
    return frame.assign(manager=frame["manager"].where(part == 1, frame["manager"] + " (" + part.astype("str") + ")"))


def _one_region_per_manager(frame: pd.DataFrame, quality: Quality) -> None:
    """A region is a label of teams: where a team has several, the most frequent one counts."""
    if frame["region"].isna().all():
        quality.add(RepairKind.UNKNOWN, "teams, region", "no office or region is recorded; left empty")
        frame["region"] = ""
        return
    pairs = frame.dropna(subset=["region"]).value_counts(["manager", "region"]).reset_index()
    chosen = pairs.sort_values(["count", "region"], ascending=[False, True]).drop_duplicates("manager")
    region = frame["manager"].map(chosen.set_index("manager")["region"]).fillna("")
    moved = frame["region"].notna() & (frame["region"] != region)
    what = "sellers in another region than most of their team; the team's counts"
    quality.add_if(RepairKind.REPAIRED, "teams, region", what, count=int(moved.sum()), total=len(frame), unit="sellers")
    frame["region"] = region
