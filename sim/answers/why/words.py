"""The answer in sentences, for people who have never seen it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.answers.compare.gather import what_changes
from sim.answers.wording import sentence_case
from sim.measures.words import amount, counted, interval, listed, percent
from sim.questions.why.graph import EVENT, NODES, READINGS, is_lever
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import End, Level, Why
    from sim.studies.statistics import Interval

ARROW = " \N{LEFTWARDS ARROW} "


def sentences(why: Why) -> list[str]:
    """Say all of it: what is missed, the chains, where they end, what is not certain, and what is said instead."""
    chains = [path_text(end) for end in why.ends]
    return [*opening(why), *chains, *ending(why), *uncertain(why), *contrast(why)]


def mean_text(mean: Interval, why: Why, *, signed: bool = False) -> str:
    """Write a mean with its interval, in the unit of the measure asked about."""
    currency = why.scenario.currency
    middle = amount(mean.mean, why.unit, currency, signed=signed)
    unit = why.unit if why.unit == "share" or why.unit.startswith("currency") else ""
    return f"{middle} ({interval(mean.low, mean.high, unit, currency, signed=signed)})"


def opening(why: Why) -> list[str]:
    """Say what the measure is, what it should be, and what the levers could do."""
    name, currency = why.measure.replace("_", " "), why.scenario.currency
    if not math.isfinite(why.as_is.mean):
        return [f"Nothing to explain: {name} is not defined in these runs, because there is nothing to divide by."]
    goal = math.isfinite(why.goal)
    is_text = f"{name} is {mean_text(why.as_is, why)}"
    should = f"it should be {amount(why.goal, why.unit, currency)}" if goal else ""
    could = (
        f"with every lever at its reference, as in the scenario {why.reference}, it would be "
        f"{mean_text(why.at_reference, why)}"
    )
    if why.verdict == "met":
        return [f"Nothing to explain: {is_text}; {should if goal else could}."]
    gap = f"; {should}, so {amount(why.missing, why.unit, currency)} is missing" if goal else ""
    lines = [f"{sentence_case(is_text)}{gap}."]
    lines.append(f"{sentence_case(could)}: {mean_text(_directed(why.recovered, why), why, signed=True)}.")
    if why.verdict == "undecided":
        lines.append(
            f"Too few replicates for a verdict on whether it is missed: {counted(why.seeds, 'seed')}; take more."
        )
    if why.recovered.low <= 0.0 or not math.isfinite(why.recovered.low):
        more = "what is missing lies in the market, in luck or in what was built before week 0"
        lines.append(f"No lever recovers it for certain: {more}, or there are too few replicates to tell.")
    return lines


def _directed(recovered: Interval, why: Why) -> Interval:
    """Turn an amount recovered into a change of the measure."""
    low, high = sorted((why.sign * recovered.low, why.sign * recovered.high))
    return replace(recovered, mean=why.sign * recovered.mean, low=low, high=high)


def name_in_words(name: str) -> str:
    """Name a node, a lever or an event in a sentence."""
    if name.startswith(EVENT):
        return name.removeprefix(EVENT).replace("_", " ")
    return parameter(name).label if is_lever(name) else NODES[name].words


def keys_line(why: Why) -> str:
    """Say what the levers at the ends are called in commands and files; empty where no chain ends at one."""
    levers = dict.fromkeys(end.path[-1] for end in why.ends if end.reached and not end.path[-1].startswith(EVENT))
    named = listed([f"{name_in_words(lever)} is {lever}" for lever in levers])
    return f"In commands and files {named}." if levers else ""


def path_text(end: End) -> str:
    """Write a chain, the measure first."""
    return ARROW.join(name_in_words(name) for name in end.path)


def question(level: Level) -> str:
    """Ask the question of a level."""
    how = "an exact split" if level.exact else "by runs"
    return f"Why? What lies behind {level.words} ({how})"


def ending(why: Why) -> list[str]:
    """Say where the first chain ends and what its last cause does alone."""
    if not why.ends:
        return []
    end = why.ends[0]
    last, alone = end.path[-1], _directed(end.alone, why)
    change = f"{why.measure.replace('_', ' ')} changes by {mean_text(alone, why, signed=True)}"
    if not end.reached:
        stops = f"The chain stops at {name_in_words(last)}: among its causes none is certain."
        doubt = "Too few replicates for a verdict, or none of them matters"
        return [f"{stops} {doubt}; with all levers below it at their reference {change}."]
    if last.startswith(EVENT):
        return [f"The chain ends at an event, {name_in_words(last)}. Had it not happened, {change}."]
    doubt = "" if end.alone.low > 0.0 else " Alone it is not certain to help: it works together with the others."
    lever = f"{name_in_words(last)}: {why.settings[last]}"
    return [f"The chain ends at a lever, {lever}. With nothing but that changed, {change}.{doubt}"]


def contrast(why: Why) -> list[str]:
    """Set what reps report and managers name against what is true and where the chain ends."""
    said, lines = why.said, []
    if said.told:
        lines.append(
            f"Reps most often report {_top(said.told)} of {sum(said.told.values()):,} losses with a reason; "
            f"the true reason is most often {_top(said.true)}."
        )
    if said.named:
        misses = sum(said.named.values())
        lines.append(
            f"Managers most often name {_top(said.named)} of {misses:,} missed team quarters; truly it is most often "
            f"{_top(said.causes)}. They named the true cause in {percent(said.right / misses, signed=False)}."
        )
    cause = why.manager_cause
    if cause and said.named:
        share = said.named.get(cause, 0) / sum(said.named.values())
        agree = next(iter(said.named)) == cause
        tail = "the same word, which does not say which lever" if agree else "not what is most often said"
        lines.append(
            f"The chain ends at what managers would call {cause}: {tail}. They named it in "
            f"{percent(share, signed=False)} of misses."
        )
    return lines


def _top(counts: Mapping[str, int]) -> str:
    name = next(iter(counts))
    return f"{name}, {percent(counts[name] / sum(counts.values()), signed=False)}"


def uncertain(why: Why) -> list[str]:
    """Say where the first place is not certain."""
    close = [
        f"{name_in_words(level.causes[0].name)} and {name_in_words(level.causes[1].name)}"
        for level in why.levels
        if level.lead and level.causes[0].certain and not level.lead.low > 0.0
    ]
    return [f"Too close to tell which comes first: {listed(close)}. More seeds would."] if close else []


def deals_opening(compared: DealsCompared) -> list[str]:
    """Say what the case changes and how many deals flip."""
    unit, currency = READINGS[compared.measure].unit, compared.scenario.currency
    change = compared.effect.difference
    size = amount(change.mean, unit, currency, signed=True)
    ends = interval(change.low, change.high, unit, currency, signed=True)
    lines = [f"With {compared.case}, the difference in {compared.measure.replace('_', ' ')} is {size} ({ends})."]
    if change.contains_zero:
        lines.append(
            f"That cannot be told from no change: too few replicates for a verdict ({counted(compared.seeds, 'seed')})."
        )
    worth = amount(compared.amount.mean, "currency", currency, signed=True)
    size = amount(compared.resized, "currency", currency, signed=True)
    lines.append(
        f"{compared.flipped.mean:,.0f} deals a run are won in one of the two only; {compared.won.mean:,.0f} are won "
        f"as is. Net they are worth {worth}, and deals both win {size}: the difference in bookings."
    )
    return [*lines, f"The case changes: {'; '.join(what_changes(compared.changed, compared.scenario) or ['nothing'])}."]
