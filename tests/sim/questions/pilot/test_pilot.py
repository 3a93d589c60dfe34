"""Bullets before cannonballs as a study: what a pilot, rolling out at once and never bring over drawn worlds."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.answers.pilot import analysis_of, answer, record, strategies_table
from sim.engine.world import World
from sim.measures.whole_run import summary_of
from sim.questions.pilot.pilot import pilot, pilot_ideas, weeks_to_look
from sim.questions.pilot.study import low_end, strategies_frame
from sim.questions.pilot.terms import PilotDesign, read_levers
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

TEAMS = """
name = "teams"
[structure]
n_reps = 9
span_of_control = 3
growth_room = 0.0
[market]
accounts_per_rep = 15
[organization]
burn_in_weeks = 26
weeks = 65
"""
LEVER = "training.hours_per_quarter=+20"
GRID = {"sizes": (1, 2), "lengths": (1, 2), "worlds": 3}


@pytest.fixture(scope="module")
def teams():
    """Nine reps in three teams."""
    return Scenario.from_text(TEAMS)


@pytest.fixture(scope="module")
def study(teams):
    """Four designs over three worlds."""
    return pilot(teams, [LEVER], **GRID, workers=1)


def test_the_answer_is_the_same_for_any_number_of_workers(teams, study):
    again = pilot(teams, [LEVER], **GRID, workers=3)
    pd.testing.assert_frame_equal(again.trials, study.trials)
    pd.testing.assert_frame_equal(again.strategies, study.strategies)


def test_never_and_now_are_runs_of_the_drawn_world(teams, study):
    draw = study.draws.drop(columns="world").iloc[1].to_dict()
    drawn = teams.override(draw)
    now = drawn.with_interventions(
        [{"week": 0, "parameter": "training.hours_per_quarter", "action": "add", "value": 20.0}]
    )
    for scenario, name in ((drawn, "never"), (now, "now")):
        net = summary_of(World.begin(scenario, 1).finish())["net_contribution"]
        assert study.outcomes.loc[1, name] == net


def test_a_trial_is_the_scenario_s_own_intervention(teams, study):
    trials = study.trials
    chosen = trials[(trials["world"] == 2) & (trials["teams"] == 2) & (trials["quarters"] == 1)].iloc[0]
    draw = study.draws.drop(columns="world").iloc[2].to_dict()
    pilots = np.random.default_rng((0, 2)).permutation(3).tolist()[:2]
    spec = {"week": 0, "parameter": "training.hours_per_quarter", "action": "add", "value": 20.0}
    bullets = {**spec, "rollout": "bullets", "pilot": pilots, "pilot_quarters": 1, "threshold": 0.05}
    world = World.begin(teams.override(draw).with_interventions([bullets]), 2).finish()
    assert summary_of(world)["net_contribution"] == chosen["net"]
    assert world.log[0].verdict.startswith(chosen["verdict"])


def test_the_threshold_decides_which_branch_counts_and_changes_neither(teams):
    high, low = (
        pilot(teams, [LEVER], sizes=(1,), lengths=(1,), worlds=4, threshold=threshold).trials
        for threshold in (5.0, -1.0)
    )
    for trials, threshold in ((high, 5.0), (low, -1.0)):
        np.testing.assert_array_equal(trials["verdict"] == "rolled out", trials["gain"] >= threshold)
    np.testing.assert_array_equal(high["gain"], low["gain"])
    turned = high["verdict"] != low["verdict"]
    assert turned.any()
    np.testing.assert_array_equal(high["net"], low["net"].where(~turned, low["other"]))
    np.testing.assert_array_equal(high["other"], low["other"].where(~turned, low["net"]))


def test_between_both_limits_a_trial_is_looked_at_twice(teams):
    once = pilot(teams, [LEVER], sizes=(1,), lengths=(1,), worlds=4, threshold=5.0).trials
    waiting = pilot(teams, [LEVER], sizes=(1,), lengths=(1,), worlds=4, threshold=5.0, drop_below=-1.0).trials
    between = once["gain"].between(-1.0, 5.0, inclusive="left")
    assert between.any()
    np.testing.assert_array_equal(waiting["looks"], np.where(between, 2, 1))


def test_spill_over_hides_a_part_of_the_effect(teams, study):
    leaking = pilot(teams, [LEVER], **GRID, spill_over=1.0)
    assert not np.allclose(leaking.trials["gain"], study.trials["gain"])
    np.testing.assert_array_equal(leaking.outcomes["now"], study.outcomes["now"])


def test_two_levers_are_tried_together(teams):
    both = pilot(teams, [LEVER, "operations.wip_limit=5"], sizes=(1,), lengths=(1,), worlds=2)
    assert len(both.ideas[0]) == 2
    assert both.lever.endswith(", WIP limit = 5")
    assert "operations.admin_hours" in both.draws.columns
    assert "training.half_life_months" in both.draws.columns


def test_several_ideas_take_turns(teams):
    mixed = pilot_ideas(teams, [[LEVER], ["operations.wip_limit=5"]], **GRID)
    assert list(mixed.outcomes["idea"]) == [0, 1, 0]
    assert set(mixed.trials.loc[mixed.trials["world"] == 1, "idea"]) == {1}
    assert mixed.lever == "one of 2 ideas"


def frame(never, now, nets, others, rolled):
    n = len(never)
    worlds = pd.DataFrame({"world": range(n), "never": never, "now": now})
    words = ["rolled out" if one else "dropped" for one in rolled]
    trials = pd.DataFrame(
        {"world": range(n), "teams": 1, "quarters": 2, "net": nets, "other": others, "verdict": words}
    )
    return strategies_frame(worlds, trials).set_index("strategy")


def test_regret_and_wrong_decisions_by_hand():
    found = frame([10.0, 10.0, 10.0, 10.0], [14.0, 4.0, 12.0, 10.0], [13, 9, 8, 10.0], [11, 5, 11, 10.0], [1, 0, 0, 1])
    one = found.loc["1 team for 2 quarters"]
    assert one["net_mean"] == 10.0
    assert one["regret_mean"] == pytest.approx((1 + 1 + 4 + 0) / 4)
    assert (one["wrong_mean"], one["wrong_dropped"], one["wrong_rolled_out"]) == (0.25, 0.25, 0.0)
    assert one["lost_by_wrong"] == 0.75
    assert (one["rolled_out_where_pays"], one["rolled_out_where_harms"]) == (0.5, 0.5)
    assert one["vs_now_mean"] == 0.0
    assert one["p10_gain_mean"] == pytest.approx(np.quantile([3, -1, -2, 0], 0.1))
    assert found.loc["now", "p10_gain_mean"] == pytest.approx(np.quantile([4, -6, 2, 0], 0.1))
    assert found.loc["now", "wrong_mean"] == 0.25
    assert found.loc["never", "wrong_mean"] == 0.5
    assert found.loc["never", "regret_mean"] == 1.5


def test_the_low_end_of_a_difference_is_paired():
    values = np.random.default_rng(1).normal(100, 30, 200)
    shift = low_end(values + 2.0, values)
    assert (shift.mean, shift.low, shift.high) == pytest.approx((2.0, 2.0, 2.0))
    alone = low_end(values)
    assert alone.low < np.quantile(values, 0.1) < alone.high


def test_waiting_costs_what_rolling_out_later_loses_where_it_pays():
    """Rolling out pays in worlds 0 and 2: 14 against 13 rolled out, and 12 against the 11 that were not taken."""
    found = frame([10.0, 10.0, 10.0, 10.0], [14.0, 4.0, 12.0, 10.0], [13, 9, 8, 10.0], [11, 5, 11, 10.0], [1, 0, 0, 1])
    assert found.loc["1 team for 2 quarters", "waiting_mean"] == 1.0


def test_both_readings_see_the_same_trials(teams):
    options = {"sizes": (1,), "lengths": (1,), "worlds": 20, "workers": 1}
    booked, index = (pilot(teams, [LEVER], **options, read=read).trials for read in ("bookings", "index"))
    same = ["rolled_out", "dropped", "gain", "index", "usual", "win_rate", "bookings"]
    pd.testing.assert_frame_equal(booked[same], index[same])
    np.testing.assert_array_equal(booked["verdict"] == "rolled out", booked["gain"] >= 0.05)
    np.testing.assert_array_equal(index["verdict"] == "rolled out", index["index"] > 0)
    np.testing.assert_array_equal(index["net"], index["rolled_out"].where(index["index"] > 0, index["dropped"]))


def test_the_best_design_is_told_from_the_others_only_where_it_is_clear(study):
    best, alike = study.best()
    means = {design: study.net_of(design).mean() for design in study.terms.designs}
    assert means[best] == max(means.values())
    assert best not in alike


@pytest.mark.parametrize(("burn_in", "weeks"), [(26, 13), (30, 22), (39, 13)])
def test_a_trial_is_looked_at_when_a_quarter_has_been_closed(teams, burn_in, weeks):
    world = World.lay_out(teams.override({"organization.burn_in_weeks": burn_in}))
    world.state.clock["week"] = burn_in
    assert weeks_to_look(world, PilotDesign(1, 1)) == weeks


@pytest.mark.parametrize(
    ("text", "action", "value"),
    [
        ("training.hours_per_quarter=+12", "add", 12.0),
        ("training.hours_per_quarter=-3", "add", -3.0),
        ("operations.wip_limit=*0.5", "scale", 0.5),
        ("operations.wip_limit=8", "set", 8.0),
        ("management.response=overlay", "set", "overlay"),
    ],
)
def test_a_lever_is_read_as_it_is_typed(teams, text, action, value):
    (spec,) = read_levers(teams, [text])
    assert (spec.week, spec.action, spec.value) == (0, action, value)


@pytest.mark.parametrize(
    ("levers", "options", "part"),
    [
        ([], {}, "nothing to try"),
        (["strategy.stretch=+0.1"], {}, "belongs to the whole organization, so some teams cannot try it first"),
        (["buyers.trust_gain=+0.1"], {}, "cannot change during a run"),
        (["training.hour_per_quarter=+1"], {}, "did you mean"),
        (["training.hours_per_quarter=+0"], {}, "the step is zero"),
        (["training.hours_per_quarter=*1"], {}, "the step is zero"),
        (["training.hours_per_quarter=6"], {}, "the step is zero"),
        (["training.hours_per_quarter=+x"], {}, "is no number"),
        (["training.hours_per_quarter"], {}, "written key="),
        (["training.hours_per_quarter=+519"], {}, "--lever: to add training.hours_per_quarter"),
        ([LEVER, LEVER], {}, "given twice"),
        ([LEVER], {"sizes": (3,)}, "3 pilot teams of 3 leave none"),
        ([LEVER], {"sizes": (0,)}, "at least 1"),
        ([LEVER], {"lengths": (5,)}, "from 1 to 4"),
        ([LEVER], {"lengths": (4,)}, "must be at least 52"),
        ([LEVER], {"weeks": 30}, "a run of 30 weeks is too short"),
        ([LEVER], {"threshold": 9.0}, "--threshold 9"),
        ([LEVER], {"drop_below": 0.2}, "--drop-below 0.2"),
        ([LEVER], {"spill_over": 1.5}, "--spill-over 1.5"),
        ([LEVER], {"worlds": 1}, "at least 2"),
        (["management.response=overlay"], {"spill_over": 0.5}, "no values in between"),
        ([LEVER], {"read": "indx"}, "did you mean index"),
        ([LEVER], {"read": "index", "drop_below": 0.0}, "--drop-below belongs to --read bookings"),
        ([LEVER], {"read": "index", "worlds": 19}, "needs at least 20, not 19"),
    ],
)
def test_what_cannot_be_tried_is_told_in_a_sentence(teams, levers, options, part):
    with pytest.raises(InputError) as caught:
        pilot(teams, levers, **options)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_team_only_is_told_in_a_sentence(teams):
    with pytest.raises(InputError, match="one team only"):
        pilot(teams.override({"structure.n_reps": 3}), [LEVER])


def test_few_worlds_give_no_verdict(study):
    said = " ".join(answer(study))
    assert "3 worlds are too few for a verdict" in said
    assert "brings" not in said


def test_the_table_has_a_cell_for_every_column(study):
    strategies = strategies_table(study)
    assert {len(row) for row in strategies.rows} == {len(strategies.columns)}
    assert len(strategies.rows) == 6


def test_the_folder_holds_tables_figure_and_record(study, tmp_path):
    analysis_of(study, "flywheel pilot").write(tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert kept.items() >= json.loads(json.dumps(record(study))).items()
    assert kept["worlds"] == {"asked": 3, "finished": 3}
    assert len(pd.read_parquet(tmp_path / "out" / "trials.parquet")) == 12
    assert set(study.draws.columns) <= set(pd.read_parquet(tmp_path / "out" / "worlds.parquet").columns)
    assert (tmp_path / "out" / "pilot.png").stat().st_size > 10_000
    analysis_of(study).write(tmp_path / "out")


def test_ctrl_c_keeps_the_worlds_that_are_finished(teams, monkeypatch):
    from sim.studies.executor import Batch  # noqa: PLC0415 - only this test stops one

    made = []
    monkeypatch.setattr(
        Batch, "__init__", lambda self, *a, _made=Batch.__init__: (made.append(self), _made(self, *a))[0]
    )

    def stop(done, _total):
        if done == 1:
            made[0].stopped.set()

    found = pilot(teams, [LEVER], sizes=(1,), lengths=(1,), worlds=40, workers=1, progress=stop)
    assert found.interrupted
    assert 1 <= len(found.outcomes) < 40
    assert "It was stopped" in found.notes[0]
