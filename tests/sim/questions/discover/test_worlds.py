"""Worlds to discover in: what is drawn, that pairs share everything but the case, and how it is told."""

import json
from functools import partial
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from sim.answers.discover.report import analysis_of
from sim.answers.discover.words import box_text
from sim.cli.main import _run
from sim.engine.world import World
from sim.measures.whole_run import summary_of
from sim.questions.discover.box import Limit
from sim.questions.discover.find import discover
from sim.questions.discover.worlds import MARKET_FACTS, Worlds, draw, read_decision, read_varied, run_worlds, worlds_of
from sim.scenario.errors import InputError
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.work import run_chunk

CASE = "overlays: structure.product_specialists=4:6"
VARY = ["market.complexity=0.2:0.8", "market.accounts_per_rep=10:12", "mechanisms.delivery"]


@pytest.fixture(scope="module")
def ran(tiny):
    """Forty tiny worlds of a quarter."""
    return run_worlds(tiny, CASE, VARY, samples=40, seeds=2, weeks=13, only=True, workers=2)


def test_every_world_differs_in_what_was_named_and_in_nothing_else(ran):
    assert list(ran.inputs) == [
        "market.complexity", "market.accounts_per_rep", "mechanisms.delivery",
        "overlays: structure.product_specialists",
    ]  # fmt: skip
    assert ran.inputs["market.complexity"].between(0.2, 0.8).all()
    assert set(ran.inputs["market.accounts_per_rep"]) == {10, 11, 12}
    assert set(ran.inputs["overlays: structure.product_specialists"]) == {4, 5, 6}
    assert ran.inputs["mechanisms.delivery"].sum() == 20, "half of a Latin hypercube's worlds"


def test_a_world_is_the_difference_of_two_runs_from_the_same_burned_in_organization(tiny, ran):
    row = ran.inputs.iloc[7].to_dict()
    specialists = int(row.pop("overlays: structure.product_specialists"))
    base = World.begin(tiny.override(row), 1, 13)
    other = base.fork({"structure.product_specialists": specialists})
    base.advance(13)
    other.advance(13)
    expected = summary_of(other)["net_contribution"] - summary_of(base)["net_contribution"]
    assert ran.results.iloc[7, 1] == expected


def test_the_answer_is_the_same_for_any_number_of_workers(tiny, ran):
    again = run_worlds(tiny, CASE, VARY, samples=40, seeds=2, weeks=13, only=True, workers=1)
    pd.testing.assert_frame_equal(again.results, ran.results)
    pd.testing.assert_frame_equal(again.inputs, ran.inputs)


@pytest.mark.slow
def test_the_same_call_goes_on_where_it_was_stopped(tiny, ran, tmp_path, monkeypatch):
    options = {"samples": 40, "seeds": 2, "weeks": 13, "only": True, "workers": 1, "folder": tmp_path}

    def stop(done, _):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_worlds(tiny, CASE, VARY, **options, progress=stop)
    counted = []

    def count(plan, chunk, stopped):
        counted.append(len(chunk.runs))
        return run_chunk(plan, chunk, stopped)

    monkeypatch.setattr(import_module("sim.questions.discover.worlds"), "run_study", partial(run_study, run=count))
    again = run_worlds(tiny, CASE, VARY, **options)
    assert 0 < sum(counted) <= 35 * 4, "two cases, two seeds"
    pd.testing.assert_frame_equal(again.results, ran.results)


def test_what_is_assumed_varies_too_unless_told_otherwise(tiny):
    decision = read_decision(CASE, tiny)
    inputs, worlds, done = draw(tiny, decision, read_varied([], tiny, decision), 5, 0)
    assert set(MARKET_FACTS) < set(inputs)
    assert "market.status_quo" in worlds[0]
    assert "structure.product_specialists" not in worlds[0], "what the case sets is drawn for the case only"
    assert {row["structure.product_specialists"] for row in done} <= {4, 5, 6}
    assert len(draw(tiny, decision, read_varied(["market.demand"], tiny), 5, 0, only=True)[1][0]) == 1


def worlds_from(tiny, results):
    """Worlds with these differences by seed."""
    table = pd.DataFrame(results)
    inputs = pd.DataFrame({"market.complexity": np.linspace(0.1, 0.9, len(table))})
    decision = read_decision("overlays: structure.product_specialists=5", tiny)
    return Worlds(tiny, inputs, table, "net_contribution", decision, 52, {}, len(table))


def test_worlds_whose_sign_luck_may_have_decided_are_counted(tiny):
    # Spread of a seed within a world: sqrt(4 x 2 / 4) = 1.41; the mean of two: 1.0; t of 4 degrees: 2.776.
    worlds = worlds_from(tiny, [[9.0, 11.0], [-1.0, 1.0], [2.0, 4.0], [-4.0, -2.0]])
    assert worlds.half_width == pytest.approx(2.776, abs=0.001)
    assert worlds.unclear().tolist() == [False, True, False, False]
    assert worlds.outcome().tolist() == [True, False, True, False]
    assert worlds.outcome(above=5.0).tolist() == [True, False, False, False]
    assert worlds_from(tiny, [[1.0], [2.0]]).unclear() is None


def test_what_is_left_out_of_a_table_is_a_sentence_and_no_title_of_a_slide(tiny, monkeypatch):
    monkeypatch.setattr("sim.answers.discover.report._SHOWN", 1)
    ends = {"market.complexity": (0.1, 0.9), "market.deal_size": (1e4, 1e5)}
    inputs = pd.DataFrame({name: np.linspace(*span, 60) for name, span in ends.items()})
    gain = np.where(inputs["market.complexity"] > 0.5, 1e6, -1e6)
    decision = read_decision("overlays: structure.product_specialists=9", tiny)
    worlds = Worlds(tiny, inputs, pd.DataFrame({0: gain, 1: gain}), "net_contribution", decision, 104, {}, 60)
    sections = analysis_of(worlds, discover(inputs, worlds.outcome(), resamples=2)).sections
    (table,) = next(section.tables for section in sections if section.title == "What tells the worlds apart")
    assert table.caption == "The first 1; 1 more are in separation.csv or its sheet."


def test_the_report_says_where_it_pays_with_counts_of_held_out_worlds(tiny):
    rng = np.random.default_rng(0)
    inputs = pd.DataFrame(
        {"market.complexity": rng.uniform(0.1, 0.9, 100), "market.deal_size": rng.uniform(1e4, 1e5, 100)}
    )
    gain = np.where(inputs["market.complexity"] > 0.5, 1e6, -1e6)
    results = pd.DataFrame({0: gain + rng.normal(0, 1e4, 100), 1: gain + rng.normal(0, 1e4, 100)})
    decision = read_decision("overlays: structure.product_specialists=9", tiny)
    worlds = Worlds(tiny, inputs, results, "net_contribution", decision, 104, {}, 100)
    found = discover(inputs, worlds.outcome(), resamples=2)
    analysis = analysis_of(worlds, found)
    limit = found.findings[0].box[0]
    assert limit.low == pytest.approx(0.5, abs=0.05)
    assert analysis.answer[0].startswith(
        "Net contribution over two years rises with overlays (9 instead of 3 product specialists) in worlds with "
        f"complexity of at least {limit.low:g}: in "
    )
    assert f"{found.findings[0].held.inside} that had no part in finding this" in analysis.answer[0]
    assert "does not rise" in " ".join(analysis.answer)
    assert "is not clear in 0 of 100 worlds" in " ".join(analysis.answer)
    assert "<html" in analysis.html()
    assert [one.name for part in analysis.sections for one in part.drawings] == [
        "boxes",
        "worlds",
        "trajectory",
        "tree",
    ]
    assert analysis.tables["worlds"]["of_interest"].sum() == found.outcome.sum()


def test_without_a_box_that_is_what_is_said(tiny):
    rng = np.random.default_rng(5)
    worlds = worlds_from(tiny, rng.normal(0, 1, (60, 2)))
    found = discover(worlds.inputs, worlds.outcome(), resamples=0)
    assert not any(one.holds for one in found.findings)
    answer = list(analysis_of(worlds, found).answer)
    assert "no limits on what was varied say where more often than that" in answer[0]


def test_limits_are_said_with_units_and_reps_for_each_specialist(tiny):
    box = (
        Limit("market.deal_size", low=30_000.0),
        Limit("overlays: structure.product_specialists", high=3.0),
        Limit("market.phase", words=("pmf", "scale")),
    )
    assert box_text(box, tiny) == (
        "deal size of at least 30,000 USD, product specialists (overlays) of at most 3 (one for every 2 reps) and "
        "phase pmf or scale"
    )


def study_of(tiny, values):
    """A study of cases with one parameter, that kept one measure."""
    cases = [StudyCase(f"c{number}", {"market.demand": 0.5 + number / 100}) for number in range(len(values))]
    plan = StudyPlan.of(tiny, cases, 2, weeks=13, measures=["win_rate"], from_start=True)
    rows = [
        {"run": f"{case}-{seed}", "case": case.name, "seed": seed, "error": "", "win_rate": value}
        for case, value in zip(plan.cases, values, strict=True)
        for seed in (0, 1)
    ]
    return Study(plan, pd.DataFrame(rows))


def test_the_cases_of_a_study_are_worlds(tiny):
    values = np.linspace(0.1, 0.4, 50)
    worlds = worlds_of(study_of(tiny, values), "win_rate")
    assert list(worlds.inputs) == ["market.demand"]
    assert worlds.outcome(above=0.25).sum() == 25
    found = discover(worlds.inputs, worlds.outcome(above=0.25), resamples=0)
    assert found.findings[0].box[0].low == pytest.approx(0.75, abs=0.02)
    assert (
        "Win rate over 13 weeks is above 25.0% in worlds with demand of at least"
        in analysis_of(worlds, found, 0.25).answer[0]
    )


def test_cases_that_failed_are_left_out_and_said(tiny):
    values = np.linspace(0.1, 0.4, 50)
    values[3] = np.nan
    worlds = worlds_of(study_of(tiny, values), "win_rate")
    assert len(worlds.inputs) == 49
    analysis = analysis_of(worlds, discover(worlds.inputs, worlds.outcome(0.25), resamples=0), 0.25)
    assert "Left out, because they could not be run: 1 world; of 1 of them: " in " ".join(analysis.notes)
    assert "apart" in {chart.name for chart in analysis.charts}


def test_where_all_worlds_are_of_one_kind_nothing_is_said_to_tell_them_apart(tiny):
    worlds = worlds_of(study_of(tiny, np.linspace(0.1, 0.4, 50)), "win_rate")
    analysis = analysis_of(worlds, discover(worlds.inputs, worlds.outcome(0.9), resamples=0), 0.9)
    assert not analysis.charts
    assert analysis.left_out == [
        "The chart “What tells the worlds apart” is left out, because there are no values for it."
    ]
    assert "in 50 of 50 worlds" in " ".join(analysis.answer)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("structure.product_specialists=9", "a case is written"),
        ("overlays:", "a case is written"),
        ("overlays: structure.product_specialist=9", "did you mean structure.product_specialists"),
        ("overlays: structure.product_specialists=9:4", "the range is empty"),
        ("overlays: structure.product_specialists=-1:4", "is not allowed"),
        ("overlays: structure.product_specialists=3", "nothing in it differs"),
        ("big: structure.n_reps=50", "cannot change overnight"),
        ("two: operations.wip_limit=8, operations.wip_limit=3:5", "given twice"),
    ],
)
def test_a_case_that_cannot_be_used_is_refused(tiny, case, words):
    with pytest.raises(InputError, match=words):
        read_decision(case, tiny)


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ("market.complexit", "did you mean market.complexity"),
        ("market.complexity=0.2:1.5", "complexity = 1.5 is not allowed"),
        ("market.complexity=0.8:0.2", "the range is empty"),
        ("market.complexity=0.5", "a range is written"),
        ("market.complexity=low:high", "must be a number"),
        ("market.phase=pmf", "give at least two"),
        ("market.phase=pmf:growth", "growth is not allowed"),
        ("structure.industry_specialists", "no range is known around 0"),
        ("structure.product_specialists=1:9", "the case sets"),
        ("organization.weeks=26:52", "the same in all worlds"),
    ],
)
def test_what_cannot_vary_is_refused(tiny, vary, words):
    with pytest.raises(InputError, match=words):
        read_varied([vary], tiny, read_decision(CASE, tiny))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"samples": 39}, "39 samples are not allowed"),
        ({"seeds": 0}, "0 seeds are not allowed"),
        ({"measure": "net_contributio"}, "did you mean net_contribution"),
        ({"weeks": -1}, "weeks = -1 is not allowed"),
        ({"seed": -1}, "seed = -1 is not allowed"),
    ],
)
def test_wrong_numbers_are_refused_before_anything_is_run(tiny, options, words):
    with pytest.raises(InputError, match=words):
        run_worlds(tiny, CASE, VARY, **options)


@pytest.mark.slow
def test_the_command_writes_a_folder(tiny, tmp_path, capsys):
    scenario, out = tmp_path / "tiny.toml", tmp_path / "out"
    scenario.write_text(tiny.to_toml(), encoding="utf-8")
    words = ["discover", str(scenario), "--case", CASE, "--vary", "market.complexity=0.1:0.9", "--samples", "40"]
    code = _run([*words, "--only", "--seeds", "2", "--weeks", "13", "--out", str(out)], debug=True)
    assert code == 0
    assert "open" in capsys.readouterr().out
    record = json.loads((out / "analysis.json").read_text(encoding="utf-8"))
    assert record["worlds"] == {"asked": 40, "used": 40, "learned_from": record["worlds"]["learned_from"]}
    assert len(pd.read_parquet(out / "worlds.parquet")) == 40
    assert (out / "report.html").is_file()
    assert len(list((out / "runs").glob("*/*"))) == 40
    assert _run([*words, "--only", "--seeds", "2", "--weeks", "13", "--out", str(out)], debug=True) == 0
    assert json.loads((out / "analysis.json").read_text(encoding="utf-8"))["worlds"] == record["worlds"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["discover"], "needs a SCENARIO"),
        (["discover", "baseline"], "needs a --case"),
        (["discover", "baseline", "--case", CASE, "--above", "nan"], "--above nan is not allowed"),
        (["discover", "--study", "nowhere"], "--study needs --above"),
        (["discover", "baseline", "--study", "x", "--above", "1"], "SCENARIO cannot be given with it"),
        (["discover", "--study", "x", "--above", "1", "--only"], "--only cannot be given with it"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(words, debug=False) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_study_that_lacks_what_is_asked_for_is_refused(tiny):
    with pytest.raises(InputError, match="did you mean win_rate"):
        worlds_of(study_of(tiny, np.linspace(0.1, 0.4, 50)), "win_rat")
    with pytest.raises(InputError, match="has 30 cases with win_rate"):
        worlds_of(study_of(tiny, np.linspace(0.1, 0.4, 30)), "win_rate")
    plan = StudyPlan.of(tiny, {"one": {}}, 2, weeks=13)
    with pytest.raises(InputError, match="differ in nothing"):
        worlds_of(Study(plan, pd.DataFrame()), "win_rate")
