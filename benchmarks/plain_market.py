"""Buyers, their opportunities and specialists of the plain model: ordinary Python objects, see `plain_model`."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from benchmarks.plain_model import PlainOrg
    from benchmarks.plain_sellers import PlainRep


class Opportunity:
    """One buying process: what the rep has invested, what the buyer has learned."""

    __slots__ = (
        "access", "age", "amount", "buyer", "buying_stage", "consensus", "contact", "created", "dropped", "effort",
        "experience", "fit", "guess", "honest", "hours", "insight", "joined", "line", "misaligned", "need",
        "preference", "price_gap", "sales_stage", "score", "true_reason", "won",
    )  # fmt: skip

    def __init__(self, buyer: PlainBuyer, line: int, org: PlainOrg, need: float) -> None:
        p, normal = org.p, org.luck.gauss
        spread = p.market_deal_size_sd
        self.buyer, self.line, self.need, self.created = buyer, line, need, org.week
        self.amount = p.market_deal_size * buyer.size * exp(normal(0.0, spread) - spread * spread / 2.0)
        self.fit = min(1.0, max(0.0, buyer.fit + p.buyers_fit_noise * normal(0.0, 1.0)))
        self.guess = min(1.0, max(0.0, p.buyers_fit_mean + p.strategy_fit_guess_spread * normal(0.0, 1.0)))
        self.price_gap = p.market_price_gap + p.market_price_gap_spread * normal(0.0, 1.0)
        self.access = p.buyers_first_access + p.buyers_access_from_trust * (buyer.trust - 0.5)
        self.buying_stage = self.insight = self.experience = self.preference = self.consensus = 0.0
        self.effort = self.contact = self.misaligned = self.hours = self.sales_stage = self.score = 0.0
        self.age = self.true_reason = 0
        self.joined: list[PlainSpecialist] = []
        self.dropped = self.honest = False
        self.won: bool | None = None


class PlainBuyer(mesa.Agent):
    """An account: its relationship, its needs, what is installed. Only lines with a process hold an object."""

    __slots__ = (
        "busy", "complexity", "contracts", "customer", "fit", "group", "holder", "installed", "intimacy", "lines",
        "neighbours", "referral", "rep", "rest_until", "satisfaction", "size", "status_quo", "trust",
    )  # fmt: skip

    def __init__(self, org: PlainOrg, rep: PlainRep) -> None:
        super().__init__(org)
        p, normal = org.p, org.luck.gauss
        spread = p.market_account_size_sd
        self.rep, self.holder = rep, 1
        self.size = rep.potential * exp(normal(0.0, spread) - spread * spread / 2.0)
        self.fit = min(1.0, max(0.0, normal(p.buyers_fit_mean, p.buyers_fit_spread)))
        self.complexity = min(1.0, max(0.0, normal(p.market_complexity, p.buyers_complexity_spread)))
        self.group = log(max(1.0, p.market_group_size * exp(normal(0.0, p.market_group_size_sd))))
        self.status_quo = normal(p.market_status_quo, p.buyers_status_quo_spread)
        self.trust, self.intimacy, self.satisfaction = p.buyers_initial_trust, p.buyers_initial_intimacy, 0.5
        self.referral = self.installed = 0.0
        self.busy: list[Opportunity] = []
        self.lines = [0] * org.n_lines
        self.rest_until = [0] * org.n_lines
        self.contracts: list[list[float]] = []
        self.customer = False
        self.neighbours: tuple[PlainBuyer, ...] = ()

    def live(self, org: PlainOrg, p: Any, random: Any) -> None:
        """The relationship fades; a need may arise by itself, from marketing, from prospecting."""
        rep = self.rep
        neutral = p.buyers_initial_trust
        rate = org.base_rate * (1.0 + self.referral)
        if self.customer:
            neutral += p.buyers_trust_from_satisfaction * (self.satisfaction - 0.5)
            rate *= 1.0 + p.buyers_cross_sell_lift * self.satisfaction * rep.tended
        self.trust += p.buyers_trust_fade * (neutral - self.trust)
        self.intimacy *= org.intimacy_kept
        if rep.holder != self.holder:
            self.intimacy *= p.buyers_intimacy_handover
            self.holder = rep.holder
        pull = 1.0 + org.steering * (self.fit - p.buyers_fit_mean)
        found = rep.prospecting_rate * (max(0.1, pull))
        total = rate + rep.marketing_rate + found
        luck = random()
        if luck < total and luck < 1.0 - exp(-total):
            self.ask(org, p, random, rate / total, (rate + rep.marketing_rate) / total)

    def ask(self, org: PlainOrg, p: Any, random: Any, natural: float, inbound: float) -> None:
        """A need for one line, of the strength its origin gives; the rep takes it up or it rests."""
        origin = random()
        line = int(random() * org.n_lines)
        if origin >= inbound and random() < p.strategy_new_product_push:
            line = org.n_lines - 1
        if self.lines[line] or org.week < self.rest_until[line]:
            return
        need = 1.0
        if origin >= natural:
            need = p.operations_marketing_quality if origin < inbound else p.buyers_prospected_need
        opp = Opportunity(self, line, org, need)
        if self.rep.accept(opp, org, p):
            self.lines[line] = 1
            self.busy.append(opp)
            org.busy.add(self)
        else:
            self.rest_until[line] = org.week + int(p.buyers_rest_weeks)

    def converse(self, org: PlainOrg, p: Any) -> None:
        """Hours become contact, contact becomes learning, learning lets the buyer move on."""
        rep = self.rep
        power = p.buyers_value_scale * rep.power * (1.0 - p.buyers_intimacy_weight * (1.0 - self.intimacy))
        for opp in self.busy:
            hours = opp.hours * opp.access
            pushed = opp.sales_stage - opp.buying_stage
            pushed = max(0.0, pushed)
            missing, waiting, people = 1.0 - p.capabilities_rep_depth, 0.0, 1.0
            for specialist in opp.joined:
                people += 1.0
                missing *= 1.0 - p.structure_product_expertise * specialist.served
                waiting = max(waiting, 1.0 - specialist.served)
            alignment = max(0.0, 1.0 - p.enablement_misalignment_cost * pushed)
            self.understand(opp, p, org.rate, hours, power * alignment * (1.0 - self.complexity * missing))
            faces = 1.0 + p.structure_intimacy_dilution * (people - 1.0)
            self.intimacy += p.buyers_intimacy_gain * hours / faces * (1.0 - self.intimacy)
            opp.misaligned += (pushed - opp.misaligned) / (1.0 + opp.age)
            gain = p.buyers_trust_gain * hours * (opp.experience - p.buyers_expected_experience)
            self.trust = min(1.0, max(0.0, self.trust + gain - p.buyers_trust_loss_pushed * hours * pushed))
            opp.age += 1
            hours = opp.hours * opp.access
            pace = hours / (hours + p.buyers_pace_hours) * (1.0 - waiting * p.structure_waiting_cost)
            pace *= 1.0 + p.enablement_push_speed * pushed
            top = p.buyers_uninformed_stage + org.informed * opp.insight
            stage = opp.buying_stage + org.step_length * pace
            opp.buying_stage = min(stage, max(opp.buying_stage, min(1.0, top)))

    def understand(self, opp: Opportunity, p: Any, rate: float, hours: float, value: float) -> None:
        """Contact builds effort, insight, experience, access, preference and consensus; neglect lets effort fade."""
        opp.contact += hours
        kept = 1.0 - p.buyers_neglect_fade * exp(-hours / p.buyers_contact_scale)
        opp.effort = opp.effort * kept + hours * value
        ratio = opp.effort / p.buyers_effort_scale
        opp.insight += rate * (1.0 - exp(-ratio * ratio) - opp.insight)
        quality = value * (1.0 + p.buyers_value_half) / (value + p.buyers_value_half)
        opp.experience += rate * (min(1.0, opp.insight * quality) - opp.experience)
        granted = p.buyers_first_access + p.buyers_access_from_experience * opp.experience
        granted += p.buyers_access_from_trust * (self.trust - 0.5)
        opp.access += rate * p.buyers_access_pace * (min(1.0, max(p.buyers_least_access, granted)) - opp.access)
        opp.preference += rate * (opp.experience - opp.preference)
        if hours > 0.0:
            ease = opp.insight * self.rep.driving
            opp.consensus += rate * (ease / (ease + p.buyers_consensus_difficulty * self.group) - opp.consensus)

    def decide(self, org: PlainOrg, p: Any, random: Any) -> None:
        """End processes that were dropped, are complete or have lasted too long; a logit chooses."""
        done = [opp for opp in self.busy if opp.dropped or opp.buying_stage >= 1.0 or opp.age >= org.patience]
        for opp in done:
            opp.won = False
            if not opp.dropped and opp.buying_stage >= 1.0:
                us = exp(self.utility(opp, p) + org.readiness[opp.line] - 1.0)
                stay = self.status_quo + p.buyers_weight_consensus * (1.0 - opp.consensus)
                stay -= p.buyers_weight_insight * opp.insight + p.buyers_weight_need * (opp.need - 1.0)
                opp.won = random() * (us + org.rival + exp(stay)) < us
            if opp.won:
                self.sign(opp, org, p)
            else:
                opp.true_reason = self.reason(opp, p)
                opp.honest = opp.dropped or random() < self.rep.honesty
            self.busy.remove(opp)
            self.lines[opp.line] = 0
            self.rest_until[opp.line] = org.week + int(p.buyers_rest_weeks)
            org.deals.append((opp.created, org.week, opp.amount, opp.won, opp.true_reason, opp.honest, opp.contact))
        if not self.busy:
            org.busy.discard(self)

    def utility(self, opp: Opportunity, p: Any) -> float:
        """What speaks for buying from us."""
        return (
            p.buyers_weight_preference * opp.preference
            + p.buyers_weight_relationship * (self.trust - 0.5)
            + p.buyers_weight_fit * (opp.fit - 0.5)
            + p.buyers_weight_closing * self.rep.closing
            - p.buyers_weight_price * opp.price_gap
        )

    def reason(self, opp: Opportunity, p: Any) -> int:
        """The largest deficit against good practice."""
        scale = p.buyers_effort_scale
        now = opp.effort / scale
        reach = exp(-now * now)
        deficits = (
            p.buyers_weight_preference * (reach - exp(-(p.buyers_good_effort**2))),
            p.buyers_weight_preference * (reach - exp(-((opp.contact / scale) ** 2))),
            p.buyers_weight_preference * p.enablement_misalignment_cost * opp.misaligned,
            p.buyers_weight_relationship * (p.buyers_good_trust - self.trust),
            p.buyers_weight_fit * (p.buyers_good_fit - opp.fit),
            p.buyers_weight_price * opp.price_gap,
            p.buyers_weight_consensus * (p.buyers_good_consensus - opp.consensus),
        )
        return deficits.index(max(deficits))

    def sign(self, opp: Opportunity, org: PlainOrg, p: Any) -> None:
        """An order: installed with the promise that was made."""
        promise = opp.fit * org.readiness[opp.line] * (1.0 - p.buyers_overpromise * opp.misaligned)
        self.contracts.append([opp.amount, promise, 0])
        self.customer = True
        org.customers.add(self)

    def receive(self, org: PlainOrg, p: Any, random: Any) -> None:
        """Results are felt; contracts are renewed or lost once a year."""
        installed = result = 0.0
        lost = False
        for contract in self.contracts:
            contract[2] += 1
            if contract[2] % 52 == 0:
                weight = p.buyers_churn_from_trust
                unhappy = (1.0 - weight) * (0.5 - self.satisfaction) + weight * (0.5 - self.trust)
                hazard = p.buyers_churn_per_year * exp(p.buyers_churn_sensitivity * unhappy)
                if random() < 1.0 - exp(-hazard):
                    contract[0] = 0.0
                    lost = True
            installed += contract[0]
            result += contract[0] * contract[1]
        if lost:
            self.contracts = [contract for contract in self.contracts if contract[0] > 0.0]
        self.installed = installed
        if installed > 0.0:
            felt = result / installed * p.buyers_result_scale
            felt *= 1.0 - p.buyers_follow_through_weight * (1.0 - self.rep.follow_through)
            self.satisfaction += (min(1.0, felt) - self.satisfaction) / p.buyers_delivery_weeks
        else:
            self.customer = False
            org.customers.discard(self)

    def hear(self, p: Any) -> None:
        """Satisfied customers nearby raise the needs of the coming quarter."""
        lift = 0.0
        for other in self.neighbours:
            if other.customer and other.satisfaction > p.buyers_referral_threshold:
                lift += other.satisfaction - p.buyers_referral_threshold
        self.referral = p.buyers_referral_lift * lift / len(self.neighbours)


class PlainSpecialist(mesa.Agent):
    """A product specialist who joins deals of the reps covered up to a target of deals."""

    __slots__ = ("load", "reps", "served")

    def __init__(self, org: PlainOrg) -> None:
        super().__init__(org)
        self.reps: list[PlainRep] = []
        self.load, self.served = 0, 1.0

    def join(self, p: Any, random: Any) -> None:
        """Count own deals and those that could be joined; join some by chance."""
        free: list[Opportunity] = []
        load = 0
        for rep in self.reps:
            for opp in rep.open:
                if self in opp.joined:
                    load += 1
                else:
                    free.append(opp)
        room = p.structure_specialist_target_deals - load
        if room > 0.0 and free:
            chance = room / len(free)
            for opp in free:
                if random() < chance:
                    opp.joined.append(self)
                    load += 1
        self.load = load

    def serve(self, p: Any) -> None:
        """Share the week among the deals joined; what coordination takes is missing there."""
        channels = 0.0
        for rep in self.reps:
            for opp in rep.open:
                if self in opp.joined:
                    channels += len(opp.joined) / 2.0
        asked = self.load * p.structure_specialist_hours_per_deal
        left = max(0.0, p.structure_specialist_hours - channels * p.structure_hours_per_channel)
        self.served = min(1.0, left / asked) if asked > 0.0 else 1.0
