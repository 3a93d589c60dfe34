"""The same kind of organization written the usual way: Mesa agents that are ordinary Python objects.

It exists to be timed. It has the same number of accounts, product lines, reps, front-line managers and product
specialists as a scenario, takes every number from it, and does comparable work in a week with the same formulas:
relationships fade, needs arise, reps judge their pipeline, keep to their limit of work in progress, split their hours
and lose some to coordination; specialists join deals and share their hours; conversations build effort, insight,
experience, access, preference, trust and consensus; a logit decides; results are felt, contracts renewed; managers
coach, dive, learn and adopt; reps learn, forget, trust, tire, leave and are replaced; quarters and years end with
attainment, beliefs, responses, targets and quotas; the week is measured.

It leaves out interventions, cases, three of the four kinds of specialists, higher managers, telesales, delivery
limits, growth of the head-count, self-funding, the playbook's codification by stars (it only ages), and most of the
60 weekly measures; so it does a little less than the model it is compared with. Chance comes from one generator.

It is tuned as far as that style goes: `__slots__` in every class, local names for what a loop repeats, constants of
the week worked out once, no Mesa scheduler in the loop, and only what is awake is visited: an opportunity exists only
while it is open, and conversations, decisions and results visit only the accounts that have some.
"""

from __future__ import annotations

import math
import random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import mesa

from benchmarks.plain_market import PlainBuyer, PlainSpecialist
from benchmarks.plain_sellers import PlainManager, PlainRep
from sim.scenario.parameters import all_parameters

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class PlainOrg(mesa.Model):
    """A sales organization of plain objects.

    Args:
        scenario: Where every number comes from.
        seed: Of its one generator.
    """

    def __init__(self, scenario: Scenario, seed: int = 0) -> None:
        super().__init__(seed=seed)
        numbers = {item.field_name: item.number(scenario[item.dotted]) for item in all_parameters()}
        self.p = p = SimpleNamespace(**numbers)
        self.luck = random.Random(seed)  # noqa: S311 - luck of a model, no secret
        self.week = 0
        self.n_lines = int(p.market_n_lines)
        self.readiness = [p.market_product_maturity] * (self.n_lines - 1) + [p.market_new_line_maturity]
        self.playbook, self.icp, self.credibility = (
            p.training_initial_playbook, p.strategy_icp_clarity, p.strategy_initial_credibility,
        )  # fmt: skip
        self.last_year = 0.0
        self.busy: set[PlainBuyer] = set()
        self.customers: set[PlainBuyer] = set()
        self.deals: list[tuple[int, int, float, bool | None, int, bool, float]] = []
        self.measures: list[tuple[float, ...]] = []
        self._work_out_constants()
        self._hire()

    def _work_out_constants(self) -> None:
        p = self.p
        self.base_rate = p.market_needs_per_account_year / 52.0 * p.market_demand
        self.intimacy_kept = 1.0 - p.buyers_intimacy_fade
        self.rate = min(p.buyers_learning_limit, p.buyers_learning_per_cycle / p.market_cycle_weeks)
        self.informed = (1.0 - p.buyers_uninformed_stage) / p.buyers_insight_needed
        self.step_length = (1.0 + p.buyers_pace_hours) / p.market_cycle_weeks
        self.patience = p.buyers_patience * p.market_cycle_weeks
        self.rival = math.exp(p.market_competitor_strength)
        self.seen_by_intimacy = p.strategy_fit_from_intimacy
        self.art_cost = p.enablement_process_cost_to_art * p.enablement_process_formality
        self.coaching_quality = 1.0 + p.enablement_coaching_formality_gain * (p.enablement_coaching_formality - 0.5)
        self.forgetting = math.log(2.0) / (p.training_half_life_months * 52.0 / 12.0)
        self.hiring_chance = 1.0 - math.exp(-1.0 / max(p.talent_hiring_delay_weeks, 0.1))

    def _hire(self) -> None:
        p = self.p
        n_reps = int(p.structure_n_reps)
        n_teams = max(1, math.ceil(n_reps / p.structure_span_of_control))
        self.managers = [PlainManager(self) for _ in range(n_teams)]
        self.reps = [PlainRep(self, self.managers[seat * n_teams // n_reps]) for seat in range(n_reps)]
        self.specialists = [PlainSpecialist(self) for _ in range(int(p.structure_product_specialists))]
        for seat, rep in enumerate(self.reps):
            rep.manager.team.append(rep)
            rep.accounts = [PlainBuyer(self, rep) for _ in range(int(p.market_accounts_per_rep))]
            if self.specialists:
                self.specialists[seat % len(self.specialists)].reps.append(rep)
        self.buyers = [buyer for rep in self.reps for buyer in rep.accounts]
        n = len(self.buyers)
        for number, buyer in enumerate(self.buyers):
            others = [self.buyers[int(self.luck.random() * n)] for _ in range(int(p.buyers_neighbours) - 2)]
            buyer.neighbours = (self.buyers[(number + 1) % n], self.buyers[number - 1], *others)

    def step(self) -> None:
        """Run one week."""
        p, draw = self.p, self.luck.random
        self.week += 1
        of_quarter = (self.week - 1) % 13 + 1
        self.quarter_end = math.exp((of_quarter - 13.0) / p.enablement_quarter_end_weeks)
        self.steering = self.icp * p.strategy_icp_steering
        self.seen = self.icp * (1.0 - p.strategy_fit_from_intimacy)
        self.heard = self.credibility * p.strategy_vision_clarity * p.strategy_goal_communication
        for buyer in self.buyers:
            buyer.live(self, p, draw)
        for rep in self.reps:
            rep.plan(self, p)
        self._deal()
        for rep in self.reps:
            rep.collect(p)
        for buyer in list(self.customers):
            buyer.receive(self, p, draw)
        for manager in self.managers:
            manager.spend_week(self, p)
        for rep in self.reps:
            rep.grow(self, p)
        if of_quarter == 13:
            self._close_quarter()
        for rep in self.reps:
            rep.stay(self, p, draw)
        self._measure()
        if self.week % 52 == 0:
            self._close_year()

    def _deal(self) -> None:
        """Specialists join deals and serve them; buyers converse and decide."""
        p, draw = self.p, self.luck.random
        for specialist in self.specialists:
            specialist.join(p, draw)
        for specialist in self.specialists:
            specialist.serve(p)
        for buyer in self.busy:
            buyer.converse(self, p)
        for buyer in list(self.busy):
            buyer.decide(self, p, draw)

    def _close_quarter(self) -> None:
        p = self.p
        for buyer in self.buyers:
            buyer.hear(p)
        for rep in self.reps:
            rep.close_quarter(p)
        for manager in self.managers:
            manager.close_quarter(p, self)
        attainment = sum([rep.quarter for rep in self.reps]) / max(sum([rep.quota for rep in self.reps]), 1.0)
        met = min(1.0, max(0.0, (attainment - p.strategy_credibility_start) / p.strategy_credibility_range))
        self.credibility += p.strategy_credibility_rate * (met - self.credibility)
        for rep in self.reps:
            rep.quarter = rep.reported = 0.0
            rep.losses = [0.0] * 7

    def _close_year(self) -> None:
        """The year's target is split by belief, then by territory."""
        p = self.p
        booked = sum([rep.year for rep in self.reps])
        growth = max(0.0, booked - (self.last_year or booked))
        target = (booked + p.strategy_ratchet * growth) * (1.0 + p.strategy_stretch)
        self.last_year = booked
        believed = max(sum([manager.belief for manager in self.managers]), 1.0)
        for manager in self.managers:
            own = target * manager.belief / believed * (1.0 + p.strategy_over_assignment)
            territories = max(sum([rep.territory for rep in manager.team]), 1.0)
            for rep in manager.team:
                rep.quota = own * rep.territory / territories / 4.0
                rep.year = 0.0

    def _measure(self) -> None:
        p, reps, n = self.p, self.reps, len(self.reps)
        self.playbook *= 1.0 - p.training_playbook_ageing / 52.0
        aim = self.icp + p.strategy_icp_learning_rate * (p.strategy_icp_clarity - self.icp)
        self.icp = aim * (1.0 - p.strategy_icp_drift / 13.0)
        self.measures.append(
            (
                sum([rep.booked for rep in reps]),
                sum([rep.cost for rep in reps]),
                sum([rep.pipeline for rep in reps]),
                sum([len(rep.open) for rep in reps]) / n,
                sum([rep.hours_internal for rep in reps]) / n,
                sum([rep.hours_opportunities for rep in reps]) / n,
                sum([rep.trust for rep in reps]) / n,
                sum([rep.honesty for rep in reps]) / n,
                sum([rep.motivation for rep in reps]) / n,
                sum([rep.energy for rep in reps]) / n,
                sum([rep.power for rep in reps]) / n,
                sum([buyer.trust for buyer in self.buyers]) / len(self.buyers),
                sum([buyer.intimacy for buyer in self.buyers]) / len(self.buyers),
                sum([buyer.installed for buyer in self.customers]),
            )
        )
