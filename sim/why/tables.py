"""The rows of the answer's tables, as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.report.words import NONE, amount, interval, percent

if TYPE_CHECKING:
    from sim.experiments.statistics import Interval
    from sim.why.chain import Cause, Level
    from sim.why.deals import DealsCompared
    from sim.why.explain import Why


def level_rows(level: Level, why: Why) -> list[list[str]]:
    """Rows of one level: its causes, and the remainder."""
    currency = why.scenario.currency
    rows = []
    for cause in level.causes:
        found = cause.recovered
        mark = "*" if cause.certain else " "
        rows.append(
            [
                cause.words,
                _setting(cause.now, cause, currency),
                _setting(cause.aim, cause, currency),
                f"{mark} {_amount(found.mean, why)}  [{_ends(found, why)}]",
                _share(found.mean, why.recovered.mean),
            ]
        )
    if abs(level.rest.mean) > 1e-9 * max(abs(level.given.mean), 1e-12):
        rest = level.rest
        ends = interval(rest.low, rest.high, why.unit, currency, signed=True)
        rows.append(
            ["remainder", "", "", f"{_amount(rest.mean, why)}  [{ends}]", _share(rest.mean, why.recovered.mean)]
        )
    return rows


def _amount(value: float, why: Why) -> str:
    return amount(value, why.unit, why.scenario.currency, signed=True)


def _ends(found: Interval, why: Why) -> str:
    return interval(found.low, found.high, why.unit, why.scenario.currency, signed=True)


def _setting(value: float | str, cause: Cause, currency: str) -> str:
    return value if isinstance(value, str) else amount(value, cause.unit, currency)


def _share(part: float, whole: float) -> str:
    return percent(part / whole) if whole else NONE


def team_rows(why: Why) -> list[list[str]]:
    """Rows of what managers see, what the CRM says and what is, a team each: attainment, potential and pipeline."""
    rows = []
    for team in why.teams.to_dict("records"):
        true = team["potential_true"]
        seen = [f"{_short(team[f'potential_{side}'])} ({_gap(team[f'potential_{side}'], true)})" for side in _SIDES]
        logged, open_now = team["pipeline_logged"], team["pipeline_true"]
        ends = [_short(true), f"{_short(logged)} ({_gap(logged, open_now)})", _short(open_now)]
        rows.append([str(team["team"]), amount(team["attainment"], "ratio", ""), *seen, *ends])
    return rows


_SIDES = ("believed", "crm")


def told_rows(why: Why) -> list[list[str]]:
    """Rows of what is said about losses and misses, and what is so, a team each."""
    names = ("most_told", "most_true", "most_named", "most_causes")
    rows = []
    for team in why.teams.to_dict("records"):
        right = team["named_right"]
        share = NONE if math.isnan(right) else percent(right, signed=False)
        rows.append(
            [
                str(team["team"]), f"{team['honesty']:.2f}", *(team[name] or NONE for name in names),
                f"{team['misses']:.1f}", share,
            ]
        )  # fmt: skip
    return rows


def _short(value: float) -> str:
    """An amount without its currency, which the reader knows."""
    return amount(value, "currency", "").replace(" million", "M").replace(" thousand", "k").strip()


def _gap(seen: float, true: float) -> str:
    return percent(seen / true - 1.0) if true else NONE


def reason_rows(found: DealsCompared, most: int) -> list[list[str]]:
    """Rows of the reasons, the largest first; those beyond `most` in one row."""
    currency = found.scenario.currency
    rows = [
        [
            one.text,
            f"{one.gained.mean:.1f}",
            f"{one.lost.mean:.1f}",
            f"{one.net.mean:+.1f} [{one.net.low:+.1f} to {one.net.high:+.1f}]",
            amount(one.amount.mean, "currency", currency, signed=True)
            + f" [{interval(one.amount.low, one.amount.high, 'currency', currency, signed=True)}]",
        ]
        for one in found.reasons[:most]
    ]
    others = found.reasons[most:]
    if others:
        gained, lost = (sum(getattr(one, side).mean for one in others) for side in ("gained", "lost"))
        money = amount(sum(one.amount.mean for one in others), "currency", currency, signed=True)
        rows.append([f"{len(others)} smaller reasons", f"{gained:.1f}", f"{lost:.1f}", f"{gained - lost:+.1f}", money])
    return rows


def example_rows(found: DealsCompared) -> list[list[str]]:
    """Rows of some deals that flipped."""
    return [
        [
            f"{deal['account']} {deal['line']}, seed {deal['seed']}",
            str(deal["direction"]).replace("won ", ""),
            str(deal["outcome_as_is"]).replace("_", " "),
            str(deal["outcome_case"]).replace("_", " "),
            amount(deal["amount"], "currency", found.scenario.currency),
            NONE if math.isnan(deal["parted_week"]) else f"{deal['parted_week']:.0f}",
            str(deal["reason"]),
        ]
        for deal in found.examples.to_dict("records")
    ]
