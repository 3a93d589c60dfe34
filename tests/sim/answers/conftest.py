"""A made-up comparison: believable numbers with known differences, so that a report can be read and checked."""

import numpy as np
import pandas as pd
import pytest

from sim.answers.compare.material import Material, loss_shares
from sim.answers.palette import HOURS
from sim.scenario.measures import Measure
from sim.scenario.scenario import Scenario

WEEKS, SEEDS = 156, 40
SHIFT = {"as_is": 0.0, "overlays": -0.04, "training": 0.08}
LEVELS = {
    "bookings": 950_000.0, "attainment": 0.92, "rep_trust": 0.55, "buyer_trust": 0.5, "capability": 0.9,
    "worth_of_conversations": 900.0, "learned_by_buyers": 190.0, "engagement": 210.0, "results": 4e7,
} | dict(zip(HOURS, (13.0, 4, 3, 0.5, 0.4, 0, 2, 1, 3, 2, 9, 1), strict=True))  # fmt: skip
MEASURES = {
    "net_contribution": ("currency", "Gross margin on all orders less all sales cost.", 1, 8.4e7),
    "bookings": ("currency", "New contract value signed.", 1, 1.48e8),
    "win_rate": ("share", "Won over all closed opportunities.", 1, 0.22),
    "cycle_days": ("days", "Median time from need to signature of won deals.", -1, 63.0),
    "deal_size": ("currency", "Mean value of a won deal.", 0, 30_100.0),
    "selling_share": ("share", "Customer hours over working hours.", 1, 0.43),
    "churn_rate": ("share", "Contract value lost at renewal a year.", -1, 0.11),
}


def _weekly() -> pd.DataFrame:
    rows = []
    week = np.arange(WEEKS)
    for case, shift in SHIFT.items():
        for measure, level in LEVELS.items():
            mean = level * (1 + shift * np.minimum(week / 52, 2) + 0.02 * np.sin(week / 6.5))
            part = pd.DataFrame({"case": case, "week": week, "measure": measure, "mean": mean})
            rows.append(part.assign(low=mean * 0.985, high=mean * 1.015))
    return pd.concat(rows, ignore_index=True)


def _per_seed() -> pd.DataFrame:
    luck = np.random.default_rng(3)
    rows = []
    for name, (_, _, _, level) in MEASURES.items():
        world = luck.normal(1, 0.08, SEEDS)
        for case, shift in SHIFT.items():
            values = level * (world + shift + luck.normal(0, 0.02, SEEDS))
            rows.append(pd.DataFrame({"case": case, "seed": range(SEEDS), "measure": name, "value": values}))
    return pd.concat(rows, ignore_index=True)


def _summaries(per_seed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    table, effects = [], []
    for name in MEASURES:
        wide = per_seed[per_seed["measure"] == name].pivot_table(index="seed", columns="case", values="value")
        for case in SHIFT:
            half = 1.96 * wide[case].std() / SEEDS**0.5
            mean = wide[case].mean()
            table.append({"case": case, "measure": name, "mean": mean, "low": mean - half, "high": mean + half})
            if case == "as_is":
                continue
            gap = wide[case] - wide["as_is"]
            half = 1.96 * gap.std() / SEEDS**0.5
            effects.append({
                "case": case, "measure": name, "difference": gap.mean(), "low": gap.mean() - half,
                "high": gap.mean() + half, "relative": gap.mean() / wide["as_is"].mean(),
                "effect_size": gap.mean() / gap.std(), "share_better": (gap > 0).mean(),
            })  # fmt: skip
    return pd.DataFrame(table), pd.DataFrame(effects)


def _deals() -> pd.DataFrame:
    luck = np.random.default_rng(5)
    reasons = ["attention", "value", "alignment", "relationship", "fit", "price", "consensus"]
    true = luck.choice(reasons, 3000, p=[0.3, 0.2, 0.1, 0.1, 0.08, 0.07, 0.15])
    excuse = luck.choice(["price", "competition", "offering"], 3000)
    reported = np.where(luck.random(3000) < 0.5, true, excuse)
    frame = {
        "case": luck.choice(list(SHIFT), 3000),
        "outcome": "lost",
        "true_reason": true,
        "reported_reason": reported,
    }
    return pd.DataFrame(frame)


@pytest.fixture(scope="session")
def material() -> Material:
    """Three cases: overlays lower net contribution by 4%, training raises it by 8%."""
    scenario = Scenario.from_text('title = "Mid-market, scaling"', file="made_up.toml")
    per_seed = _per_seed()
    table, effects = _summaries(per_seed)
    factors = ["Reps at work", "Opportunities closed per rep", "Win rate", "Deal size"]
    drivers = [
        {
            "case": case,
            "factor": factor,
            "contribution": part * sign,
            "low": part * sign - 2e5,
            "high": part * sign + 2e5,
        }
        for case, sign in (("overlays", -1), ("training", 2))
        for factor, part in zip(factors, (2e5, -8e5, 5e6, 4e5), strict=True)
    ]
    flips = pd.DataFrame({
        "case": ["training", "overlays"], "account": ["A00017", "A00203"], "line": ["L1", "L3"], "created": [14, 31],
        "as is": ["lost", "won"], "with the case": ["won", "lost"],
        "parts at": ["insight 0.31 against 0.44", "hours 6.1 against 4.0"],
    })  # fmt: skip
    return Material(
        question="What would overlays or training with coaching do to net contribution over three years?",
        scenario=scenario,
        cases={"overlays": ["structure.product_specialists: 3 → 9 specialists"],
               "training": ["training.hours_per_quarter: 4 → 12 hours / quarter"]},
        main="net_contribution",
        measures={name: Measure(name, *info[:3]) for name, info in MEASURES.items()},
        weeks=WEEKS,
        seeds=range(SEEDS),
        table=table,
        effects=effects,
        per_seed=per_seed,
        weekly=_weekly(),
        quarterly=_weekly()[lambda frame: frame["week"] % 13 == 6],
        losses=loss_shares(_deals()),
        flips=flips,
        flip_reasons=pd.DataFrame({"case": ["training"], "reason": ["the buyer learned more"], "count": [41]}),
        drivers=pd.DataFrame(drivers),
        versions={"sales-flywheel": "0.1.0", "python": "3.11"},
        command="flywheel compare made_up.toml --case 'training: training.hours_per_quarter=12' --seeds 40",
        touched=["structure.product_specialists", "training.hours_per_quarter"],
    )  # fmt: skip
