"""What an export does not say and a scenario of it needs: each value with the reason it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.quality import RepairKind
from sim.crm.segments import LEAST_ROWS, origin_of
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.crm.load import CrmData
    from sim.scenario.scenario import Scenario

Value = float | int | str | bool

FOUND_BY_SELLERS = 0.1  # share of needs that sellers' prospecting finds, where an export does not say. Assumed.
FROM_MARKETING = 0.1  # share of needs that marketing brings, where an export does not say. Assumed.
PROSPECTING_HOURS = 5.0
"""Hours a week that are left for prospecting, to turn a share of needs into needs an hour. Assumed."""

BUSY = 0.95  # the seller whose load sets the effort scale: 95% of sellers close less. Assumed.
SPARE = 2.0  # how many times the effort of good practice the busy seller could give. Assumed.
OTHER_HOURS = 4.0  # hours of a week for training, coaching, inspection and customers. Assumed.
WEEKS_PER_QUARTER = 13
SILENT_DAYS = 91
"""A seller of whom nothing was opened or closed for so long before the data end has left. [days] Assumed."""

PRIOR_YEARS = 4.0  # seller-years of experience, with one leaver, that the rate of leaving begins with. TUR-01.
SETTLING_WEEKS = 520
"""Burn-in of an imported organization. [weeks]

Trust, method and belief in the vision feed each other, rise above where they settle and come back within ten years;
after a year of burn-in wins still rise by a seventh in three years, after ten by nothing 50 seeds can tell from zero.
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter's value, a number, switch or choice, and where it came from: one line for the comment beside it."""

    value: Value
    source: str


def assumed_settings(data: CrmData, band: Scenario) -> dict[str, Setting]:
    """Choose what the export does not say, by dotted name; `band` has the usual numbers of its contract value."""
    return _organization(data) | stands_still() | _turnover(data) | _arrivals(data) | _load(data, band)


def _within(data: CrmData, name: str, value: float, source: str) -> Setting:
    """Keep a value within the range of its parameter, and report where the export asks for more or less."""
    item = parameter(name)
    kept = type(value)(np.clip(value, item.low, item.high))
    if kept != value:
        end = "most" if kept < value else "least"
        what = f"{name} would be {value:,.4g} by the export; taken as {kept:,g}, the {end} it can be"
        data.quality.add(RepairKind.REPAIRED, "scenario", what)
    return Setting(kept, source)


def _organization(data: CrmData) -> dict[str, Setting]:
    sellers = len(data.active_sellers)
    bookings = data.moments.bookings_per_quarter.value * 4 / sellers
    centres = max(1, round(data.centres.total / sellers))
    quotas = "assumed: first quotas as large as what was booked; none are recorded"
    return {
        "market.accounts_per_rep": _within(data, "market.accounts_per_rep", centres, "buying centres / active seller"),
        "market.expected_bookings_per_rep_year": _within(
            data, "market.expected_bookings_per_rep_year", bookings, quotas
        ),
        "market.account_size_sd": Setting(0.0, "amounts vary by line (amount_sd) and by seller (potential)"),
        "buyers.rest_weeks": Setting(1.0, "assumed: buying centres were cut so that one need follows another"),
        "structure.product_specialists": Setting(0, "assumed: no specialists are recorded"),
        "buyers.expansion_size": Setting(1.0, "amounts of the lines are means of first and repeated orders alike"),
    }


def stands_still() -> dict[str, Setting]:
    """Leave as is without a plan of its own: what moves it is asked for as a case, and not hidden in it."""
    plan = "assumed: no plan is recorded, so next year is to bring what this year brought"
    return {
        "organization.burn_in_weeks": Setting(SETTLING_WEEKS, "until trust, method, customers and quotas have settled"),
        "strategy.stretch": Setting(0.0, plan),
        "strategy.ratchet": Setting(0.0, plan),
        "strategy.over_assignment": Setting(0.0, "assumed: quotas add up to what was sold"),
        "strategy.growth_goal": Setting(0.0, plan),
        "talent.headcount_growth_per_year": Setting(0.0, plan),
    }


def _turnover(data: CrmData) -> dict[str, Setting]:
    """How fast sellers leave: who fell silent over the years all were there, from a prior of one in four years."""
    frame = data.opportunities
    seen = pd.concat([frame[["seller", name]].set_axis(["seller", "day"], axis=1) for name in ("created", "closed")])
    days = seen.dropna().groupby("seller", observed=True)["day"].agg(["min", "max"])
    left = int(((data.as_of - days["max"]).dt.days > SILENT_DAYS).sum())
    years = float((days["max"] - days["min"]).dt.days.sum()) / 365.25
    rate = (left + 1.0) / (years + PRIOR_YEARS)
    source = f"{left} sellers fell silent in {years:.0f} seller-years; with one in {PRIOR_YEARS:g} seller-years before"
    return {"talent.attrition_per_year": _within(data, "talent.attrition_per_year", rate, source)}


def _arrivals(data: CrmData) -> dict[str, Setting]:
    each = data.moments.closed_per_quarter.value / WEEKS_PER_QUARTER / len(data.active_sellers)
    origins = data.opportunities["source"].dropna().astype("str").map(origin_of)
    marketing, sellers = FROM_MARKETING, FOUND_BY_SELLERS
    said = "assumed: {share:.0%} of needs; no origin is recorded"
    if len(origins) >= LEAST_ROWS:
        marketing, sellers = (float((origins == name).mean()) for name in ("marketing", "prospecting"))
        said = f"{{share:.0%}} of needs, by the lead source of {len(origins):,} opportunities"
    leads, prospects = marketing * each, sellers * each / PROSPECTING_HOURS
    origin = said.format(share=marketing)
    hours = f"assumed: {PROSPECTING_HOURS:g} hours a week find them; {said.format(share=sellers)}"
    return {
        "operations.marketing_leads_per_week": _within(data, "operations.marketing_leads_per_week", leads, origin),
        "operations.needs_per_prospecting_hour": _within(
            data, "operations.needs_per_prospecting_hour", prospects, hours
        ),
    }


def _load(data: CrmData, band: Scenario) -> dict[str, Setting]:
    """Effort a deal asks for: so little that a busy seller can still give it, and never more than usual in the band.

    An export whose busiest sellers win as often as the others shows that hours do not run out for them.
    """
    scale = float(band["buyers.effort_scale"])
    hours = hours_a_deal(data, band)
    lean = float(np.clip(hours / (SPARE * float(band["buyers.good_effort"])), 0.1, scale))
    source = f"solved from the load: a busy seller can grant {hours:.2g} contact hours a deal"
    settings = {"buyers.effort_scale": Setting(lean, source)}
    for name in ("buyers.pace_hours", "buyers.contact_scale"):
        least = parameter(name).low or 0.0
        value = max(least, float(band[name]) * lean / scale)
        settings[name] = Setting(value, "assumed: smaller deals need less contact, as the effort scale")
    return settings


def hours_a_deal(data: CrmData, band: Scenario) -> float:
    """Contact hours that a busy seller has for each deal, by the band's cycle if the export has none. [hours]."""
    sellers = data.active_sellers["closed"].to_numpy(dtype=float)
    share = float(np.quantile(sellers, BUSY)) / max(float(sellers.sum()), 1.0)
    closed = max(data.moments.closed_per_quarter.value / WEEKS_PER_QUARTER * share, 0.01)
    cycle = data.moments.cycle_median_full_quarters_days.value
    weeks = cycle / 7.0 if np.isfinite(cycle) else float(band["market.cycle_weeks"])
    open_now = closed * max(weeks, 1.0)
    week = float(band["operations.week_hours"])
    inside = sum(float(band[f"operations.{name}"]) for name in ("admin_hours", "reporting_hours"))
    inside += OTHER_HOURS + float(band["operations.switching_hours"]) * open_now
    free = max(week - inside, week / 4.0)
    return free * float(band["buyers.first_access"]) / closed
