"""A pulse: contract value that is there one morning, installed and well served; no lever is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.chance import DECISION, uniform
from agents.machinery.clock import WEEKS_PER_YEAR
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.engine.world import World

ORDER = 2  # where the luck of a pulse begins, beyond that of what is installed at the start

SERVED = 1.0  # result a pulse brings, of what can be promised [share]


def give_pulse(world: World, share: float) -> float:
    """Install contract value worth a share of last year's bookings at accounts that have nothing.

    Accounts of opened territories are taken in an order drawn by key, one free line of each.

    Args:
        world: Stands before week 0, or any later one; it is changed.
        share: Of the bookings of the last 52 weeks.

    Returns:
        What was installed, at least what was asked for, by less than one contract. [currency / year]

    Raises:
        InputError: There are not enough accounts without anything, or nothing was booked.
    """
    state = world.state
    last = world.weekly(-world.burn_in)[-WEEKS_PER_YEAR:]
    asked = share * float(last["bookings"].sum())
    if asked <= 0.0:
        raise InputError("nothing was booked in the year before, so there is no year's bookings to give a share of")
    given = 0.0
    for b in _empty_accounts(world):
        k = _free_slot(state.slots, int(b), len(state.lines))
        if k < 0:
            continue
        if given >= asked:
            break
        given += _install(world, int(b), k)
    if given < asked:
        raise InputError(
            f"the market is full: accounts without anything could take {given:,.0f} of the {asked:,.0f} of a pulse of "
            f"{share:.0%}; give a smaller one, or an organization with more room"
        )
    return given


def _empty_accounts(world: World) -> Rows:
    """Rows of accounts of planned seats that have nothing installed, in an order drawn by key."""
    state = world.state
    planned = state.reps["planned"][state.buyers["seat"]] == 1
    rows = np.flatnonzero(planned & (state.customer_lines == 0))
    seed = int(state.clock["seed"][0])
    order: Rows = rows[np.argsort([uniform(seed, DECISION.INSTALLED, int(b), ORDER) for b in rows], kind="stable")]
    return order


def _free_slot(slots: Rows, b: int, n_lines: int) -> int:
    """Place of the first line of an account of which nothing is asked, ordered or installed; -1 if there is none."""
    for k in range(b * n_lines, (b + 1) * n_lines):
        slot = slots[k]
        if slot["is_open"] == 0 and slot["backlog"] <= 0.0 and slot["installed_value"] <= 0.0:
            return k
    return -1


def _install(world: World, b: int, k: int) -> float:
    state, p = world.state, world.state.p[0]
    seed, week = int(state.clock["seed"][0]), int(state.clock["week"][0])
    slot, buyer = state.slots[k], state.buyers[b]
    value = float(state.lines["price"][k - b * len(state.lines)] * buyer["account_size"])
    slot["installed_value"] = value
    slot["promise"] = SERVED
    slot["renewal"] = week + WEEKS_PER_YEAR - int(WEEKS_PER_YEAR * uniform(seed, DECISION.INSTALLED, k, ORDER + 1))
    state.customer_lines[b] = 1
    state.installed_value[b] = value
    state.promise[b] = SERVED
    state.satisfaction[b] = min(1.0, SERVED * float(p["buyers_result_scale"]))
    state.regard[b] = state.satisfaction[b] ** 2 * float(p["mechanisms_regard"])
    state.due[b] = min(int(state.due[b]), int(slot["renewal"]))
    return value
