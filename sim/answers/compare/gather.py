"""From a comparison to the material of its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.answers.compare.material import AS_IS, Material, loss_shares, middle_week
from sim.answers.compare.words import change_texts
from sim.crm.check import check_table, check_texts
from sim.measures.conservation import verdict_line
from sim.measures.words import NONE, amount, digits, listed, title_of, years
from sim.scenario.measures import MEASURES
from sim.studies.drivers import FACTORS

if TYPE_CHECKING:
    from sim.questions.compare.comparison import Comparison
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec
    from sim.studies.cases import Case

REASONS = 4  # shown for each case and direction
EXAMPLES = 3  # flips shown for each case and direction
YES_OR_NO = ("arose", "pursued", "open", "won")
"""Signs of parting whose values the reason already tells."""

PARTS = {
    "bookings": "Bookings (before gross margin)",
    "renewed": "Renewals (before gross margin)",
    "cost": "Sales cost (saving +)",
}


def material_of(comparison: Comparison, question: str = "", command: str = "") -> Material:
    """Lay out what a comparison found; an empty question is made from the cases."""
    changed = {name: case for name, case in comparison.cases.items() if name != AS_IS}
    currency = comparison.scenario.currency
    drivers = comparison.drivers
    return Material(
        question=question or _question(comparison, MEASURES[comparison.measure].label),
        scenario=comparison.scenario,
        cases={name: what_changes(case, comparison.scenario) for name, case in changed.items()},
        main=comparison.measure,
        measures=MEASURES,
        weeks=comparison.weeks,
        seeds=comparison.seeds,
        table=comparison.table,
        effects=comparison.effects,
        per_seed=comparison.per_seed,
        weekly=comparison.weekly,
        quarterly=comparison.quarterly.assign(week=middle_week(comparison.quarterly["quarter"])),
        losses=loss_shares(comparison.deals) if len(comparison.deals) else pd.DataFrame(),
        flips=_flip_examples(comparison.flips, currency),
        flip_reasons=_flip_reasons(comparison.flip_reasons, currency),
        drivers=_named(drivers[drivers["of"] == "bookings"], {name: factor.label for name, factor in FACTORS.items()}),
        parts=_named(drivers[(drivers["of"] == "net_contribution") & drivers["factor"].isin(PARTS)], PARTS),
        worlds=pd.DataFrame() if comparison.worlds is None else comparison.worlds,
        targets=pd.DataFrame() if comparison.targets is None else comparison.targets,
        data_check=_against_data(comparison),
        versions=comparison.versions,
        command=command,
        failures=[str(failure) for failure in comparison.failures],
        notes=comparison.notes,
        verified=verdict_line(comparison.checks),
        touched=sorted({name for case in changed.values() for name in touched_by(case)}),
    )


def _against_data(comparison: Comparison) -> pd.DataFrame:
    """Put the as-is case beside the data the scenario was made from; empty where it was made from none."""
    checks = comparison.scenario.data_checks
    if not checks:
        return pd.DataFrame()
    as_is = comparison.per_seed[comparison.per_seed["case"] == AS_IS]
    values = as_is[as_is["measure"].isin([check.name for check in checks])].groupby("measure")["value"]
    return check_texts(check_table(checks, {str(name): rows.to_numpy() for name, rows in values}))


def _question(comparison: Comparison, label: str) -> str:
    names = [title_of(name).lower() for name in comparison.cases if name != AS_IS]
    return f"What would {listed(names, 'or')} do to {label.lower()} over {years(comparison.weeks)}?"


def touched_by(case: Case) -> set[str]:
    """Dotted names of the parameters a case changes."""
    return {*case.overrides, *(item.parameter for item in case.interventions if item.parameter)}


def what_changes(case: Case, scenario: Scenario) -> list[str]:
    """Say what a case changes, one phrase for each parameter and each intervention."""
    return [*change_texts(scenario, case.overrides), *(_intervention(item) for item in case.interventions)]


def _intervention(item: InterventionSpec) -> str:
    what = item.label or (f"{item.action} {item.parameter}: {item.value}" if item.parameter else item.event)
    return f"week {item.week}: {what}" + (f", until week {item.until}" if item.until else "")


def _named(drivers: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return drivers.assign(factor=drivers["factor"].map(names))


def _largest(rows: pd.DataFrame, by: str, most: int) -> pd.DataFrame:
    """Give the largest rows of each case and direction, in that order."""
    largest = rows.sort_values(by, ascending=False).groupby(["case", "direction"], sort=False).head(most)
    return largest.sort_values(["case", "direction", by], ascending=[True, True, False])


def _flip_reasons(reasons: pd.DataFrame, currency: str) -> pd.DataFrame:
    if not len(reasons):
        return pd.DataFrame()
    order = _largest(reasons, "count", REASONS)
    return pd.DataFrame(
        {
            "Case": order["case"].map(title_of),
            "Direction": order["direction"],
            "First point at which they part": order["reason"],
            "Opportunities": order["count"],
            "Worth": [amount(float(value), "currency", currency) for value in order["amount"]],
        }
    )


def _flip_examples(flips: pd.DataFrame, currency: str) -> pd.DataFrame:
    if not len(flips):
        return pd.DataFrame()
    order = _largest(flips, "amount", EXAMPLES)
    return pd.DataFrame(
        {
            "Case": order["case"].map(title_of),
            "Opportunity": [f"{row.account}, {row.line}" for row in order.itertuples()],
            "Need in week": order["created"].astype(int),
            "As is": order["outcome_as_is"].astype(str).str.replace("_", " "),
            "With the case": order["outcome_case"].astype(str).str.replace("_", " "),
            "Worth": [amount(float(value), "currency", currency) for value in order["amount"]],
            "Where they part": [_parting(row) for row in order.itertuples()],
        }
    )


def _value(value: float) -> str:
    if not np.isfinite(value):
        return NONE
    return f"{value:g}" if value.is_integer() else digits(abs(value))


def _parting(row: Any) -> str:
    if not row.parted_in:
        return str(row.reason)
    reason = f"week {int(row.parted_week)}: {row.reason}"
    if row.parted_in in YES_OR_NO:
        return reason
    as_is, with_case = (_value(float(value)) for value in (row.value_as_is, row.value_case))
    return f"{reason} ({str(row.parted_in).replace('_', ' ')} {as_is} as is, {with_case} with the case)"
