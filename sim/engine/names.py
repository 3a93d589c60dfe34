"""What people call the rows of the state: real names where a scenario has them, else R017, M02, A00123, L1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.state import layout, seat_names

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def rep_names(scenario: Scenario, n: int) -> list[str]:
    """Names of n seats; those the scenario does not name get R and their number, from R000."""
    real = seat_names(scenario)[:n]
    return real + [f"R{seat:03d}" for seat in range(len(real), n)]


def manager_names(scenario: Scenario, n: int) -> list[str]:
    """Names of n managers, front line first; those the scenario does not name get M and their number, from M00."""
    real = [team.manager for team in scenario.teams][:n]
    return real + [f"M{row:02d}" for row in range(len(real), n)]


def line_names(scenario: Scenario, n: int) -> list[str]:
    """Names of n product lines, from L1."""
    return [line.name for line in scenario.lines] or [f"L{row + 1}" for row in range(n)]


def buyer_names(scenario: Scenario) -> list[str]:
    """Names of all accounts, one per buying centre, from A00000; several centres of one account share its name."""
    sellers = {seller.name: seller for seller in scenario.sellers}
    names: list[str] = []
    real = seat_names(scenario)
    for seat, accounts in enumerate(layout(scenario).accounts.tolist()):
        seller = sellers.get(real[seat]) if seat < len(real) else None
        if seller and seller.accounts:
            names += [name for name, centres in seller.accounts.items() for _ in range(centres)]
        else:
            names += [f"A{row:05d}" for row in range(len(names), len(names) + accounts)]
    return names
