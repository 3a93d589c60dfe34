"""The view that compares: numbers of the command line, shown on the way, and a stop keeps what is finished."""

import threading
from dataclasses import replace

import ipyvuetify
import pytest
import solara

from sim.questions.compare.run import compare
from sim.studies.worlds import PlausibleWorld
from sim.ui import jobs
from sim.ui.compare import view
from sim.ui.compare.cases import Draft, free_name, shipped_cases
from sim.ui.compare.result import CompareOutcome, Line, Sight, effect_table, intervals_chart
from sim.ui.compare.run import CompareForm, run
from sim.ui.compare.view import CompareView
from sim.ui.jobs import JobStatus
from sim.ui.theme import DARK
from tests.sim.ui.views import SMALL, desk_of, fresh_job, status_of, texts, until_done

pytestmark = pytest.mark.usefixtures("drawn_once")

CASE = Draft("overlays", (("structure.product_specialists", "5"),))
FORM = CompareForm(cases=(CASE,), seeds="3")


@pytest.fixture(scope="module")
def outcome() -> CompareOutcome:
    return run(SMALL, FORM, fresh_job())


def test_the_numbers_are_those_of_the_command_line(outcome: CompareOutcome):
    same = compare(SMALL.load(), {"overlays": {"structure.product_specialists": 5}}, 3).effect("overlays")
    (line,) = outcome.sight.lines
    assert (line.mean, line.low, line.high) == (same["difference"], same["low"], same["high"])
    assert outcome.files[:2] == b"PK"
    assert "--case 'overlays: structure.product_specialists=5' --seeds 3" in outcome.material.command


def test_what_is_known_is_shown_on_the_way(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.0)
    sights: list[Sight] = []
    job = fresh_job()
    job.status.subscribe(lambda status: sights.append(status.result.sight) if status.result else None)
    job.start(lambda job: run(SMALL, FORM, job))
    until_done(job)
    assert {1, 2, 3} <= {sight.seeds for sight in sights}


def test_a_stop_keeps_the_pairs_that_are_finished(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.0)
    job, reached = fresh_job(), threading.Event()
    job.status.subscribe(lambda status: reached.set() if status.result else None)
    job.start(lambda job: run(SMALL, replace(FORM, seeds="400"), job))
    assert reached.wait(60)
    job.stop()
    status = until_done(job)
    assert status.stage == "done"
    assert 1 <= status.result.sight.seeds < 400
    assert any("It was stopped" in note for note in status.result.material.notes)


def test_the_table_says_what_each_measure_is(outcome: CompareOutcome):
    rows, hints, strong = effect_table(outcome.material, every=False)
    everything = effect_table(outcome.material, every=True)[0]
    assert rows[strong[0]][0] == "Net contribution"
    assert len(everything) > len(rows) == len(hints)
    assert all("Unit:" in hint for hint in hints)


def test_an_interval_that_is_not_known_yet_leaves_its_bar_out():
    sight = Sight("net_contribution", "USD", 1, (Line("a", 2e5, float("nan"), float("nan")), Line("b", 3e6, 1e6, 5e6)))
    chart = intervals_chart(sight, DARK)
    assert [part["type"] for part in chart["series"]] == ["scatter", "line", "scatter"]
    assert chart["series"][1]["data"] == [[1.0, "B"], [5.0, "B"]]
    assert chart["xAxis"]["name"] == "Difference from as is, million USD"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (replace(FORM, cases=()), "there is no case to compare with; add one"),
        (replace(FORM, seeds="0"), 'pairs of runs = "0" is not allowed'),
        (replace(FORM, measure="luck"), "there is no measure luck"),
        (replace(FORM, precision="often"), "often"),
        (replace(FORM, cases=(Draft("x", (("structure.product_specialist", "3"),)),)), "structure.product_specialists"),
        (replace(FORM, cases=(Draft("x", (("structure.product_specialists", "many"),)),)), "must be a whole number"),
        (replace(FORM, cases=(Draft("x", scenario="/etc/passwd"),)), "there is no shipped scenario"),
        (replace(FORM, cases=(Draft("<b>", CASE.settings),)), "and begins with a letter, a digit or _"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_told_in_a_sentence(form: CompareForm, said: str):
    status = status_of(lambda job: run(SMALL, form, job))
    assert (status.stage, said in status.problem) == ("failed", True), status.problem


def test_cases_are_put_together():
    case = Draft("mine").with_setting("operations.wip_limit", "8").with_setting("operations.wip_limit", "9")
    assert case.changes() == {"operations.wip_limit": 9}
    assert case.without("operations.wip_limit").settings == ()
    assert case.words == ("--case", "mine: operations.wip_limit=9")
    assert Draft("evil", scenario="evil").words == ("--with", "evil")
    assert set(shipped_cases()) == {"overlays", "training"}
    assert free_name("mine", ["mine", "mine 2"]) == "mine 3"
    assert CompareForm(cases=(Draft("evil", scenario="evil"),)).whole


def test_what_was_done_live_is_a_case():
    action = {"week": 4, "parameter": "structure.product_specialists", "action": "set", "value": 5}
    view.FORM.set(replace(FORM, cases=()))
    _, context = solara.render(CompareView(desk_of(actions=(action,))), handle_error=False)
    (add,) = [button for button in context.find(ipyvuetify.Btn).widgets if "Add what was done live" in button.children]
    add.click()
    assert "1 intervention by hand in the live run, each in its week" in texts(context)
    outcome = run(SMALL, replace(view.FORM.value, seeds="2"), fresh_job())
    assert outcome.sight.lines[0].case == "done live"
    assert outcome.sight.lines[0].mean != 0.0
    assert outcome.material.command == ""
    context.close()
    view.FORM.set(CompareForm())


def test_the_view_shows_the_answer_and_cases_can_be_added(outcome: CompareOutcome):
    view.FORM.set(FORM)
    view.JOB.value.status.set(JobStatus("done", result=outcome))
    _, context = solara.render(CompareView(desk_of()), handle_error=False)
    assert "What would overlays do to net contribution over 26 weeks?" in texts(context)
    (add,) = [button for button in context.find(ipyvuetify.Btn).widgets if "Add training" in button.children]
    add.click()
    assert [case.name for case in view.FORM.value.cases] == ["overlays", "training"]
    context.close()
    view.JOB.value.status.set(JobStatus())
    view.FORM.set(CompareForm())


def in_two_worlds(monkeypatch: pytest.MonkeyPatch, **more: object) -> CompareForm:
    own = [PlausibleWorld(f"world {number}", {"operations.wip_limit": 8 + number}) for number in range(2)]
    monkeypatch.setattr("sim.questions.compare.worlds.worlds", lambda n=None: tuple(own[:n]))
    monkeypatch.setattr("sim.ui.forms.work.worlds", lambda n=None: tuple(own[:n]))
    return replace(FORM, worlds="2", **more)


def test_plausible_worlds_are_asked_as_the_command_asks_them(monkeypatch: pytest.MonkeyPatch):
    outcome = run(SMALL, in_two_worlds(monkeypatch), fresh_job())
    assert outcome.material.worlds["world"].nunique() == 2
    assert "--seeds 3 --worlds 2" in outcome.material.command
    assert any("plausible worlds" in note for note in outcome.material.notes)


def test_worlds_that_were_stopped_are_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.0)
    job = fresh_job()
    job.status.subscribe(lambda status: job.stop() if "plausible worlds" in status.text else None)
    outcome = run(SMALL, in_two_worlds(monkeypatch), job)
    assert outcome.material.worlds.empty
    assert "Plausible worlds are left out: it was stopped before all of them were run." in outcome.material.notes


@pytest.mark.parametrize("typed", ["1", "41", "all", "-2"])
def test_a_number_of_worlds_that_cannot_be_is_refused(typed: str):
    status = status_of(lambda job: run(SMALL, replace(FORM, worlds=typed), job))
    assert (status.stage, "plausible worlds" in status.problem) == ("failed", True)
