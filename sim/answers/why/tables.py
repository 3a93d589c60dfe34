"""The rows of the answer's tables, as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.answers.why.words import name_in_words
from sim.measures.words import MINUS, NONE, amount, interval, percent

if TYPE_CHECKING:
    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import Level, Why, WhyCause
    from sim.studies.statistics import Interval


def level_rows(level: Level, why: Why) -> list[list[str]]:
    """Rows of one level: its causes, and the remainder."""
    currency = why.scenario.currency
    rows = []
    for cause in level.causes:
        settings = (_setting(value, cause, currency) for value in (cause.now, cause.aim))
        mark = "*" if cause.certain else " "
        recovers = f"{mark} {_recovers(cause.recovered, why)}"
        rows.append([name_in_words(cause.name), *settings, recovers, _share(cause.recovered, why)])
    if not level.exact and abs(level.rest.mean) > 1e-9 * max(abs(level.given.mean), 1e-12):
        rows.append(["remainder", "", "", _recovers(level.rest, why), _share(level.rest, why)])
    return rows


def _recovers(recovered: Interval, why: Why) -> str:
    """Write an amount with its interval; a unit that is neither a share nor money stands in the head of the table."""
    unit = why.unit if why.unit in ("share", "currency") else ""
    ends = _brief(interval(recovered.low, recovered.high, unit, "", signed=True))
    return f"{_short(recovered.mean, unit, signed=True)}  [{ends}]"


def unit_in_head(why: Why) -> str:
    """Unit for the head of a column of amounts, on a line of its own; empty where numbers carry theirs."""
    if why.unit in ("", "ratio", "share"):
        return ""
    return f"\n{why.unit.replace('currency', why.scenario.currency)}"


def _setting(value: float | str, cause: WhyCause, currency: str) -> str:
    return value if isinstance(value, str) else amount(value, cause.unit, currency)


def _share(recovered: Interval, why: Why) -> str:
    """Say what part of what all levers recover that is."""
    return percent(recovered.mean / why.recovered.mean) if why.recovered.mean else NONE


def team_rows(why: Why) -> list[list[str]]:
    """Rows of what managers see, what the CRM says and what is, a team each: attainment, potential and pipeline."""
    rows = []
    for team in why.teams.to_dict("records"):
        potential, pipeline = team["potential_true"], team["pipeline_true"]
        believed, in_crm = (_beside(team[f"potential_{side}"], potential) for side in ("believed", "crm"))
        logged = _beside(team["pipeline_logged"], pipeline)
        attainment = amount(team["attainment"], "ratio", "")
        rows.append([str(team["team"]), attainment, believed, in_crm, _short(potential), logged, _short(pipeline)])
    return rows


def sayings_rows(why: Why) -> list[list[str]]:
    """Rows of what is said about losses and misses, and what is so, a team each."""
    names = ("most_told", "most_true", "most_named", "most_causes")
    return [
        [
            str(team["team"]), f"{team['honesty']:.2f}", *(team[name] or NONE for name in names),
            f"{team['misses']:.1f}", percent(team["named_right"], signed=False),
        ]
        for team in why.teams.to_dict("records")
    ]  # fmt: skip


def _short(value: float, unit: str = "currency", *, signed: bool = False) -> str:
    """An amount without its currency, which the reader knows."""
    return _brief(amount(value, unit, "", signed=signed))


def _brief(text: str) -> str:
    for word, letter in ((" billion", "B"), (" million", "M"), (" thousand", "k")):
        text = text.replace(word, letter)
    return text.strip()


def _beside(shown: float, true: float) -> str:
    """Write an amount with how far it is from what is so."""
    return f"{_short(shown)} ({percent(shown / true - 1.0) if true else NONE})"


def reason_rows(compared: DealsCompared, most: int) -> list[list[str]]:
    """Rows of the reasons, the largest first; those beyond `most` in one row."""
    rows = []
    for reason in compared.reasons[:most]:
        net, money = reason.net, reason.amount
        ends = _brief(interval(money.low, money.high, "currency", "", signed=True))
        net_text = f"{net.mean:+.1f} [{net.low:+.0f} to {net.high:+.0f}]".replace("-", MINUS)
        worth = f"{_short(money.mean, signed=True)} [{ends}]"
        rows.append([reason.text, f"{reason.gained.mean:.1f}", f"{reason.lost.mean:.1f}", net_text, worth])
    others = compared.reasons[most:]
    if others:
        gained, lost = (sum(getattr(reason, side).mean for reason in others) for side in ("gained", "lost"))
        worth = _short(sum(reason.amount.mean for reason in others), signed=True)
        net_text = f"{gained - lost:+.1f}".replace("-", MINUS)
        rows.append([f"{len(others)} smaller reasons", f"{gained:.1f}", f"{lost:.1f}", net_text, worth])
    return rows


def example_rows(compared: DealsCompared) -> list[list[str]]:
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
        for deal in compared.examples.to_dict("records")
    ]
