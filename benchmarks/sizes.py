"""The organizations that are timed; all are the model's defaults but for what is said here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Value


def defaults(**changes: Value) -> Scenario:
    """The default organization without room for growth: 48 reps, 5,760 accounts, 3 lines, 3 specialists.

    Args:
        **changes: Parameters that differ, `structure__n_reps=10` for `structure.n_reps`.
    """
    usual: dict[str, Value] = {"structure.growth_room": 0.0}
    settings = {name.replace("__", ".", 1): value for name, value in changes.items()}
    return Scenario.from_text('name = "defaults"\nformat_version = 1\n').override(usual | settings)


def of_size(n_reps: int, n_lines: int = 1, burn_in: int = 13) -> Scenario:
    """An organization of 40 accounts a rep and a product specialist for 16 reps, the same mixture at every size."""
    return defaults(
        structure__n_reps=n_reps,
        structure__product_specialists=max(1, n_reps // 16),
        market__accounts_per_rep=40,
        market__n_lines=n_lines,
        organization__burn_in_weeks=burn_in,
    )


def agents_of(n_reps: int) -> int:
    """Accounts, reps, specialists and front-line managers of `of_size`. [agents]."""
    return n_reps * 41 + max(1, n_reps // 16) + -(-n_reps // 8)
