"""The accounts, product lines and sellers an export knows, repaired and completed from its opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.clean import renamed, repair_names, tidy_table, typing_errors
from sim.crm.quality import RepairKind
from sim.crm.values import Texts, read_amounts
from sim.crm.vocabulary import SECTORS, countries

if TYPE_CHECKING:
    from sim.crm.quality import Quality

ALL_SELLERS = "All sellers"
NO_MANAGER = "No manager recorded"
MAX_TEAM = 50  # most sellers one manager can have in a scenario. [sellers]
MOST_SEVERAL = 0.5
"""Share of sellers with opportunities in several regions beyond which a region is that of each deal. Assumed."""

MAX_LOG_SD = 3.0  # widest spread of a line's amounts that a scenario takes; 3 is a factor of 20 up or down. [sd of log]


def reference_table(table: pd.DataFrame | None, key: str, where: str, quality: Quality) -> pd.DataFrame:
    """Tidy a table, if there is one, that describes things by the name in `key`; the first row of a name counts."""
    if table is None:
        return pd.DataFrame({key: pd.Series(dtype="str")})
    frame = tidy_table(table, where, quality)
    missing = frame[key].isna()
    quality.mark(RepairKind.DROPPED, where, f"rows without a {key}", missing)
    frame = frame[~missing]
    frame[key] = repair_names(frame[key], f"{where}, {key}", quality)
    again = frame[key].duplicated()
    quality.mark(RepairKind.DROPPED, where, f"rows that name a {key} again; the first counts", again)
    return frame[~again].reset_index(drop=True)


def accounts_of(reference: pd.DataFrame, opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Complete the accounts: those of the table, tidied or empty, then those only cleaned opportunities name.

    Returns:
        account, parent, sector, country. Shape (n_accounts,).
    """
    named = _by_name(opportunities, "account", ("parent", "sector"))
    merged = reference.set_index("account") if len(reference) else pd.DataFrame(index=pd.Index([], dtype="str"))
    extra = named.index.difference(merged.index, sort=False)
    what = "accounts that only opportunities name; added"
    quality.add_if(RepairKind.REPAIRED, "accounts", what, count=len(extra) if len(reference) else 0, unit="accounts")
    frame = merged.reindex(merged.index.append(extra)).reindex(columns=["parent", "sector", "country"])
    frame = frame.astype("str").fillna(named.reindex(frame.index).astype("str"))
    frame = frame.rename_axis("account").reset_index()
    frame["parent"] = repair_names(frame["parent"], "accounts, parent", quality, list(frame["account"]), typos=True)
    own = frame["parent"] == frame["account"]
    what = "accounts that own themselves; cleared"
    quality.add_if(RepairKind.REPAIRED, "accounts, parent", what, count=int(own.sum()))
    frame["parent"] = frame["parent"].where(~own)
    for name, right in (("sector", SECTORS), ("country", countries())):
        frame[name] = _spelled(frame[name], f"accounts, {name}", right, quality)
    what = "accounts that belong to a parent; the parent is kept beside its buying centres"
    quality.mark(RepairKind.NOTED, "accounts, parent", what, frame["parent"].notna(), "accounts")
    return frame


def _by_name(frame: pd.DataFrame, key: str, fields: tuple[str, ...]) -> pd.DataFrame:
    """Most frequent value of each field that a name has in the opportunities; of as frequent ones the first."""
    texts = frame[[key, *fields]].astype("str").dropna(subset=[key])
    named = pd.DataFrame(index=pd.Index(sorted(texts[key].unique()), dtype="str", name=key))
    for field in fields:
        counts = texts.groupby([key, field], sort=False).size().sort_values(ascending=False, kind="stable")
        named[field] = counts.reset_index(field)[field].groupby(level=0).first()
    return named


def _spelled(column: pd.Series, where: str, right: tuple[str, ...], quality: Quality) -> pd.Series:
    changes = typing_errors([str(name) for name in column.value_counts().index], where, quality, right)
    return renamed(column, changes, where, quality, "accounts")


def lines_of(reference: pd.DataFrame, opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Measure the product lines that have opportunities; the table of products is tidied, or empty.

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
    line = won["line"].astype("str")
    frame["mean_amount"] = won["amount"].groupby(line).mean()
    frame["amount_log_sd"] = np.log(won["amount"]).groupby(line).std()
    frame["price_source"] = frame["mean_amount"].notna().map({True: "won", False: "list"})
    unpriced = frame["mean_amount"].isna() & ~(frame["list_price"] > 0)
    frame.loc[unpriced, "price_source"] = "all lines"
    frame["mean_amount"] = frame["mean_amount"].fillna(frame["list_price"].where(frame["list_price"] > 0))
    frame["mean_amount"] = frame["mean_amount"].fillna(won["amount"].mean())
    what = f"lines whose won amounts spread by more than {MAX_LOG_SD:g} (sd of log); taken as that"
    quality.mark(RepairKind.REPAIRED, "products, amounts", what, frame["amount_log_sd"] > MAX_LOG_SD, "lines")
    frame["amount_log_sd"] = frame["amount_log_sd"].fillna(0.0).clip(upper=MAX_LOG_SD)
    what = "lines without a won amount; priced by the list, or else by the mean of all lines"
    quality.mark(RepairKind.UNKNOWN, "products, price", what, frame["price_source"] != "won", "lines")
    idle, what = len(set(reference["line"]) - set(frame.index)), "products without an opportunity; left out"
    quality.add_if(RepairKind.NOTED, "products", what, count=idle, unit="products")
    return frame.rename_axis("line").reset_index()


def _list_prices(reference: pd.DataFrame, quality: Quality) -> pd.Series:
    if "price" not in reference:
        return pd.Series(dtype=float)
    price, _ = read_amounts(Texts.of(reference["price"]))
    unread = int((reference["price"].notna() & ~(price > 0)).sum())
    what = "prices that are no positive number; taken as unknown"
    quality.add_if(RepairKind.REPAIRED, "products, price", what, count=unread)
    return pd.Series(price.to_numpy(), index=reference["line"].astype("str"))


def sellers_of(reference: pd.DataFrame, opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Tell who sells, for whom and how much; the table of teams is tidied, or empty.

    Returns:
        seller, manager, region, opportunities, closed, wins, bookings [currency]; sellers of the table without an
        opportunity are there with zeros. Shape (n_sellers,).
    """
    named = _by_name(_traits_of_sellers(opportunities, quality), "seller", ("manager", "region"))
    frame = reference.set_index("seller") if len(reference) else pd.DataFrame(index=pd.Index([], dtype="str"))
    extra = named.index.difference(frame.index, sort=False)
    frame = frame.reindex(frame.index.append(extra)).reindex(columns=["manager", "region"]).astype("str")
    frame = frame.fillna(named.reindex(frame.index)).rename_axis("seller").reset_index()
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
    what = "sellers without any opportunity; kept in the data, left out of the scenario"
    quality.mark(RepairKind.NOTED, "teams", what, frame["opportunities"] == 0, "sellers")
    return frame


def _traits_of_sellers(opportunities: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Leave a region out where it is a trait of each deal, and say how many sellers changed their manager."""
    texts = opportunities[["seller", "manager", "region"]].astype("str")
    groups = texts.groupby("seller")
    several = groups.nunique()[groups.size() > 1] > 1
    what = "sellers with opportunities under several managers; the most frequent one counts"
    quality.mark(RepairKind.NOTED, "teams, manager", what, several["manager"], "sellers")
    if not several["region"].mean() > MOST_SEVERAL:
        return texts
    what = "sellers with opportunities in several regions: it is a trait of each deal here, and not used for teams"
    quality.mark(RepairKind.NOTED, "opportunities, region", what, several["region"], "sellers")
    return texts.assign(region=pd.Series(None, index=texts.index, dtype="str"))


def _with_managers(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    missing = frame["manager"].isna()
    if missing.all():
        what = f'no manager is recorded; all sellers are one team, "{ALL_SELLERS}"'
        quality.add(RepairKind.UNKNOWN, "teams, manager", what, count=len(frame), unit="sellers")
        return frame.assign(manager=ALL_SELLERS)
    what = f'sellers without a manager; put in a team "{NO_MANAGER}"'
    quality.mark(RepairKind.UNKNOWN, "teams, manager", what, missing, "sellers")
    return frame.assign(manager=frame["manager"].fillna(NO_MANAGER))


def _split_large(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Split teams that are too large for a first-line manager, in the order of the list."""
    part = frame.groupby("manager").cumcount() // MAX_TEAM + 1
    what = f"sellers beyond the first {MAX_TEAM} of a manager; put in a further team named like the first"
    quality.mark(RepairKind.REPAIRED, "teams, manager", what, part > 1, "sellers")
    if (part == 1).all():
        return frame
    named = frame["manager"].where(part == 1, frame["manager"] + " (" + part.astype("str") + ")")
    return _split_large(frame.assign(manager=named), quality)  # again, as the export may have such a name itself


def _one_region_per_manager(frame: pd.DataFrame, quality: Quality) -> None:
    """A region is a label of teams: where a team has several, the most frequent one counts."""
    if frame["region"].isna().all():
        quality.add(RepairKind.UNKNOWN, "teams, region", "no office or region of teams is recorded; left empty")
        frame["region"] = ""
        return
    pairs = frame.dropna(subset=["region"]).value_counts(["manager", "region"]).reset_index()
    chosen = pairs.sort_values(["count", "region"], ascending=[False, True]).drop_duplicates("manager")
    region = frame["manager"].map(chosen.set_index("manager")["region"]).fillna("")
    moved = frame["region"].notna() & (frame["region"] != region)
    what = "sellers in another region than most of their team; the team's counts"
    quality.mark(RepairKind.REPAIRED, "teams, region", what, moved, "sellers")
    frame["region"] = region
