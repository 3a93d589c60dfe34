"""The view that maps an outcome: cells come coarse to fine, equal what a sweep finds, and can be run live."""

import threading
from dataclasses import replace

import ipyvuetify
import pytest
import solara

from sim.measures.whole_run import summary_of
from sim.questions.compare.run import compare
from sim.questions.sweep.run import sweep
from sim.studies.designs import full_factorial
from sim.studies.factors import factor
from sim.studies.worlds import PlausibleWorld
from sim.ui import jobs
from sim.ui.choice import Choice
from sim.ui.explore import view
from sim.ui.explore.result import as_csv, best_of, grid, kind, settings
from sim.ui.explore.run import Axis, ExploreForm, MapCell, Mapped, explore, waves_of
from sim.ui.explore.view import ExploreView, run_of
from sim.ui.jobs import JobStatus
from sim.ui.theme import DARK, LIGHT
from tests.sim.ui.views import SMALL, desk_of, fresh_job, status_of, texts, until_done

FORM = ExploreForm(
    across=Axis("structure.product_specialists", "0", "4"), up=Axis("training.hours_per_quarter"), size="2", seeds="3"
)


@pytest.fixture(scope="module")
def mapped() -> Mapped:
    return explore(SMALL, FORM, fresh_job())


def test_cells_equal_what_a_sweep_finds(mapped: Mapped):
    scenario = SMALL.load()
    assert all(scenario[name] in levels for name, levels in zip(mapped.names, mapped.levels, strict=True))
    factors = [
        factor(scenario, name, {"levels": list(levels)})
        for name, levels in zip(mapped.names, mapped.levels, strict=True)
    ]
    study = sweep(scenario, full_factorial(scenario, factors), 3, measures=["net_contribution"])
    effects = study.effects.set_index("case")
    for case in study.design.cases:
        place = tuple(
            levels.index(case.changes[name]) for name, levels in zip(mapped.names, mapped.levels, strict=True)
        )
        cell, row = mapped.cells[place], effects.loc[case.name]
        assert (cell.n, cell.difference, cell.low) == (3, row["difference"], row["low"])
    as_is = next(place for place in mapped.cells if mapped.is_as_is(place))
    assert mapped.cells[as_is].difference == 0.0
    assert len(mapped.cells) == len(study.design.cases) + 1


def test_it_fills_coarse_to_fine():
    waves = waves_of(5, 3)
    assert waves[0] == [(0, 0), (4, 0), (0, 2), (4, 2)]
    assert sum(map(len, waves)) == 15
    assert {place for wave in waves for place in wave} == {(i, j) for i in range(5) for j in range(3)}
    assert waves_of(1, 1) == [[(0, 0)]]


def test_a_stop_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.0)
    job, reached = fresh_job(), threading.Event()
    job.status.subscribe(lambda status: reached.set() if status.result else None)
    job.start(lambda job: explore(SMALL, replace(FORM, seeds="200", size="6"), job))
    assert reached.wait(60)
    job.stop()
    status = until_done(job)
    assert status.stage == "done"
    assert status.result.stopped
    assert 0 < sum(cell.n for cell in status.result.cells.values()) < 200 * 30


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_map_says_what_is_known_and_what_is_not(mapped: Mapped, theme):
    part = replace(mapped, cells={(0, 0): mapped.cells[0, 0]})
    cells = grid(part, (0, 0), theme)["cells"]
    assert [cell["known"] for cell in cells].count(True) == 1
    assert cells[0]["picked"]
    assert grid(mapped, None, theme)["words"] == ["worse", "better"]
    lines = as_csv(mapped).splitlines()
    assert len(lines) == len(mapped.cells) + 1
    assert lines[0].startswith("structure.product_specialists,training.hours_per_quarter,pairs,net_contribution")


def test_a_sign_is_given_only_where_the_interval_leaves_zero_out(mapped: Mapped):
    nan = float("nan")
    assert kind(mapped, MapCell(3, 1.0, 2.0, 1.0, 3.0, -1.0, 5.0)) == "better"
    assert kind(replace(mapped, measure="cost"), MapCell(3, 1.0, 2.0, 1.0, 3.0, 0.5, 5.0)) == "worse"
    assert kind(mapped, MapCell(3, 1.0, 2.0, -1.0, 5.0, -9.0, 9.0)) == "unclear"
    assert kind(mapped, MapCell(1, 1.0, 2.0, nan, nan, nan, nan)) == "first"
    assert best_of(replace(mapped, cells={})) is None


def test_a_cell_is_run_live_with_its_levers_pulled_at_week_0_or_so_from_the_start(mapped: Mapped):
    now = replace(SMALL, seed=7, overrides=(("operations.wip_limit", 9),))
    chosen = run_of(now, mapped, (0, 0))
    assert (chosen.seed, chosen.weeks, dict(chosen.overrides)) == (7, 0, {"operations.wip_limit": 9})
    assert {fields["parameter"]: fields["value"] for fields in chosen.manual_actions()} == mapped.changes((0, 0))
    always = run_of(now, replace(mapped, from_start=True), (0, 0))
    assert (always.interventions, dict(always.overrides)) == (
        (), {"operations.wip_limit": 9, **mapped.changes((0, 0))},
    )  # fmt: skip
    other = run_of(now, replace(mapped, chosen="healthy"), (0, 0))
    assert (other.scenario, other.text, other.seed) == ("healthy", "", 7)


def test_what_is_run_live_comes_to_what_the_cell_says_of_its_seed(mapped: Mapped):
    changes = mapped.changes((0, 0))
    pairs = compare(SMALL.load(), {"cell": changes}, 2).per_seed.set_index(["case", "seed", "measure"])["value"]
    for seed in (0, 1):
        session = run_of(replace(SMALL, seed=seed), mapped, (0, 0)).open()
        session.advance(26)
        assert summary_of(session.world)["net_contribution"] == pairs["cell", seed, "net_contribution"]


def test_it_is_shown_and_another_cell_can_be_picked(mapped: Mapped):
    view.JOB.value.status.set(JobStatus("done", result=mapped))
    _, context = solara.render(ExploreView(desk_of()), handle_error=False)
    assert "The best cell so far" in texts(context)
    (field,) = [
        widget
        for widget in context.find(ipyvuetify.VuetifyTemplate).widgets
        if hasattr(widget, "vue_pick") and hasattr(widget, "map")
    ]
    field.vue_pick([0, 0])
    assert "The cell you picked" in texts(context)
    assert settings(mapped, (0, 0))[0] in texts(context)
    field.vue_pick(["x", None])
    field.vue_pick("<b>")
    context.close()
    view.JOB.value.status.set(JobStatus())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"size": "99"}, 'values of each parameter = "99" is not allowed'),
        ({"seeds": "1"}, 'pairs of runs = "1" is not allowed'),
        ({"up": FORM.across}, "structure.product_specialists is varied twice"),
        ({"up": Axis("luck")}, "luck is not a parameter"),
        ({"up": Axis("operations.wip_limit", "few", "9")}, 'operations.wip_limit: "few" is no number'),
        ({"up": Axis("operations.wip_limit", "9", "")}, "high is missing"),
        ({"up": Axis("structure.n_reps")}, "cannot change overnight"),
        ({"up": Axis("structure.n_reps", "6", "50000"), "from_start": True}, "the page plays at most"),
        ({"measure": "joy"}, "there is no measure joy"),
    ],
)
def test_what_cannot_be_mapped_is_told_in_a_sentence(changed: dict[str, object], said: str):
    status = status_of(lambda job: explore(Choice(text=SMALL.text), replace(FORM, **changed), job))
    assert (status.stage, said in status.problem) == ("failed", True), status.problem


def test_a_map_is_repeated_in_plausible_worlds_shown_and_taken_along(monkeypatch: pytest.MonkeyPatch):
    own = [PlausibleWorld(f"world {number}", {"operations.wip_limit": 8 + number}) for number in range(2)]
    for place in ("sim.questions.sweep.worlds.worlds", "sim.ui.forms.work.worlds"):
        monkeypatch.setattr(place, lambda n=None: tuple(own[:n]))
    found = explore(SMALL, replace(FORM, worlds="2", weeks="26"), fresh_job())
    assert found.over is not None
    assert [one.world.name for one in found.over.found] == ["world 0", "world 1"]
    assert "worlds" in view.laid_out(found.sweep, found.over).tables
    view.JOB.value.status.set(JobStatus("done", result=found))
    _, context = solara.render(ExploreView(desk_of()), handle_error=False)
    assert "Over 2 plausible worlds with 8 pairs each" in texts(context)
    context.close()
    view.JOB.value.status.set(JobStatus())


def test_a_number_of_worlds_that_cannot_be_is_refused_before_anything_is_run():
    status = status_of(lambda job: explore(SMALL, replace(FORM, worlds="1"), job))
    assert (status.stage, "plausible worlds" in status.problem) == ("failed", True)
