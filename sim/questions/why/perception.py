"""What managers see, what the CRM says and what is, in one run: potential, pipeline, reasons and causes, by team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.codes import OUTCOME, REASON, Cause, Reason
from agents.machinery.rule import uncompiled
from agents.manager.belief import reported_potential
from sim.engine.names import manager_names
from sim.engine.state import open_rows

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.engine.world import World
    from sim.studies.statistics import Floats

COLUMNS = (
    "attainment",
    "potential_believed",
    "potential_crm",
    "potential_true",
    "pipeline_logged",
    "pipeline_true",
    "honesty",
)
"""What is read of a team, at the end of the run; attainment over the whole run."""


@dataclass(frozen=True)
class TeamView:
    """What one run shows of its front-line teams."""

    teams: tuple[str, ...]  # names of the teams
    levels: Floats  # `COLUMNS` by team; currency a quarter for potential, currency for pipelines [teams, columns]
    told: Floats  # losses with a reason, by team and reported reason [teams, reasons]
    true: Floats  # the same by true reason [teams, reasons]
    named: Floats  # misses by team and cause the manager named [teams, causes]
    causes: Floats  # misses by team and true cause [teams, causes]
    right: Floats  # misses whose true cause was named, by team [teams]

    @classmethod
    def of(cls, world: World) -> TeamView:
        """Read it from a finished run that kept its deals and tables."""
        managers = world.state.managers
        front = np.flatnonzero(managers["level"] == 1)
        names = manager_names(world.scenario, len(managers))
        deals = np.concatenate([world.state.deals[:0], *world.closed])
        losses = deals[(deals["outcome"] != OUTCOME.WON) & (deals["true_reason"] != REASON.DISQUALIFIED)]
        tables = [quarter.managers for quarter in world.quarters if quarter.managers is not None]
        named, causes, right = (np.zeros((len(front), len(Cause))) for _ in range(3))
        for table in tables:
            rows, team = table[front], np.arange(len(front))
            missed = rows["true_cause"] > 0
            np.add.at(named, (team[missed], rows["named_cause"][missed]), 1.0)
            np.add.at(causes, (team[missed], rows["true_cause"][missed]), 1.0)
            np.add.at(right, (team[missed], (rows["named_cause"] == rows["true_cause"])[missed].astype(int)), 1.0)
        return cls(
            tuple(names[row] for row in front),
            _levels(world, front),
            _counted(losses["manager"], losses["reported_reason"], front),
            _counted(losses["manager"], losses["true_reason"], front),
            named,
            causes,
            right[:, 1],
        )


def _counted(manager: Rows, reason: Rows, front: Rows) -> Floats:
    """Count losses by team and reason."""
    counts = np.zeros((int(front.max(initial=-1)) + 1, len(Reason)))
    np.add.at(counts, (manager, reason), 1.0)
    counted: Floats = counts[front]
    return counted


def _levels(world: World, front: Rows) -> Floats:
    """Read the columns of every team."""
    state = world.state
    managers = state.managers
    seats = state.reps["manager"]
    booked, quota = (
        sum((getattr(quarter, name) for quarter in world.quarters), np.zeros(len(seats)))
        for name in ("booked", "quota")
    )
    rows = state.opportunities[open_rows(state)]
    of_team = seats[state.buyers["seat"][rows["account"]]]
    pipelines = [rows["amount"] * rows[stage] for stage in ("sales_stage", "buying_stage")]
    signal = uncompiled(reported_potential)
    levels = []
    for manager in front.tolist():
        mine, deals = seats == manager, of_team == manager
        team = managers[manager]
        asked = float(quota[mine].sum())
        logged, true = (float(amounts[deals].sum()) for amounts in pipelines)
        attained = float(booked[mine].sum()) / asked if asked > 0 else np.nan
        crm = float(signal(state, manager))
        levels.append((attained, float(team.belief), crm, float(team.truth), logged, true, float(team.honesty_heard)))
    return np.array(levels, dtype=float).reshape(len(front), len(COLUMNS))
