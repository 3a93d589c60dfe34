"""Who accounts are: size, fit, complexity, buying group, neighbours. Drawn by key, so the same in every case."""

import math

from agents.machinery.chance import DECISION, trait, uniform
from agents.machinery.formulas import clip
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="buyer")
def settle_account(s: State, b: int) -> None:
    """Size, fit, complexity, buying group and neighbours of an account."""
    p = s.p[0]
    buyer = s.buyers[b]
    spread = p.market_account_size_sd
    buyer.account_size = s.reps[buyer.seat].potential * math.exp(
        spread * trait(s, DECISION.ACCOUNT_SIZE, b, 0) - spread * spread / 2.0
    )
    buyer.fit = clip(p.buyers_fit_mean + p.buyers_fit_spread * trait(s, DECISION.ACCOUNT_FIT, b, 0), 0.0, 1.0)
    buyer.complexity = clip(
        p.market_complexity + p.buyers_complexity_spread * trait(s, DECISION.ACCOUNT_COMPLEXITY, b, 0), 0.0, 1.0
    )
    group = p.market_group_size * math.exp(p.market_group_size_sd * trait(s, DECISION.ACCOUNT_GROUP, b, 0))
    buyer.group_size = clip(group, 1.0, 60.0)
    buyer.status_quo = clip(
        p.market_status_quo + p.buyers_status_quo_spread * trait(s, DECISION.ACCOUNT_STATUS_QUO, b, 0), -10.0, 10.0
    )
    s.buyer_trust[b] = p.buyers_initial_trust
    s.intimacy[b] = p.buyers_initial_intimacy
    n_lines = len(s.lines)
    price = 0.0
    for line in range(n_lines):
        k = b * n_lines + line
        fit = buyer.fit + p.buyers_fit_line_spread * trait(s, DECISION.LINE_FIT, k, 0)
        s.slots[k].base_fit = clip(fit, 0.0, 1.0)
        price += s.lines[line].share * s.lines[line].price
        opened = s.reps[buyer.seat].planned == 1
        if opened and uniform(s.clock[0].seed, DECISION.INSTALLED, k, 0) < p.market_initial_installed_share:
            install(s, b, k, line)
    buyer.potential = p.market_needs_per_account_year * price * buyer.account_size
    for k in range(s.neighbours.shape[1]):
        s.neighbours[b, k] = neighbour(s, b, k)


@helper
def install(s: State, b: int, k: int, line: int) -> None:
    """A line bought before the burn-in: installed at some week of its year, with the result its fit brings.

    The account holds us in regard as far as results make regard last.
    """
    p = s.p[0]
    slot = s.slots[k]
    slot.installed_value = s.lines[line].price * s.buyers[b].account_size
    slot.promise = clip(slot.base_fit * s.lines[line].readiness, 0.0, 1.0)
    slot.renewal = 52 - int(52.0 * uniform(s.clock[0].seed, DECISION.INSTALLED, k, 1))
    if s.customer_lines[b] == 0:
        s.reps[s.buyers[b].seat].customers_seen += 1
    s.customer_lines[b] += 1
    s.installed_value[b] += slot.installed_value
    s.satisfaction[b] = clip(slot.promise * p.buyers_result_scale, 0.0, 1.0)
    s.regard[b] = s.satisfaction[b] * s.satisfaction[b] * p.mechanisms_regard
    s.due[b] = s.clock[0].week


@helper
def neighbour(s: State, b: int, k: int) -> int:
    """Row of the k-th account this one hears from: two near ones, the others anywhere. [row]."""
    n = len(s.buyers)
    if k == 0:
        return (b + 1) % n
    if k == 1:
        return (b + n - 1) % n
    return int(uniform(s.clock[0].seed, DECISION.NEIGHBOUR, b, k) * n)
