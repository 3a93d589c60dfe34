"""Formulas shared by the rules: small functions of plain numbers."""

import math
from typing import Any

from agents.machinery.rule import helper

WEEKS_PER_MONTH = 52.0 / 12.0
CAPACITY_IN_USE = (0.0, 0.25, 0.5, 0.67, 0.8, 0.87, 0.93, 0.95, 0.97, 0.98, 1.0)
"""Part of delivery capacity in use at a backlog of 0, 0.5 .. 5 months of capacity (SDF-11)."""
ORDERS_KEPT = (1.0, 0.97, 0.87, 0.73, 0.53, 0.38, 0.25, 0.15, 0.08, 0.03, 0.02)
"""Part of the orders that comes in spite of a delivery delay of 0, 1 .. 10 months (SDF-05)."""


@helper
def clip(value: float, low: float, high: float) -> float:
    """Keep a stock between its physical bounds.

    Args:
        value: The stock after a change. [any]
        low: Lower bound. [same unit]
        high: Upper bound. [same unit]

    Returns:
        The value, or the bound it passed. [same unit]
    """
    return min(high, max(low, value))


@helper
def toward(level: float, target: float, rate: float) -> float:
    """First-order adjustment of a stock towards its target.

    Args:
        level: Present level. [share]
        target: Level it tends to. [share]
        rate: Part of the gap closed per step. [1 / step, 0..1]

    Returns:
        The new level. [share]
    """
    return level + rate * (target - level)


@helper
def kept_share(left: float, level: float) -> float:
    """What is kept of an effect of which part depends on a stock.

    Args:
        left: Kept where the stock is 0. [share]
        level: The stock. [share]

    Returns:
        left + (1 - left) * level: all of it where the stock is 1. [share]
    """
    return left + (1.0 - left) * level


@helper
def effort_response(effort: float, scale: float, steepness: float) -> float:
    """What effort on one opportunity brings: 1 - exp(-(h / h0)^(1 + s)).

    Args:
        effort: Effective contact hours received so far. [hours, >= 0]
        scale: h0, the hours at which 63% of the effect is reached. [hours, > 0]
        steepness: s, 0 for plain saturation 1 - exp(-h / h0), more for an S-curve with a threshold. [0..1]

    Returns:
        Share of the greatest effect. [share]
    Source:
        Assumed: the simplest curve with a threshold. The best effort per opportunity solves (1 + s) x = exp(x) - 1
        with x = (h / h0)^(1 + s): 1.1209 h0 for s = 1 (docs/model.md, Best effort); without a threshold there is none.
    """
    return 1.0 - math.exp(-((effort / scale) ** (1.0 + steepness)))


@helper
def channels(people: float) -> float:
    """Pairs of people who must stay in step on one deal.

    Args:
        people: Seller's people working on it. [people, >= 0]

    Returns:
        n (n - 1) / 2. [channels]
    Source:
        OVL-11; F. P. Brooks, The Mythical Man-Month (1975), ch. 2.
    """
    return people * (people - 1.0) / 2.0


@helper
def coordination_hours_each(people: float, hours_per_channel: float) -> float:
    """Hours a week each of n people spends staying in step on one deal.

    Args:
        people: Seller's people working on it. [people, >= 1]
        hours_per_channel: Cost of one channel, over both ends. [hours / week / channel]

    Returns:
        n (n - 1) / 2 channels, split over n people. [hours / week / person]
    Source:
        OVL-11 for the channels, OVL-13 for their cost.
    """
    return channels(people) * hours_per_channel / max(people, 1.0)


@helper
def bits_of(mask: int) -> int:
    """How many bits of a mask are set.

    Args:
        mask: Such as the kinds of specialist on a deal. [bit mask]

    Returns:
        A count. [bits]
    """
    count = 0
    while mask > 0:
        mask &= mask - 1
        count += 1
    return count


@helper
def hours_asked(opportunities: float, per_cycle: float, effort_scale: float, cycle_weeks: float) -> float:
    """Hours a week that opportunities ask for over their cycle.

    Args:
        opportunities: How many. [opportunities]
        per_cycle: What one asks for over a cycle. [effort scales]
        effort_scale: Of the buyers. [hours]
        cycle_weeks: Of the market. [weeks]

    Returns:
        For all of them. [hours / week]
    """
    return opportunities * per_cycle * effort_scale / cycle_weeks


@helper
def load(week: float, on_opportunities: float, on_prospecting: float, asked: float) -> float:
    """Hours asked of a rep over the hours of a week: what opportunities ask for, and all that is not for finding them.

    Args:
        week: Working week. [hours]
        on_opportunities: Hours planned for opportunities. [hours / week]
        on_prospecting: Hours of prospecting. [hours / week]
        asked: What open opportunities ask for. [hours / week]

    Returns:
        Above 1 there is more to do than the week holds. [ratio]
    """
    return (week - on_opportunities - on_prospecting + asked) / week


@helper
def deal_hours(deals: float, hours_per_deal: float) -> float:
    """Hours a week that deals ask of the specialist who joined them.

    Args:
        deals: Deals joined. [deals]
        hours_per_deal: What one asks for. [hours / week]

    Returns:
        For all of them. [hours / week]
    """
    return deals * hours_per_deal


@helper
def half_saturated(amount: float, half: float) -> float:
    """Effect that rises with an amount and saturates.

    Args:
        amount: What has the effect. [any, >= 0]
        half: Amount of half the effect. [same unit, > 0]

    Returns:
        amount / (amount + half). [share]
    """
    return amount / (amount + half)


@helper
def forgetting(half_life_months: float, decays: float, reinforcement: float, coached: float) -> float:
    """Part of trained method that fades in a week without use.

    Args:
        half_life_months: Half-life without reinforcement. [months]
        decays: Whether method fades at all. [0 | 1]
        reinforcement: Part of forgetting that full coaching prevents. [share]
        coached: How far coaching carries it into use. [share]

    Returns:
        ln 2 / half-life, less what coaching prevents. [share / week]
    """
    return math.log(2.0) / (half_life_months * 52.0 / 12.0) * decays * (1.0 - reinforcement * coached)


@helper
def with_burden(pay: float, burden: float) -> float:
    """Pay with the overhead on it.

    Args:
        pay: Over any time. [currency]
        burden: Overhead. [share of pay]

    Returns:
        What the company pays. [currency]
    """
    return pay * (1.0 + burden)


@helper
def seats_due(growth_per_year: float, planned: float) -> float:
    """Seats that planned growth opens in a week, or closes where it is negative.

    Args:
        growth_per_year: Of planned seats. [share / year]
        planned: Planned seats. [reps]

    Returns:
        With its fraction. [reps / week]
    """
    return growth_per_year / 52.0 * planned


@helper
def whole_seats(due: float, planned: int, seats: int) -> int:
    """Whole seats opened, or closed where negative, of those that are due.

    Args:
        due: Seats due, with their fraction. [reps]
        planned: Seats planned now, which can be closed. [reps]
        seats: All there are; those not planned can be opened. [reps]

    Returns:
        Toward 0, and no more than there are. [reps]
    """
    return min(max(int(due), -planned), seats - planned)


@helper
def depth_factor(complexity: float, depth: float) -> float:
    """How much of a conversation's value survives the account's complexity.

    Args:
        complexity: Of the account's problem. [share]
        depth: Expertise at the table. [share]

    Returns:
        1 - complexity * (1 - depth). [share]
    Source:
        Assumed: the part of the problem that nobody at the table commands brings nothing.
    """
    return 1.0 - complexity * (1.0 - depth)


@helper
def interpolated(table: Any, place: float) -> float:
    """Read a table between its entries; beyond its ends the nearest one counts. [unit of the table].

    Args:
        table: Values at 0, 1, 2, ...
        place: Where to read. [steps of the table]
    """
    last = len(table) - 1
    if place >= last:
        return table[last]
    step = int(max(place, 0.0))
    return table[step] + (max(place, 0.0) - step) * (table[step + 1] - table[step])


@helper
def capacity_in_use(backlog_weeks: float) -> float:
    """Part of delivery capacity that can be used while the backlog is short.

    Args:
        backlog_weeks: Backlog over delivery capacity. [weeks]

    Returns:
        0 without a backlog, 1 from five months on. [share]
    Source:
        SDF-11; J. W. Forrester, Market Growth as Influenced by Capital Investment (1968).
    """
    return interpolated(CAPACITY_IN_USE, 2.0 * backlog_weeks / WEEKS_PER_MONTH)


@helper
def orders_kept(delay_weeks: float) -> float:
    """Part of their needs that buyers still have us serve at a delivery delay they know of.

    Args:
        delay_weeks: Delivery delay as buyers know it. [weeks]

    Returns:
        1 without a delay, 0.02 from ten months on. [share]
    Source:
        SDF-05; J. W. Forrester, Market Growth as Influenced by Capital Investment (1968).
    """
    return interpolated(ORDERS_KEPT, delay_weeks / WEEKS_PER_MONTH)
