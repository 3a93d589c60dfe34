"""Comparisons: same past and same luck for all cases, the same answer for any workers, and one sentence when wrong."""

import signal
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from sim.engine.state import open_rows
from sim.engine.world import World
from sim.measures.conservation import verdict_line
from sim.measures.run import simulate
from sim.measures.whole_run import summary_of
from sim.questions.compare.run import compare
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.schema import InterventionSpec
from sim.studies.bands import MEASURED
from sim.studies.cases import AS_IS
from sim.studies.flips import COLUMNS
from sim.studies.statistics import mean_interval, paired_effect
from tests.sim.questions.conftest import CASES

NOTHING = {"nothing": {}}
FRAMES = ("table", "effects", "per_seed", "weekly", "quarterly", "drivers", "flips", "flip_reasons", "deals")


def by_seed(result, case, measure):
    rows = result.per_seed
    return rows[(rows["case"] == case) & (rows["measure"] == measure)].set_index("seed")["value"]


def test_as_is_is_an_ordinary_run(tiny, compared):
    run = simulate(tiny, seed=4)
    found = compared.per_seed[(compared.per_seed["case"] == AS_IS) & (compared.per_seed["seed"] == 4)]
    assert dict(zip(found["measure"], found["value"], strict=True)) == pytest.approx(run.summary, nan_ok=True)


def test_a_case_forks_at_week_0(tiny, compared):
    world = World.begin(tiny, 2).fork({"structure.product_specialists": 3}).finish()
    assert by_seed(compared, "overlays", "bookings")[2] == summary_of(world)["bookings"]


def test_interventions_happen_later(tiny, compared):
    world = World.begin(tiny, 1)
    world.intervene(InterventionSpec(week=13, parameter="operations.wip_limit", value=5))
    assert by_seed(compared, "focus", "net_contribution")[1] == summary_of(world.finish())["net_contribution"]
    weekly = compared.weekly[
        (compared.weekly["case"] == "focus") & (compared.weekly["measure"] == "hours_opportunities")
    ]
    assert (weekly.set_index("week")["difference"].loc[:12] == 0).all()
    assert (weekly.set_index("week")["difference"].loc[14:] != 0).any()


def test_nothing_changed_is_no_difference(tiny):
    result = compare(tiny, NOTHING, seeds=3)
    assert (result.effects["difference"].dropna() == 0).all()
    assert (result.effects["p"].dropna() == 1).all()
    assert len(result.flips) == 0
    assert list(result.flips.columns) == list(COLUMNS)
    assert (result.drivers["contribution"] == 0).all()


def test_tables_follow_from_the_values_by_seed(compared):
    assert compared.seeds == list(range(6))
    means = compared.table.set_index(["case", "measure"])
    assert len(means) == 3 * len(MEASURES)
    for case in ("overlays", "focus"):
        for measure in ("net_contribution", "win_rate", "cost"):
            ours, theirs = by_seed(compared, case, measure), by_seed(compared, AS_IS, measure)
            level, effect = mean_interval(ours), paired_effect(ours, theirs, MEASURES[measure].better)
            assert means.loc[(case, measure), "mean"] == pytest.approx(level.mean)
            row = compared.effect(case, measure)
            expected = (effect.difference.mean, effect.difference.low, effect.difference.high, effect.base)
            assert tuple(row[["difference", "low", "high", "base"]]) == pytest.approx(expected)
            assert row["share_better"] == effect.better
    assert (compared.effects["p_holm"] >= compared.effects["p"]).sum() == compared.effects["p"].notna().sum()


def test_bands_follow_from_the_runs(tiny, compared):
    runs = [simulate(tiny, seed=seed).weekly for seed in range(6)]
    weekly = compared.weekly.set_index(["case", "measure", "week"]).sort_index()
    for measure in ("bookings", "rep_trust", "customer_hours"):
        values = np.array([run[measure] for run in runs])
        np.testing.assert_allclose(weekly.loc[(AS_IS, measure), "mean"], values.mean(axis=0), rtol=1e-9)
    quarterly = compared.quarterly.set_index(["case", "measure", "quarter"]).sort_index()
    booked = np.array([run["bookings"].to_numpy().reshape(4, 13).sum(axis=1) for run in runs])
    np.testing.assert_allclose(quarterly.loc[(AS_IS, "bookings"), "mean"], booked.mean(axis=0), rtol=1e-9)
    assert set(MEASURED) <= set(compared.weekly["measure"])


def test_contributions_sum_to_the_difference_of_bookings(compared):
    for case in ("overlays", "focus"):
        rows = compared.drivers[compared.drivers["case"] == case].set_index("factor")
        factors = rows[rows["of"] == "bookings"]["contribution"].sum()
        assert factors == pytest.approx(compared.effect(case, "bookings")["difference"], rel=1e-6)
        assert rows.loc["cost", "contribution"] == pytest.approx(-compared.effect(case, "cost")["difference"])


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_gives_the_same(tiny, compared, workers):
    cases = {name: case.overrides or list(case.interventions) for name, case in compared.cases.items() if name != AS_IS}
    again = compare(tiny, cases, seeds=6, workers=workers)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(compared, name), check_exact=True)


def test_flips_are_deals_won_on_one_side_only(compared):
    flips = compared.flips
    assert len(flips) > 0
    deals = compared.deals
    for row in flips.sample(min(20, len(flips)), random_state=1).itertuples():
        side = {AS_IS: row.outcome_as_is, row.case: row.outcome_case}
        assert sum(outcome == "won" for outcome in side.values()) == 1
        for case, outcome in side.items():
            found = deals[
                (deals["case"] == case)
                & (deals["seed"] == row.seed)
                & (deals["account"] == row.account)
                & (deals["line"] == row.line)
                & (deals["created"] == row.created)
            ]
            assert list(found["outcome"]) == ([] if outcome == "not closed" else [outcome])
    known = flips.dropna(subset=["parted_week"])
    assert (known["parted_week"] >= known["created"]).all()
    assert (known["parted_week"] <= known[["closed_as_is", "closed_case"]].min(axis=1)).all()
    assert compared.flip_reasons["count"].sum() == len(flips)


def test_stories_of_a_later_change_part_after_it(compared):
    focus = compared.flips[compared.flips["case"] == "focus"]
    assert (focus["parted_week"].dropna() >= 13).all()


def test_seeds_may_be_listed(tiny):
    result = compare(tiny, NOTHING, seeds=[5, 2**40], weeks=8)
    assert result.seeds == [5, 2**40]
    assert result.weeks == 8
    assert result.quarterly.empty


def test_from_start_gives_a_case_its_own_past(tiny):
    cases = {"larger": {"structure.n_reps": 7}, "overlays": {"structure.product_specialists": 3}}
    result = compare(tiny, cases, seeds=2, weeks=20, from_start=True)
    alone = simulate(tiny.override({"structure.product_specialists": 3}), seed=1, weeks=20)
    assert by_seed(result, "overlays", "bookings")[1] == alone.summary["bookings"]
    assert "larger" not in set(result.flips["case"])


def test_a_whole_scenario_may_be_a_case(tiny):
    later = {"week": 6, "parameter": "operations.wip_limit", "value": 5}
    other = tiny.override({"training.initial_playbook": 0.5}).with_interventions([later])
    result = compare(tiny, {"other": other}, seeds=2, weeks=20, from_start=True)
    world = World.begin(other, 1, 20)
    assert by_seed(result, "other", "bookings")[1] == summary_of(world.finish())["bookings"]
    assert result.cases["other"].overrides == {"training.initial_playbook": 0.5}
    with pytest.raises(InputError, match="burn-in of its own"):
        compare(tiny, {"other": other}, seeds=2, weeks=20)


def test_scenarios_of_different_length_are_compared_over_weeks_that_are_given(tiny):
    longer = tiny.override({"organization.weeks": tiny["organization.weeks"] + 13, "operations.wip_limit": 4})
    with pytest.raises(InputError, match="must be the same in all cases; --weeks gives all the same"):
        compare(tiny, {"longer": longer}, seeds=2, from_start=True)
    assert compare(tiny, {"longer": longer}, seeds=2, from_start=True, weeks=6).weeks == 6


def test_precision_stops_when_it_is_reached(tiny):
    wide = compare(
        tiny, {"overlays": {"structure.product_specialists": 3}}, precision="90%", max_seeds=80, measure="cost"
    )
    assert wide.precision.enough
    assert wide.precision.seeds == len(wide.seeds) == 20
    assert wide.precision.looks == (1, 3)
    assert wide.alpha < 0.05
    assert "was reached" in wide.notes[0]
    row = wide.effect("overlays")
    assert (row["high"] - row["low"]) / 2 / row["base"] == pytest.approx(wide.precision.reached)


def test_precision_that_is_not_reached_says_so(tiny):
    result = compare(
        tiny,
        {"focus": {"operations.wip_limit": 4}},
        precision=0.0001,
        seeds=range(30),
        weeks=10,
        measure="selling_share",
    )
    assert not result.precision.enough
    assert len(result.seeds) == 30
    assert "was not reached" in result.notes[0]


def test_precision_of_what_may_be_zero_is_refused(tiny):
    with pytest.raises(InputError, match="contains 0"):
        compare(tiny, NOTHING, precision="2%", max_seeds=20, weeks=2, measure="churn_rate")


def test_a_failing_run_is_left_out_and_told(tiny, monkeypatch):
    ordinary = World.advance

    def advance(world, weeks):
        if world.seed == 1 and world.week == 0 and int(world.state.reps[0].operations_wip_limit) == 7:
            raise ZeroDivisionError("broken on purpose")
        ordinary(world, weeks)

    monkeypatch.setattr(World, "advance", advance)
    result = compare(tiny, {"focus": {"operations.wip_limit": 7}}, seeds=3, weeks=10)
    assert [(one.case, one.seed) for one in result.failures] == [("focus", 1)]
    assert "ZeroDivisionError: broken on purpose" in result.notes[0]
    assert "advance" in result.failures[0].trace
    assert result.effect("focus")["n"] == 2
    counts = result.table.set_index(["case", "measure"])["n"]
    assert (counts[AS_IS, "cost"], counts["focus", "cost"]) == (3, 2)


def test_when_every_run_fails_nothing_is_made_up(tiny, monkeypatch):
    def begin(*_, **__):
        raise MemoryError("full")

    monkeypatch.setattr(World, "begin", begin)
    with pytest.raises(RuntimeError, match=r"no run of as_is finished.*MemoryError: full"):
        compare(tiny, NOTHING, seeds=2)


def test_interrupt_keeps_finished_seeds(tiny):
    def progress(done, total):
        assert total == 400
        if done == 3:
            signal.raise_signal(signal.SIGINT)

    result = compare(tiny, NOTHING, seeds=400, weeks=4, workers=1, progress=progress)
    assert result.interrupted
    assert result.seeds == list(range(len(result.seeds)))
    assert 3 <= len(result.seeds) < 400
    assert "It was stopped" in result.notes[0]


def test_interrupt_before_anything_is_finished(tiny):
    class Now(dict):
        def items(self):
            signal.raise_signal(signal.SIGINT)
            return super().items()

    with pytest.raises(KeyboardInterrupt):
        compare(tiny, Now(NOTHING), seeds=2)


def test_progress_counts_every_seed(tiny):
    told = []
    compare(tiny, {}, seeds=3, weeks=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_memory_does_not_grow_with_the_seeds(tiny):
    def peak(seeds):
        tracemalloc.start()
        compare(tiny, {"focus": {"operations.wip_limit": 4}}, seeds=seeds, weeks=6, workers=1)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(4)
    # what does grow is one number for each seed, case and measure
    assert peak(36) - peak(12) < 24 * 2 * (len(MEASURES) + 20) * 120


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        ({AS_IS: {}}, r"reserved for no change"),
        ([("a", {}), ("a", {})], r'case "a": two cases have this name'),
        ({"": {}}, r"a name has 1 to 40"),
        ({"a": {"structure.n_rep": 3}}, r'case "a": structure.n_rep is not a parameter; did you mean structure.n_reps'),
        ({"a": {"structure.product_specialists": -1}}, r'case "a".*-1 is not allowed'),
        ({"a": {"structure.n_reps": 9}}, r"structure.n_reps cannot change overnight; with --from-start"),
        ({"a": {"organization.weeks": 9}}, r"organization.weeks must be the same in all cases"),
        ({"a": "training"}, r"parameters by dotted name, or a list of interventions"),
        ({"a": ["training"]}, r"parameters by dotted name, or a list of interventions"),
        ({"a": [{"week": 400, "event": "hire", "arguments": {"count": 1}}]}, r'case "a": week 400 is after the end'),
        (
            {
                "a": [
                    {
                        "week": 4,
                        "parameter": "enablement.coaching_hours_per_month",
                        "value": 6.0,
                        "target": {"teams": [9]},
                    }
                ]
            },
            r"no team 9",
        ),
    ],
)
def test_wrong_cases_get_one_sentence(tiny, cases, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        compare(tiny, cases, seeds=2)
    assert "\n" not in str(caught.value)


def test_all_problems_are_told_together(tiny):
    with pytest.raises(InputError) as caught:
        compare(tiny, {AS_IS: {}, "b": {"no.such": 1}}, seeds=2)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"seeds": 1}, r"1 seeds are not allowed; an interval needs from 2"),
        ({"seeds": True}, r"seeds|seed"),
        ({"seeds": -4}, r"-4 seeds are not allowed; an interval needs from 2"),
        ({"seeds": 2.5}, r"whole number"),
        ({"seeds": []}, r"0 seeds are not enough"),
        ({"seeds": [1, 2, 1]}, r"seed 1 is listed twice"),
        ({"seeds": [1, -2]}, r"seed = -2 is not allowed"),
        ({"seeds": 10, "precision": "2%"}, r"either a number of seeds or a precision"),
        ({"precision": "2 percent"}, r"precision 2 percent is not allowed"),
        ({"measure": "win_rat"}, r"there is no measure win_rat; did you mean win_rate"),
        ({"weeks": 0}, r"weeks = 0 is not allowed"),
        ({"workers": 0}, r"workers = 0 is not allowed"),
    ],
)
def test_wrong_arguments_get_one_sentence(tiny, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        compare(tiny, NOTHING, **arguments)


def test_effect_names_what_is_near(compared):
    with pytest.raises(InputError, match="no case overlay; did you mean overlays"):
        compared.effect("overlay")
    with pytest.raises(InputError, match="no measure booking; did you mean bookings"):
        compared.effect("overlays", "booking")


def closed_now(world, slot, name):
    """What the log says of an opportunity that was closed in the week that has just been run, if it was."""
    last = world.closed[-1]
    slots = last["account"] * len(world.state.lines) + last["line"]
    here = (slots == slot) & (last["closed"] == world.burn_in + world.week)
    return last[name][here] if name in last.dtype.names else []


def test_parting_is_what_both_worlds_show_in_that_week(tiny, compared):
    fields = ["hours", "access", "insight", "consensus", "contact", "preference", "experience", "buying_stage"]
    told = compared.flips[compared.flips["parted_in"].isin(fields)]
    row = told.iloc[len(told) // 2]
    deals = compared.deals
    same = (deals["seed"] == row["seed"]) & (deals["created"] == row["created"]) & (deals["line"] == row["line"])
    buyer = deals[same & (deals["account"] == row["account"])]["buyer"].iloc[0]
    base = World.begin(tiny, int(row["seed"]))
    for name, value in ((AS_IS, row["value_as_is"]), (row["case"], row["value_case"])):
        world = base.fork(compared.cases[name].overrides)
        for spec in compared.cases[name].interventions:
            world.plan(spec)
        world.advance(int(row["parted_week"]) + 1)
        slot, sign = int(buyer) * len(world.state.lines) + int(str(row["line"])[1:]) - 1, row["parted_in"]
        deals = world.state.opportunities[open_rows(world.state)]
        now = np.concatenate([deals[sign][deals["slot"] == slot], closed_now(world, slot, sign)])
        assert now == pytest.approx([value] if value else [0.0][: len(now)])


def test_a_comparison_is_verified_on_its_own_runs(compared):
    assert len(compared.checks) == 12
    assert all(check.holds for check in compared.checks)
    assert verdict_line(compared.checks) == "Verified: 12 of 12 checks hold for this scenario."


def test_without_whole_runs_the_numbers_are_the_same(tiny, compared):
    result = compare(tiny, CASES, seeds=6, workers=2, whole=0)
    for name in ("table", "effects", "per_seed", "weekly", "quarterly", "drivers"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(compared, name), check_exact=True)
    assert result.deals.empty
    assert result.flips.empty
    assert result.checks == []
