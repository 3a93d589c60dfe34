"""Reps and managers of the plain model: ordinary Python objects, see `plain_model`."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from benchmarks.plain_market import Opportunity, PlainBuyer
    from benchmarks.plain_model import PlainOrg


class PlainRep(mesa.Agent):
    """A quota-carrying seller with a territory of accounts and a list of open opportunities."""

    __slots__ = (
        "accounts", "active", "adherence", "art", "attainment", "booked", "care", "closing", "coached", "conversation",
        "cost", "driving", "energy", "expected", "faces", "finding", "follow_through", "goal_clarity", "growth",
        "holder", "honesty", "hours_growth", "hours_internal", "hours_opportunities", "hours_prospecting",
        "hours_training", "losses", "manager", "marketing_rate", "method", "motivation", "n_customers", "open",
        "pipeline", "potential", "power", "prospecting_rate", "quarter", "quota", "reported", "tended", "tenure",
        "territory", "trust", "year",
    )  # fmt: skip

    def __init__(self, org: PlainOrg, manager: PlainManager) -> None:
        super().__init__(org)
        p, normal = org.p, org.luck.gauss
        spread = p.market_territory_sd
        self.manager = manager
        self.potential = exp(normal(0.0, spread) - spread * spread / 2.0)
        self.territory = p.market_expected_bookings_per_rep_year / 4.0 * self.potential
        self.quota, self.holder, self.active = self.territory, 0, True
        self.accounts: list[PlainBuyer] = []
        self.open: list[Opportunity] = []
        self.losses = [0.0] * 7
        self.booked = self.quarter = self.year = self.cost = self.faces = self.pipeline = 0.0
        self.hours_growth = self.hours_internal = self.hours_opportunities = self.hours_prospecting = 0.0
        self.hours_training = self.coached = self.tended = self.prospecting_rate = self.reported = 0.0
        self.marketing_rate = p.operations_marketing_leads_per_week / p.market_accounts_per_rep
        self.n_customers = 0
        self.follow_through = self.care = 1.0
        self.arrive(org)
        self.tenure = int(-log(org.luck.random()) / max(p.talent_attrition_per_year, 0.1) * 52.0)
        start = p.capabilities_starting_method
        self.method = [min(1.0, max(0.0, normal(start, p.capabilities_method_spread))) for _ in range(4)]
        self.use(org, p)

    def arrive(self, org: PlainOrg) -> None:
        """A new holder: gifts, method and attitude."""
        p, normal = org.p, org.luck.gauss
        spread, common = p.talent_art_sd, normal(0.0, 1.0)
        self.holder += 1
        shared, own = sqrt(p.talent_art_correlation) * common, sqrt(1.0 - p.talent_art_correlation)
        self.art = [exp(spread * (shared + own * normal(0.0, 1.0)) - spread * spread / 2.0) for _ in range(4)]
        untrained = p.capabilities_untrained_method
        self.method = [untrained + p.talent_onboarding * max(0.0, org.playbook - untrained)] * 4
        self.trust, self.motivation, self.energy = p.motivation_initial_trust, p.motivation_initial, 1.0
        self.honesty = p.motivation_honesty_floor + (1.0 - p.motivation_honesty_floor) * self.trust
        self.adherence = self.goal_clarity = 0.5
        self.closing, self.attainment, self.tenure, self.active = 0.0, 1.0, 0, True
        self.expected = self.territory / 13.0

    def perceived(self, opp: Opportunity, org: PlainOrg) -> float:
        """Fit as the rep understands it."""
        seen = org.seen + org.seen_by_intimacy * opp.buyer.intimacy
        return seen * opp.fit + (1.0 - seen) * opp.guess

    def accept(self, opp: Opportunity, org: PlainOrg, p: Any) -> bool:
        """Take up a need that looks good enough."""
        if not self.active or self.perceived(opp, org) < p.strategy_qualification_threshold:
            return False
        self.open.append(opp)
        return True

    def plan(self, org: PlainOrg, p: Any) -> None:
        """Judge the pipeline, drop what is above the limit, count internal hours, share out the rest."""
        pipeline = self.open
        push = self.push(org, p)
        faces = self.pipeline = 0.0
        floor = p.operations_score_floor
        for opp in pipeline:
            chance = self.perceived(opp, org) * (floor + (1.0 - floor) * opp.preference)
            opp.score = opp.amount * chance / (1.0 - p.operations_score_from_stage * opp.buying_stage)
            opp.sales_stage = min(1.0, opp.buying_stage + push)
            self.pipeline += opp.amount * opp.sales_stage
            faces += len(opp.joined)
        self.faces = faces / max(len(pipeline), 1)
        limit = int(p.operations_wip_limit)
        if 0 < limit < len(pipeline):
            for opp in sorted(pipeline, key=_score)[: len(pipeline) - limit]:
                opp.dropped = True
        self.spend(p, [opp for opp in pipeline if not opp.dropped])

    def push(self, org: PlainOrg, p: Any) -> float:
        """How far the logged stage runs ahead of the buyer's."""
        behind = max(0.0, 1.0 - self.attainment)
        end = org.quarter_end * (p.enablement_push_at_quota + behind)
        pressure = p.enablement_push_base + p.enablement_push_quarter_end * end
        pressure += p.enablement_push_prescriptive * self.manager.prescriptiveness
        return (1.0 - p.enablement_alignment) * (pressure + p.enablement_push_closing * self.closing)

    def spend(self, p: Any, pursued: list[Opportunity]) -> None:
        """Split the week: internal uses, customers, open opportunities, prospecting."""
        manager = self.manager
        self.hours_training = (p.training_hours_per_quarter + manager.programme) / 13.0
        coordination = weight = 0.0
        for opp in pursued:
            others = len(opp.joined)
            coordination += others / 2.0
            weight += 1.0 / (1.0 + p.structure_ownership_dilution * others)
        internal = p.operations_admin_hours * (1.0 - p.enablement_tools_saving) * (1.0 - manager.time_freed)
        internal += p.operations_reporting_hours + p.operations_inspection_hours * manager.prescriptiveness
        internal += self.hours_training + manager.coaching + coordination * p.structure_hours_per_channel
        internal += p.operations_switching_hours * max(0, len(pursued) - 1)
        self.hours_internal = min(internal, p.operations_week_hours)
        free = p.operations_week_hours - self.hours_internal
        free *= 1.0 - p.motivation_effort_range * (1.0 - self.motivation)
        self.hours_growth = min(free * p.enablement_care_limit, p.enablement_care_hours * self.n_customers)
        protected = min(p.operations_protected_prospecting_hours, free - self.hours_growth)
        wanted = len(pursued) * p.operations_wanted_hours_per_cycle * p.buyers_effort_scale / p.market_cycle_weeks
        self.hours_opportunities = min(wanted, free - self.hours_growth - protected)
        self.hours_prospecting = free - self.hours_growth - self.hours_opportunities
        for opp in pursued:
            opp.hours = self.hours_opportunities / (1.0 + p.structure_ownership_dilution * len(opp.joined)) / weight
        self.reach_out(p)

    def reach_out(self, p: Any) -> None:
        """What prospecting will find, and the care customers get."""
        found = p.operations_needs_per_prospecting_hour * self.hours_prospecting * self.finding
        self.prospecting_rate = found / len(self.accounts)
        need = p.enablement_care_hours * self.n_customers
        self.care = min(1.0, self.hours_growth / need) if need > 0.0 else 1.0
        self.tended = self.care * self.growth
        self.follow_through = self.care / (1.0 + p.structure_follow_through_dilution * self.faces)

    def collect(self, p: Any) -> None:
        """Book results, remember why others were lost, clear the pipeline, count customers."""
        self.booked = 0.0
        still_open = []
        for opp in self.open:
            if opp.won is None:
                still_open.append(opp)
            elif opp.won:
                self.booked += opp.amount
            else:
                self.losses[opp.true_reason] += 1.0
                self.reported += opp.honest
        self.open = still_open
        self.n_customers = sum([buyer.customer for buyer in self.accounts])
        self.quarter += self.booked
        self.year += self.booked
        self.expected += p.motivation_expectation_rate * (self.booked - self.expected)

    def grow(self, org: PlainOrg, p: Any) -> None:
        """The week's learning and feeling."""
        self.use(org, p)
        if self.active:
            self.learn(org, p)
        self.feel(org, p)

    def use(self, org: PlainOrg, p: Any) -> None:
        """Capability in use from art, method, ramp and energy."""
        ramp = 1.0 - (1.0 - p.talent_ramp_start) * exp(-self.tenure / p.talent_ramp_weeks)
        followed = 1.0 - p.enablement_adherence_weight * (1.0 - self.adherence)
        gift = (1.0 - org.art_cost) * p.capabilities_art_share * ramp
        craft = (1.0 - p.capabilities_art_share) * ramp * followed / p.capabilities_usual_method
        art, method = self.art, self.method
        self.finding = gift * art[0] + craft * method[0]
        self.conversation = gift * art[1] + craft * method[1]
        self.driving = gift * art[2] + craft * method[2]
        self.growth = gift * art[3] + craft * method[3]
        self.power = self.conversation * (1.0 - p.motivation_energy_weight * (1.0 - self.energy))

    def learn(self, org: PlainOrg, p: Any) -> None:
        """Training and coaching move method towards the playbook; the rest is forgotten."""
        manager = self.manager
        hours = manager.coaching * org.coaching_quality
        coached = self.coached = hours / (hours + p.training_coaching_half_hours)
        transfer = p.training_transfer_alone + p.training_transfer_coached * coached
        left = p.training_transfer_unwilling
        for attitude in (self.goal_clarity, self.trust, self.motivation):
            transfer *= left + (1.0 - left) * attitude
        gain = p.training_gain_per_hour * self.hours_training * transfer
        gain = min(1.0, gain + p.training_coaching_gain_per_hour * hours)
        fading = org.forgetting * (1.0 - p.training_reinforcement * coached)
        floor, method, playbook = p.capabilities_untrained_method, self.method, org.playbook
        for which in range(4):
            level = method[which]
            level += gain * p.training_value_content * max(0.0, playbook - level)
            method[which] = min(1.0, level - fading * max(0.0, level - floor))
        self.closing += gain * (1.0 - p.training_value_content) * (1.0 - self.closing) - fading * self.closing
        pull = p.enablement_adherence_from_process * p.enablement_process_formality
        pull += p.enablement_adherence_from_coaching * coached
        pull += p.enablement_adherence_from_adoption * manager.adoption
        heeded = p.motivation_heeded_without_trust
        heeded += (1.0 - heeded) * self.trust
        aim = min(1.0, p.enablement_adherence_floor + pull * heeded)
        self.adherence += p.enablement_adherence_rate * (aim - self.adherence)

    def feel(self, org: PlainOrg, p: Any) -> None:
        """Trust in management, honesty, goal clarity, motivation and energy."""
        manager, trust = self.manager, self.trust
        won = p.motivation_trust_per_coaching_hour * manager.coaching + p.motivation_trust_recovery
        won += p.motivation_trust_per_dive_hour * manager.dive_per_rep
        lost = p.motivation_trust_loss_control * manager.prescriptiveness
        lost += p.motivation_trust_loss_ownership * self.faces
        trust += won * (1.0 - trust) - p.motivation_trust_loss_ratio * lost * trust
        self.trust = trust = min(1.0, max(0.0, trust))
        self.honesty = p.motivation_honesty_floor + (1.0 - p.motivation_honesty_floor) * trust
        heeded = p.motivation_heeded_without_trust
        heeded += (1.0 - heeded) * trust
        aim = min(1.0, org.heard * heeded * p.strategy_goal_clarity_scale)
        self.goal_clarity += p.strategy_goal_learning_rate * (aim - self.goal_clarity)
        off = self.quota / max(13.0 * self.expected, 1.0) - p.motivation_best_difficulty
        off = min(1.0, max(-1.0, off))
        aim = 1.0 - p.motivation_difficulty_cost * off * off
        aim += p.motivation_recognition * (min(self.attainment, p.motivation_attainment_cap) - 1.0)
        aim += p.motivation_from_trust * (trust - 0.5)
        self.motivation += p.motivation_rate * (min(1.0, max(0.0, aim)) - self.motivation)
        wanted = len(self.open) * p.operations_wanted_hours_per_cycle * p.buyers_effort_scale / p.market_cycle_weeks
        load = 1.0 - (self.hours_opportunities + self.hours_prospecting - wanted) / p.operations_week_hours
        overload = max(0.0, load - 1.0)
        self.energy += p.motivation_energy_rate * (1.0 / (1.0 + p.motivation_overload_cost * overload) - self.energy)

    def stay(self, org: PlainOrg, p: Any, random: Any) -> None:
        """Leave or stay, fill an empty seat, draw pay."""
        self.cost = 0.0
        if self.active:
            push = p.talent_attrition_from_trust * (0.5 - self.trust)
            push += p.talent_attrition_from_motivation * (p.talent_content_motivation - self.motivation)
            missed = 1.0 - min(self.attainment, p.motivation_attainment_cap)
            push += p.talent_attrition_from_attainment * missed
            hazard = p.talent_attrition_per_year / 52.0 * exp(p.talent_attrition_sensitivity * push)
            self.tenure += 1
            self.active = random() >= 1.0 - exp(-hazard)
        elif random() < org.hiring_chance:
            self.arrive(org)
            self.cost = p.talent_replacement_cost
        if self.active:
            variable = p.talent_variable_share * (min(self.attainment, p.talent_commission_cap) - 1.0)
            self.cost += p.talent_on_target_earnings / 52.0 * (1.0 + p.talent_pay_burden) * (1.0 + variable)
            self.cost += self.hours_training * p.training_cost_per_hour

    def close_quarter(self, p: Any) -> None:
        """Attainment, and what a miss does to trust."""
        self.attainment = self.quarter / self.quota if self.quota > 0.0 else 0.0
        if self.attainment < 1.0:
            unfair = min(1.0, max(0.0, self.quota / max(13.0 * self.expected, 1.0) - 1.0))
            self.trust *= max(0.0, 1.0 - p.motivation_trust_loss_unfair_miss * unfair * p.motivation_trust_loss_ratio)
        else:
            self.trust += p.motivation_trust_gain_fair_target * (1.0 - self.trust)


def _score(opp: Opportunity) -> float:
    return opp.score


class PlainManager(mesa.Agent):
    """A front-line manager of reps."""

    __slots__ = (
        "adoption", "attainment", "belief", "coaching", "dive_per_rep", "heard", "prescriptiveness", "programme",
        "team", "time_freed", "truth", "understanding",
    )  # fmt: skip

    def __init__(self, org: PlainOrg) -> None:
        super().__init__(org)
        p = org.p
        self.understanding, self.adoption = p.management_initial_understanding, p.management_initial_adoption
        self.prescriptiveness = p.management_initial_prescriptiveness
        self.team: list[PlainRep] = []
        self.attainment, self.heard = 1.0, 0.6
        self.belief = self.truth = self.coaching = self.dive_per_rep = self.programme = self.time_freed = 0.0

    def spend_week(self, org: PlainOrg, p: Any) -> None:
        """Coaching and field time share what office and inspection leave; understanding and adoption move."""
        size = sum([rep.active for rep in self.team])
        kept = p.management_carried_without_adoption
        carried = kept + (1.0 - kept) * self.adoption
        coaching = p.enablement_coaching_hours_per_month * 12.0 / 52.0 * size * carried
        dives = p.structure_field_hours_per_week * carried
        inspection = p.management_inspection_hours_per_rep * self.prescriptiveness * size
        free = max(0.0, p.management_week_hours - p.management_office_hours - inspection)
        share = min(1.0, free / max(coaching + dives, 1e-9))
        self.coaching = coaching * share / max(size, 1)
        self.dive_per_rep = dives * share / max(size, 1)
        seen = p.management_understanding_per_report * self.heard * p.operations_crm_fidelity
        seen += p.management_understanding_per_dive_hour * dives * share
        self.understanding += seen * (1.0 - self.understanding) - p.management_understanding_fade * self.understanding
        believed = p.management_example_without_credibility
        believed += (1.0 - believed) * org.credibility
        aim = p.management_leader_example * believed
        aim += p.management_adoption_from_results * (min(self.attainment, p.motivation_attainment_cap) - 1.0)
        self.adoption += p.management_adoption_rate * (min(1.0, max(0.0, aim)) - self.adoption)

    def close_quarter(self, p: Any, org: PlainOrg) -> None:
        """Add the team up, form a belief, explain a miss and respond to it."""
        random, blur = org.luck.random, p.operations_crm_noise * (1.0 - p.operations_crm_fidelity)
        booked = quota = truth = signal = honesty = 0.0
        causes = [0.0] * 7
        for rep in self.team:
            booked += rep.quarter
            quota += rep.quota
            truth += 13.0 * rep.expected
            honesty += rep.honesty
            lean = p.operations_distortion * (1.0 - rep.honesty) * (random() - p.motivation_sandbagging)
            signal += 13.0 * rep.expected * exp(blur * org.luck.gauss(0.0, 1.0)) * (1.0 + lean)
            for which in range(7):
                causes[which] += rep.losses[which]
        self.heard = honesty / len(self.team)
        self.attainment = booked / quota if quota > 0.0 else 0.0
        aim = self.understanding * truth + (1.0 - self.understanding) * signal
        self.truth = truth
        self.belief += p.management_belief_rate * (aim - self.belief)
        self.respond(p, random, causes)

    def respond(self, p: Any, random: Any, causes: list[float]) -> None:
        """Name a cause of a miss, rightly as far as the field is understood, and act on it."""
        self.programme = 0.0
        self.time_freed *= 1.0 - p.management_remedy_fade
        if self.attainment >= 1.0 - p.management_miss_tolerance:
            self.prescriptiveness *= 1.0 - p.management_control_relaxation
        elif random() < self.understanding and causes.index(max(causes)) == 0:
            self.time_freed = min(p.management_review_limit, self.time_freed + p.management_time_freed_step)
        elif random() < 0.5:
            self.prescriptiveness += p.management_prescription_step * (1.0 - self.prescriptiveness)
        else:
            self.programme = p.management_programme_training_hours
