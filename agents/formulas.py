"""Formulas shared by the rules: small functions of plain numbers."""

import math

from agents.rule import helper


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
def effort_response(effort: float, scale: float, has_threshold: float) -> float:
    """What effort on one opportunity brings: 1 - exp(-(h / h0)^2).

    Args:
        effort: Effective contact hours received so far. [hours, >= 0]
        scale: h0, the hours at which 63% of the effect is reached. [hours, > 0]
        has_threshold: 1 for the S-curve, 0 for plain saturation 1 - exp(-h / h0). [0 | 1]

    Returns:
        Share of the greatest effect. [share]
    Source:
        The specification of the model, section 8; with a threshold the best effort per
        opportunity is 1.1209 h0, without one there is none.
    """
    ratio = effort / scale
    if has_threshold > 0.0:
        return 1.0 - math.exp(-ratio * ratio)
    return 1.0 - math.exp(-ratio)


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
def depth_factor(complexity: float, depth: float) -> float:
    """How much of a conversation's value survives the account's complexity.

    Args:
        complexity: Of the account's problem. [share]
        depth: Expertise at the table. [share]

    Returns:
        1 - complexity * (1 - depth). [share]
    Source:
        The specification of the model, section 8.
    """
    return 1.0 - complexity * (1.0 - depth)
