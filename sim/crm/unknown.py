"""What no export tells and money hangs on: asked for on the command line, or assumed with a plausible range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.crm.assumed import WEEKS_PER_QUARTER, Setting
from sim.crm.quality import RepairKind
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.crm.assumed import Value
    from sim.crm.load import CrmData
    from sim.crm.quality import Quality
    from sim.scenario.scenario import Scenario

CHURN, SENSITIVITY = "buyers.churn_per_year", "buyers.churn_sensitivity"
CHURN_RANGE = (0.05, 0.25)  # loss of contracts that do renew, at neutral satisfaction. [1 / year] RET-05, RET-06.
MONEY_RANGE = (0.65, 1.5)  # plausible pay and cost, relative to what is usual. [ratio] Assumed.


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number no export tells.

    Attributes:
        name: What it is, in words.
        option: Option of `flywheel crm` that says it.
        parameter: Dotted name of the parameter that holds it.
        value: What it is taken as, in the unit of the parameter.
        low, high: Ends of its plausible range, or the two choices it lies between.
        why: Why it matters, and what it was taken from.
        said: Whether the user has said it; it is not varied then.
        money_only: Whether it moves money alone, and no deal.
    """

    name: str
    option: str
    parameter: str
    value: Value
    low: Value
    high: Value
    why: str
    said: bool
    money_only: bool

    @property
    def text(self) -> str:
        """Its value, plausible range and reason in one sentence."""
        source = f"said with {self.option}" if self.said else f"say it with {self.option}"
        return f"{self.name}: {self.range_text}; {self.why} ({source})"

    @property
    def range_text(self) -> str:
        """Its value, and its plausible range unless it was said."""
        shown = [_shown(value, self.parameter) for value in (self.value, self.low, self.high)]
        return f"taken as {shown[0]}" + ("" if self.said else f", plausible {shown[1]} to {shown[2]}")


def _shown(value: Value, dotted: str) -> str:
    if dotted == CHURN:
        return f"{math.exp(-float(value)):.0%} of contracts kept a year"
    return value if isinstance(value, str) else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


@dataclass(frozen=True, slots=True)
class _Question:
    key: str
    name: str
    dotted: str
    why: str
    money_only: bool = False

    @property
    def option(self) -> str:
        return "--" + self.key.replace("_", "-")


_QUESTIONS = (
    _Question("gross_margin", "gross margin", "organization.gross_margin", "what is left of each order", True),
    _Question("renews", "renewal (loss a year)", CHURN, "whether what is sold brings money again next year"),
    _Question("churn", "churn", CHURN, "contracts lost at each renewal, a year, where they renew at all"),
    _Question(
        "installed_base", "installed base", "market.initial_installed_share",
        "share of lines customers already had; after ten years of burn-in only what renews is left of it",
    ),
    _Question("pay", "pay", "talent.on_target_earnings", "on-target earnings of a seller, a year", True),
    _Question("manager_cost", "managers", "management.cost", "cost of a manager, a year", True),
    _Question("policy", "policy", "management.response", "what managers do after a missed target"),
    _Question("wip", "WIP", "operations.wip_limit", "open opportunities a seller works at a time; 0 is no limit"),
)  # fmt: skip
KEYS = tuple(question.key for question in _QUESTIONS)
"""Names of the answers a user may give."""


def read_answers(texts: Mapping[str, str | None]) -> dict[str, Value]:
    """Read what the user says of the unknowns, by the key of each (`KEYS`); None is not said.

    Raises:
        InputError: An answer is not of its kind, out of range, or two contradict each other.
    """
    answers = {
        question.key: _read(question, text) for question in _QUESTIONS if (text := texts.get(question.key)) is not None
    }
    if answers.get("renews") == 0.0 and "churn" in answers:
        raise InputError("--churn is the loss at a renewal, and with --renews no nothing renews; give one of them")
    return answers


def _read(question: _Question, text: str) -> Value:
    item = parameter(question.dotted)
    words = {"yes": 1.0, "no": 0.0} if question.key == "renews" else {}
    word = text.strip().lower()
    if word in words:
        return words[word]
    if item.type is str:
        if word in item.choices:
            return word
        raise InputError(f"{question.option} {text}: it must be {item.allowed}")
    low, high = (0.0, 1.0) if words else (float(item.low or 0.0), float(item.high or 0.0))
    allowed = "yes, no, or a share from 0 to 1 such as 0.3 or 30%" if words else item.allowed
    try:
        value = float(word.removesuffix("%")) / (100.0 if word.endswith("%") else 1.0)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise InputError(f"{question.option} {text}: it must be {allowed}")
    return value


def lost_per_year(renewing: float, churn: float) -> float:
    """Hazard at renewal that brings as many renewals as a mix of what renews and what is sold once. [1 / year].

    Of what is sold a share `renewing` comes up for renewal, and is kept each year with probability s = exp(-churn); an
    order then brings x = renewing s / (1 - s) renewals in all, and so does everything kept with x / (1 + x).
    The greatest hazard keeps less than one contract in a billion, which is one-off sales.
    """
    kept = math.exp(-churn)
    most = parameter(CHURN).high or 0.0
    if renewing <= 0.0:
        return most
    if kept >= 1.0 and renewing >= 1.0:
        return 0.0
    renewals = renewing * kept / max(1.0 - kept, 1e-9)
    return min(most, -math.log(renewals / (1.0 + renewals))) if renewals > 0.0 else most


def unknowns(data: CrmData, band: Scenario, answers: Mapping[str, Value] | None = None) -> list[Unknown]:
    """List what the export does not tell, as said or assumed.

    Args:
        data: The cleaned export.
        band: Scenario with the usual numbers of its contract value.
        answers: What the user has said, as `read_answers` gives it.
    """
    said = dict(answers or {})
    renewing = float(said.get("renews", 1.0 if "churn" in said else 0.0))
    churn = float(said.get("churn", parameter(CHURN).default))
    ranges = _ranges(data, band, renewing, churn)
    listed = []
    for question in _QUESTIONS:
        if question.key == "churn" and renewing == 0.0:
            continue
        value, low, high, note = ranges[question.key]
        if question.key in said and question.dotted != CHURN:
            value = type(value)(said[question.key])
        given = question.key in said or (question.key == "renews" and "churn" in said)
        why = f"{question.why}; {note}" if note and not given else question.why
        listed.append(
            Unknown(question.name, question.option, question.dotted, value, low, high, why, given, question.money_only)
        )
    return listed


def _ranges(data: CrmData, band: Scenario, renewing: float, churn: float) -> dict[str, tuple[Value, Value, Value, str]]:
    """Give value, low, high and a note by the key of each question."""

    def around(dotted: str) -> tuple[Value, Value, Value, str]:
        usual = float(band[dotted])
        return usual, MONEY_RANGE[0] * usual, MONEY_RANGE[1] * usual, "usual, whatever the currency"

    lost = lost_per_year(renewing, churn)
    low, high = (lost_per_year(renewing, rate) for rate in CHURN_RANGE)
    decided = bool((data.opportunities["outcome"] == "no_decision").any())
    limit = float(band["operations.wip_limit"]) if decided else 0.0
    nobody = "" if decided else "the export closes none as undecided, so nobody drops what is open"
    return {
        "gross_margin": (float(band["organization.gross_margin"]), 0.4, 0.9, "usual for software; goods earn less"),
        "renews": (lost, lost_per_year(1.0, churn), lost_per_year(0.0, churn), "assumed: an export shows orders alone"),
        "churn": (lost, low, high, "usual for subscriptions"),
        "installed_base": (float(band["market.initial_installed_share"]), 0.0, 0.5, ""),
        "pay": around("talent.on_target_earnings"),
        "manager_cost": around("management.cost"),
        "policy": ("none", "none", "mixed", "assumed: none, or as is would change by itself"),
        "wip": (limit, 0.0, open_per_seller(data), nobody),
    }  # fmt: skip


def open_per_seller(data: CrmData) -> float:
    """Opportunities a seller has open by Little's law, closings a week x cycle, and at least 8; whole. [count]."""
    moments = data.moments
    weeks = moments.cycle_median_full_quarters_days.value / 7.0
    each = moments.closed_per_quarter.value / WEEKS_PER_QUARTER / len(data.active_sellers)
    most = parameter("operations.wip_limit").high or 0.0
    return float(min(max(8, round(each * weeks)), most)) if math.isfinite(weeks) else 8.0


def unknown_settings(items: list[Unknown]) -> dict[str, Setting]:
    """Parameters of the unknowns, by dotted name, each with where its value is from."""
    settings: dict[str, Setting] = {}
    for item in items:
        origin = f"said with {item.option}" if item.said else f"could not be known; {item.range_text}; {item.why}"
        if item.parameter not in settings:
            settings[item.parameter] = Setting(item.value, f"{item.name}: {origin}")
    lost, most = settings[CHURN].value, parameter(CHURN).high
    if lost == most:
        settings[SENSITIVITY] = Setting(0.0, "nothing renews, however satisfied")
    return settings


def report_unknowns(items: list[Unknown], quality: Quality) -> None:
    """Put each in the export's quality report: those that were said among the notes."""
    for item in items:
        kind = RepairKind.NOTED if item.said else RepairKind.UNKNOWN
        quality.add(kind, item.name, item.text.split(": ", 1)[1])
