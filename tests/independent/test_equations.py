"""The rules against a second implementation, made from the description alone, over random inputs."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.buyer.record import BUYERS
from agents.machinery.chance import Decision
from agents.machinery.codes import OUTCOME, PURSUIT
from agents.machinery.state import values_of
from agents.rep import career
from sim.scenario.parameters import all_parameters, parameter
from tests.independent import equations
from tests.tiny import account, chain, employ, put, run, tiny, uniform
from tests.tiny import plain as function

CLOSE = {"rel": 1e-9, "abs": 1e-9}
SPECIALISTS = {"structure.product_specialists": 1}
anything = st.integers(0, 2**32 - 1)
many = settings(max_examples=60, deadline=None)


class Case:
    """A tiny organization whose parameters, switches and stocks are random, within their ranges."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.state = tiny(shape=SPECIALISTS)
        for item in all_parameters():
            if not item.choices:
                self._set(item)
        for kind in range(len(self.state.kinds)):
            employ(self.state, kind)
        self.state.kinds["expertise"] = self.rng.random(4)
        self.state.specialists["served"] = self.rng.random(len(self.state.specialists))

    def _set(self, item) -> None:
        if item.type is bool:
            value = float(item.default and self.rng.random() < 0.7)  # the idealised options stay off
        else:
            # Closer to the usual value than to the ends, where most results would sit at a bound.
            usual, low, high = float(item.default), float(item.low), float(item.high)
            far = self.rng.choice([low, high])
            value = usual + (far - usual) * self.rng.random() ** 4
            value = float(np.rint(value)) if item.type is int else value
        getattr(self.state, item.array)[item.field_name] = value

    def p(self, dotted: str) -> float:
        item = parameter(dotted)
        return float(getattr(self.state, item.array)[item.field_name][0])

    def on(self, name: str) -> float:
        return float(self.state.p[f"mechanisms_{name}"][0])

    def between(self, row, **bounds) -> SimpleNamespace:
        """Draw fields of a row within bounds, and give the row as plain numbers."""
        put(row, **{name: self.rng.uniform(low, high) for name, (low, high) in bounds.items()})
        return plain(row)

    def account(self, **bounds) -> SimpleNamespace:
        """Draw fields of account 0 within bounds, and give them as plain numbers."""
        account(self.state, 0, **{name: self.rng.uniform(low, high) for name, (low, high) in bounds.items()})
        return row_of(self.state, 0)


def plain(row) -> SimpleNamespace:
    """A row of the state as plain numbers."""
    return SimpleNamespace(**{name: row[name].item() for name in row.dtype.names})


def row_of(state, b) -> SimpleNamespace:
    """An account, its columns included, as plain numbers."""
    return SimpleNamespace(**{field.name: values_of(state, BUYERS, field.name)[b].item() for field in BUYERS})


def agrees(row, expected) -> None:
    """A row of the state after its rules holds the numbers of the second implementation."""
    numbers = expected if isinstance(expected, dict) else vars(expected)
    found = {name: float(getattr(row, name)) for name in numbers}
    assert found == pytest.approx({name: float(value) for name, value in numbers.items()}, **CLOSE)


SHARE = (0.0, 1.0)


@many
@given(seed=anything)
def test_the_week(seed):
    case = Case(seed)
    state, rng = case.state, case.rng
    rep = case.between(state.reps[0], motivation=SHARE, usual_score=(1e4, 5e4))
    put(state.reps[0], active=1, n_customers=int(rng.integers(0, 9)))
    manager = case.between(
        state.managers[0], time_freed=(0, 0.9), prescriptiveness=SHARE, programme_training=(0, 40),
        coaching_done=(0, 5),
        enablement_peer_hours_per_month=(0, 20),
    )  # fmt: skip
    org = case.between(state.org[0], training_afforded=SHARE)
    slots = list(range(int(rng.integers(1, 5))))
    chain(state, 0, len(slots))
    deals = []
    for slot in slots:
        kinds = rng.random(4) < 0.4
        pursued = bool(rng.random() < 0.8)
        put(state.opportunities[slot], joined=int(np.sum(2 ** np.flatnonzero(kinds))),
            pursuit=PURSUIT.PURSUED if pursued else PURSUIT.DROPPED)  # fmt: skip
        score = rng.uniform(1e3, 1e5)
        put(state.opportunities[slot], score=score)
        deals.append((1 + int(kinds.sum()), pursued, score))
    rep.n_customers = int(state.reps[0].n_customers)
    hours, shares = equations.week(case, rep, manager, org, deals)
    for rule in ("count_internal_hours", "plan_hours", "share_out_hours"):
        run(rule, state)
    agrees(state.reps[0], {f"hours_{name}": value for name, value in hours.items()})
    assert state.opportunities["hours"][slots].tolist() == pytest.approx(shares, **CLOSE)


@many
@given(seed=anything)
def test_the_conversation(seed):
    case = Case(seed)
    state, rng = case.state, case.rng
    chain(state, 0, 1)
    kinds = np.flatnonzero(rng.random(4) < 0.4)
    first = len(state.specialists) // len(state.kinds)  # the only one of each kind that is employed
    joined = [(float(state.kinds["expertise"][k]), float(state.specialists["served"][k * first])) for k in kinds]
    hours = 0.0 if rng.random() < 0.1 else 12.0
    put(state.opportunities[0], joined=int(np.sum(2**kinds)), age=int(rng.integers(0, 30)))
    deal = case.between(
        state.opportunities[0], hours=(0, hours), access=(0.05, 1), sales_stage=SHARE, buying_stage=SHARE,
        effort=(0, 30), insight=SHARE, experience=SHARE, preference=SHARE, misaligned=SHARE, consensus=SHARE,
        hardness=(0.2, 5), slowness=(0.2, 5),
    )  # fmt: skip
    buyer = case.account(intimacy=SHARE, complexity=SHARE, buyer_trust=SHARE, regard=SHARE, group_size=(1.5, 20))
    put(state.opportunities[0], complexity=buyer.complexity, disagreement=math.log(buyer.group_size))
    rep = case.between(state.reps[0], conversation_power=(0, 3), capability_driving=(0, 3))
    rep.supported = case.between(state.managers[state.reps[0].manager], supported=SHARE).supported
    after, known = equations.conversation(case, deal, buyer, rep, joined)
    run("hold_conversations", state)
    names = ("effort", "insight", "experience", "access", "preference", "misaligned")
    names += ("consensus", "buying_stage", "age")
    agrees(state.opportunities[0], {name: getattr(after, name) for name in names})
    agrees(row_of(state, 0), {name: getattr(known, name) for name in ("intimacy", "buyer_trust", "regard")})


@settings(max_examples=200, deadline=None)
@given(seed=anything)
def test_the_decision(seed):
    case = Case(seed)
    state = case.state
    chain(state, 0, 1)
    put(state.opportunities[0], buying_stage=1.0, created=int(case.rng.integers(0, 50)))
    deal = case.between(
        state.opportunities[0], preference=SHARE, fit=SHARE, price_gap=(-1, 1), consensus=SHARE, insight=SHARE,
        need=(0, 1.5),
    )  # fmt: skip
    buyer = case.account(buyer_trust=SHARE, status_quo=(-2, 2))
    rep = case.between(state.reps[0], closing=SHARE)
    org = case.between(state.org[0], delay_seen_by_market=(0, 20))
    line = case.between(state.lines[0], readiness=SHARE)
    u = uniform(Decision.CHOICE, 0, int(deal.created))
    expected = equations.decision(case, deal, SimpleNamespace(buyer=buyer, rep=rep, org=org, line=line), u)
    run("decide", state)
    codes = {"won": OUTCOME.WON, "lost": OUTCOME.LOST, "no_decision": OUTCOME.NO_DECISION}
    assert state.opportunities[0].outcome == codes[expected]


@many
@given(seed=anything)
def test_method(seed):
    case = Case(seed)
    state = case.state
    put(state.reps[0], active=1)
    levels = dict.fromkeys(
        ("method_pipeline", "method_conversation", "method_driving", "method_growth", "closing"), SHARE
    )
    rep = case.between(
        state.reps[0], hours_training=(0, 10), hours_coaching=(0, 5), goal_clarity=SHARE, rep_trust=SHARE,
        motivation=SHARE, hours_opportunities=(0, 40), adherence=SHARE, art_conversation=(0.2, 4), **levels,
    )  # fmt: skip
    manager = case.between(state.managers[0], coaching_quality=(0.5, 1.5))
    org = case.between(state.org[0], playbook=SHARE)
    expected = equations.method(case, rep, manager, org)
    run("train", state)
    agrees(state.reps[0], expected)


@many
@given(seed=anything)
def test_leaving(seed):
    case = Case(seed)
    state = case.state
    put(state.reps[0], tenure=int(case.rng.integers(0, 60)))
    rep = case.between(state.reps[0], rep_trust=SHARE, motivation=SHARE, attainment=(0, 3))
    rep.tenure = state.reps[0].tenure
    org = case.between(state.org[0], market_pay=(50_000, 400_000))
    hazards = (function(career.quit_hazard)(state, 0), function(career.dismissal_hazard)(state, 0))
    assert hazards == pytest.approx(equations.leaving(case, rep, org), **CLOSE)


@many
@given(seed=anything)
def test_trust(seed):
    case = Case(seed)
    state = case.state
    rep = case.between(state.reps[0], rep_trust=SHARE, hours_coaching=(0, 5), extra_faces=(0, 4), goal_clarity=SHARE)
    manager = case.between(state.managers[0], dive_hours_per_rep=(0, 5), prescriptiveness=SHARE)
    org = case.between(state.org[0], vision_credibility=SHARE)
    expected = equations.trust(case, rep, manager, org)
    run("judge_management", state)
    agrees(state.reps[0], expected)


@many
@given(seed=anything)
def test_a_quarters_end(seed):
    case = Case(seed)
    state = case.state
    put(state.reps[0], active=1)
    rep = case.between(state.reps[0], rep_trust=SHARE, expected=(0, 2e4), quota=(1e4, 5e5), booked_quarter=(0, 6e5))
    expected = equations.quarters_end(case, rep)
    run("close_quarter", state)
    agrees(state.reps[0], expected)


@many
@given(seed=anything, first=st.booleans())
def test_a_years_target(seed, first):
    case = Case(seed)
    state = case.state
    put(state.clock[0], week=104)
    org = case.between(state.org[0], booked_year=(0, 1e8), booked_last_year=(0, 0.0 if first else 1e8))
    expected = equations.years_target(case, org)
    run("set_year_target", state)
    agrees(state.org[0], {"target_year": expected})
