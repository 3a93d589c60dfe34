"""The rows of the answer's tables, as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.measures.words import MINUS, NONE, amount, interval, percent

if TYPE_CHECKING:
    from sim.questions.why.chain import Level, WhyCause
    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import Why
    from sim.studies.statistics import Interval


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
    if not level.exact and abs(level.rest.mean) > 1e-9 * max(abs(level.given.mean), 1e-12):
        rest = level.rest.mean
        text = f"{_amount(rest, why)}  [{_ends(level.rest, why)}]"
        rows.append(["remainder", "", "", text, _share(rest, why.recovered.mean)])
    return rows


def _amount(value: float, why: Why) -> str:
    return _short(value, table_unit(why.unit), signed=True)


def table_unit(unit: str) -> str:
    """Unit that is written beside numbers in a table; others stand in its head."""
    return unit if unit in ("share", "currency") else ""


def unit_in_head(why: Why) -> str:
    """Unit for the head of a column of amounts, on a line of its own; empty where numbers carry theirs."""
    if why.unit in ("", "ratio", "share"):
        return ""
    return f"\n{why.unit.replace('currency', why.scenario.currency)}"


def _ends(found: Interval, why: Why) -> str:
    return _brief(interval(found.low, found.high, table_unit(why.unit), "", signed=True))


def _setting(value: float | str, cause: WhyCause, currency: str) -> str:
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


def _short(value: float, unit: str = "currency", *, signed: bool = False) -> str:
    """An amount without its currency, which the reader knows."""
    return _brief(amount(value, unit, "", signed=signed))


def _brief(text: str) -> str:
    for word, letter in ((" billion", "B"), (" million", "M"), (" thousand", "k")):
        text = text.replace(word, letter)
    return text.strip()


def _gap(seen: float, true: float) -> str:
    return percent(seen / true - 1.0) if true else NONE


def reason_rows(found: DealsCompared, most: int) -> list[list[str]]:
    """Rows of the reasons, the largest first; those beyond `most` in one row."""
    rows = []
    for one in found.reasons[:most]:
        net, money = one.net, one.amount
        ends = _brief(interval(money.low, money.high, "currency", "", signed=True))
        rows.append(
            [
                one.text,
                f"{one.gained.mean:.1f}",
                f"{one.lost.mean:.1f}",
                f"{net.mean:+.1f} [{net.low:+.0f} to {net.high:+.0f}]".replace("-", MINUS),
                f"{_short(money.mean, signed=True)} [{ends}]",
            ]
        )
    others = found.reasons[most:]
    if others:
        gained, lost = (sum(getattr(one, side).mean for one in others) for side in ("gained", "lost"))
        money_of_all = _short(sum(one.amount.mean for one in others), signed=True)
        net_of_all = f"{gained - lost:+.1f}".replace("-", MINUS)
        rows.append([f"{len(others)} smaller reasons", f"{gained:.1f}", f"{lost:.1f}", net_of_all, money_of_all])
    return rows


def example_rows(found: DealsCompared) -> list[list[str]]:
    """Rows of some deals that flipped."""
    return [
        [
            f"{deal['account']} {deal['line']}, seed {deal['seed']}",
            str(deal["direction"]).replace("won ", ""),
            str(deal["outcome_as_is"]).replace("_", " "),
            str(deal["outcome_case"]).replace("_", " "),
            _short(deal["amount"]),
            NONE if math.isnan(deal["parted_week"]) else f"{deal['parted_week']:.0f}",
            str(deal["reason"]),
        ]
        for deal in found.examples.to_dict("records")
    ]
