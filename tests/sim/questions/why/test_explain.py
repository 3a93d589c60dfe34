"""A chain finds the fault that was planted, adds up, and says where there is nothing to explain or to tell."""

import math

import numpy as np
import pytest

from sim.answers.why.report import analysis_of
from sim.answers.why.words import contrast, ending, opening, path_text
from sim.measures.run import simulate
from sim.questions.why.explain import Digger, explain
from sim.questions.why.graph import NODES
from sim.scenario.errors import InputError

FAULTS = {
    "operations.protected_prospecting_hours": ("opportunities", {"operations.protected_prospecting_hours": 0.0}),
    "enablement.alignment": ("win_rate", {"enablement.alignment": 0.0}),
    "structure.hours_per_channel": (
        "customer_hours", {"structure.hours_per_channel": 4.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("lever", FAULTS)
def test_a_fault_that_was_planted_is_found(lever, sound):
    measure, fault = FAULTS[lever]
    busy = sound.override({"operations.wanted_hours_per_cycle": 8.0, "structure.product_specialists": 3})
    found = explain(busy.override(fault), measure, reference=busy, seeds=4, workers=1)
    assert found.verdict == "missed"
    assert found.ends[0].path[-1] == lever
    assert found.ends[0].reached
    assert found.ends[0].alone.low > 0
    assert found.ends[0].alone.mean == pytest.approx(found.recovered.mean)  # nothing else is off


def test_the_larger_of_two_faults_comes_first_and_both_are_reached(sound):
    busy = sound.override({"operations.wanted_hours_per_cycle": 8.0})
    faults = {"operations.protected_prospecting_hours": 0.0, "operations.marketing_leads_per_week": 0.07}
    found = explain(busy.override(faults), "opportunities", reference=busy, seeds=6, workers=1, branches=True)
    ends = [end.path for end in found.ends]
    assert ends[0] == ("opportunities", "time_to_prospect", "operations.protected_prospecting_hours")
    assert ("opportunities", "demand_generation", "operations.marketing_leads_per_week") in ends


def test_levels_add_up(sound):
    faults = {
        "enablement.alignment": 0.0, "training.hours_per_quarter": 0.0, "strategy.qualification_threshold": 0.0,
        "enablement.coaching_hours_per_month": 0.0,
    }  # fmt: skip
    found = explain(sound.override(faults), "attainment", reference=sound, goal=9.0, seeds=4, workers=1)
    assert found.levels
    for level in found.levels:
        total = sum(cause.recovered.mean for cause in level.causes) + level.rest.mean
        assert total == pytest.approx(level.given.mean, rel=1e-6, abs=1e-9)
        if level.exact:
            assert level.rest.mean == pytest.approx(0.0, abs=1e-9)
    assert found.levels[0].given.mean == pytest.approx(found.recovered.mean)


class Made:
    """A laboratory whose runs are sums of what each lever is worth, with one pair that works together only."""

    def __init__(self, worth, together=0.0):
        self.worth, self.together = worth, together
        self.seeds = tuple(range(6))
        self.everything = frozenset(worth)
        self.asked = set()

    def run(self, wanted):
        self.asked |= {(seed, one) for seed, sets in wanted.items() for one in sets}

    def all_seeds(self, *sets):
        self.run({seed: list(sets) for seed in self.seeds})

    def value(self, seed, _measure, levers):
        pair = {"enablement.alignment", "market.price_gap"} <= levers
        return 0.2 + seed / 1000 + sum(self.worth[one] for one in levers) + self.together * pair

    def values(self, measure, levers=frozenset()):
        return np.array([self.value(seed, measure, levers) for seed in self.seeds])

    @property
    def reference(self):
        return self

    def now(self, lever):
        return f"{lever} now"

    aim = now


def dug(worth, together=0.0):
    lab = Made(worth, together)
    digger = Digger(lab, 1)
    digger.dig(NODES["win_rate"])
    return lab, digger


def test_causes_recover_what_their_levers_are_worth():
    worth = {"enablement.alignment": 0.10, "market.price_gap": 0.02, "operations.wip_limit": 0.03}
    worth |= {"operations.protected_prospecting_hours": 0.01}
    lab, digger = dug(worth)
    amounts = {cause.name: cause.recovered.mean for cause in digger.levels[0].causes}
    assert amounts == pytest.approx({"alignment": 0.10, "attention": 0.04, "market.price_gap": 0.02})
    assert digger.ends[0].path == ("win_rate", "alignment", "enablement.alignment")
    assert digger.ends[0].alone.mean == pytest.approx(0.10)
    assert len(lab.asked) <= 6 * 5  # one order a seed, and the lever alone


def test_causes_that_work_together_share_what_they_bring():
    worth = {"enablement.alignment": 0.0, "market.price_gap": 0.01, "operations.wip_limit": 0.0}
    _, digger = dug(worth, together=0.1)
    amounts = {cause.name: cause.recovered.mean for cause in digger.levels[0].causes}
    assert amounts == pytest.approx({"market.price_gap": 0.06, "alignment": 0.05, "attention": 0.0})
    assert digger.ends[0].alone.mean == pytest.approx(0.01)  # alone it brings little, and that is told


def test_causes_that_harm_end_the_chain():
    _, digger = dug({"enablement.alignment": -0.1, "market.price_gap": -0.02})
    assert not digger.levels[0].causes[0].certain
    assert [end.reached for end in digger.ends] == []


def test_nothing_to_explain_is_said(sound):
    found = explain(sound, "win_rate", reference=sound, seeds=2, workers=1)
    assert found.verdict == "met"
    assert not found.levels
    (sentence,) = opening(found)
    assert sentence.startswith("Nothing to explain: win rate is ")
    easy = explain(sound, "attainment", goal=0.01, seeds=2, workers=1)
    assert opening(easy)[0].startswith("Nothing to explain: attainment is ")
    assert "it should be 0.010" in opening(easy)[0]
    answer = analysis_of(easy)
    assert {"cause", "mean", "low", "high"} <= {*answer.tables["causes"].columns}, "an empty table can be read again"
    assert "<h2>What is missed</h2>" not in answer.html(), "no heading stands over nothing"


def test_no_bookings_at_all_is_no_puzzle(sound):
    dead = sound.override({"market.demand": 0.0, "mechanisms.prospecting": False, "mechanisms.marketing": False})
    dead = dead.override({"organization.weeks": 104})
    found = explain(dead, "attainment", reference=sound, seeds=2, workers=1, weeks=104)
    assert found.as_is.mean == 0.0
    assert found.verdict == "missed"
    assert not found.levels
    assert "No lever recovers it for certain" in " ".join(opening(found))
    undefined = explain(dead, "win_rate_qualified", reference=sound, seeds=2, workers=1, weeks=104)
    if math.isnan(undefined.as_is.mean):
        assert "nothing to divide by" in opening(undefined)[0]


def test_no_win_as_it_is_is_no_puzzle(sound):
    """The mean deal has no size as it is, so that its factor explains nothing."""
    strict = sound.override({"buyers.weight_price": 20.0})
    faults = {"market.price_gap": 1.0, "enablement.alignment": 0.4}
    found = explain(strict.override(faults), reference=strict, goal=9.0, seeds=12, weeks=52, workers=1)
    assert found.as_is.mean < 0.05
    assert found.ends[0].path == ("attainment", "bookings", "win_rate", "market.price_gap")
    size = next(cause for cause in found.levels[1].causes if cause.name == "deal_size")
    assert math.isnan(size.now) or found.as_is.mean > 0.0


def test_one_team_only(sound):
    alone = sound.override({"structure.n_reps": 4, "structure.span_of_control": 8})
    found = explain(alone.override({"enablement.alignment": 0.0}), "win_rate", reference=alone, seeds=3, workers=1)
    assert len(found.teams) == 1
    assert found.teams["potential_believed"].notna().all()


def test_too_few_replicates_are_said(sound):
    blurred = sound.override({"strategy.goal_communication": 0.79})
    found = explain(blurred, "win_rate", reference=sound, goal=0.9, seeds=2, workers=1, weeks=26)
    assert found.verdict == "missed"
    assert not found.levels
    assert "too few replicates to tell" in opening(found)[-1]


def test_less_is_better_for_some_measures(sound):
    found = explain(
        sound.override({"structure.field_hours_per_week": 0.0, "operations.crm_fidelity": 0.0}),
        "perception_error", reference=sound.override({"structure.field_hours_per_week": 12.0}), seeds=4, workers=1,
    )  # fmt: skip
    assert found.sign == -1
    assert found.recovered.mean == pytest.approx(found.as_is.mean - found.at_reference.mean)


def test_what_is_said_is_what_the_tables_say(sound):
    wrong = sound.override({"enablement.alignment": 0.0})
    found = explain(wrong, "win_rate", reference=sound, seeds=2, workers=1)
    runs = [simulate(wrong, seed=seed) for seed in (0, 1)]
    deals = [run.deals[(run.deals["outcome"] != "won") & (run.deals["true_reason"] != "disqualified")] for run in runs]
    assert sum(found.said.told.values()) == sum(map(len, deals))
    for name, column in (("told", "reported_reason"), ("true", "true_reason")):
        counts = sum(table[column].value_counts() for table in deals)
        assert getattr(found.said, name) == dict(counts[counts > 0].astype(int).items())
    front = [run.managers[(run.managers["level"] == 1) & (run.managers["true_cause"] > 0)] for run in runs]
    assert sum(found.said.named.values()) == sum(map(len, front))
    assert found.said.right == sum(int((table["named_cause"] == table["true_cause"]).sum()) for table in front)
    last = [run.managers[run.managers["level"] == 1].groupby("manager").last() for run in runs]
    believed = np.mean([table["belief"] for table in last], axis=0)
    np.testing.assert_allclose(found.teams["potential_believed"], believed)


def test_sentences_name_the_chain_and_what_is_said_instead(sound):
    found = explain(sound.override({"enablement.alignment": 0.0}), "win_rate", reference=sound, seeds=6, workers=1)
    assert path_text(found.ends[0]) == (
        "win rate \N{LEFTWARDS ARROW} stages in step with the buyer \N{LEFTWARDS ARROW} alignment with buyers"
    )
    (last,) = ending(found)
    assert last.startswith("The chain ends at a lever, alignment with buyers: it is 0, the reference is 0.5.")
    assert any(line.startswith("Reps most often report ") for line in contrast(found))
    assert found.manager_cause == "capability"


@pytest.mark.parametrize(
    ("measure", "options", "message"),
    [
        ("winrate", {}, "there is no measure winrate; did you mean win_rate?"),
        ("quota", {}, "quota has no better direction"),
        ("attainment", {"seeds": 1}, "1 seeds are not allowed; an interval needs from 2 to 10,000"),
        ("attainment", {"reference": "evil"}, "the reference evil changes over time"),
        ("attainment", {"weeks": 0}, "weeks = 0 is not allowed"),
    ],
)
def test_wrong_questions_are_told_in_a_sentence(measure, options, message, sound):
    with pytest.raises(InputError) as told:
        explain(sound, measure, **options)
    assert message in str(told.value)


def test_events_are_causes_too(sound):
    quotas = {"week": 0, "event": "quota_change", "arguments": {"factor": 2.0}}
    found = explain(sound.with_interventions([quotas]), reference=sound, goal=5.0, seeds=6, weeks=26, workers=1)
    assert found.ends[0].path == ("attainment", "quota", "event:quota_change")
    assert ending(found)[0].startswith("The chain ends at an event, quota change.")


def test_a_scenario_may_be_its_own_reference_before_its_interventions(sound):
    changed = sound.with_interventions([{"week": 0, "parameter": "enablement.alignment", "value": 0.0}])
    found = explain(changed, "win_rate", reference=changed, seeds=6, workers=1)
    assert found.ends[0].path[-1] == "enablement.alignment"
