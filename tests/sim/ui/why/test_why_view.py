"""The view that asks why: the answer is that of the command line, and what cannot be asked is told in a sentence."""

import threading
from dataclasses import replace

import ipyvuetify
import pytest
import solara

from sim.answers.folder import zipped
from sim.questions.why.explain import explain
from sim.scenario.scenario import Scenario
from sim.studies.worlds import PlausibleWorld
from sim.ui import jobs
from sim.ui.choice import Choice
from sim.ui.jobs import JobStatus
from sim.ui.theme import LIGHT
from sim.ui.why import view
from sim.ui.why.result import askable, chain_items, level_items, said_chart
from sim.ui.why.view import WhyAnswer, WhyForm, WhyView, ask
from tests.sim.ui.views import SMALL, desk_of, fresh_job, status_of, texts, until_done

STARVED = Choice("stalled", overrides=(("structure.n_reps", 16), ("organization.burn_in_weeks", 26)))
FORM = WhyForm(measure="win_rate", seeds="4", weeks="52")


@pytest.fixture(scope="module")
def answer() -> WhyAnswer:
    return ask(STARVED, FORM, fresh_job())


def test_the_answer_is_that_of_the_command_line(answer: WhyAnswer):
    same = explain(STARVED.load(), "win_rate", seeds=4, weeks=52)
    assert answer.why.as_is == same.as_is
    assert answer.why.levels == same.levels
    words = "--set structure.n_reps=16 --set organization.burn_in_weeks=26 --measure win_rate --seeds 4 --weeks 52"
    assert answer.command == f"flywheel why stalled {words}"


def test_the_chain_goes_from_the_measure_down_and_bars_share_a_scale(answer: WhyAnswer):
    assert answer.why.ends
    items = chain_items(answer.why, answer.why.ends[0])
    assert [items[0]["step"], items[0]["name"]] == ["Measure", "win rate"]
    assert len(items) == len(answer.why.ends[0].path)
    assert all(item["hint"] and item["amount"] for item in items)
    levels = level_items(answer.why)
    assert {level["zero"] for level in levels} == {levels[0]["zero"]}
    for level in levels:
        for row in level["rows"]:
            assert 0.0 <= row["low"] <= row["mean"] <= row["high"] <= 100.0
    assert all("off" not in name for name in askable())


def test_what_is_said_is_set_against_what_is_so():
    chart = said_chart({"price": 3, "value": 1}, {"price": 1, "attention": 1}, ("Reported", "True"), LIGHT)
    assert chart["yAxis"]["data"] == ["value", "attention", "price"]
    assert chart["series"][0]["data"] == [25.0, 0.0, 75.0]
    assert chart["series"][1]["data"] == [0.0, 50.0, 50.0]


def test_it_is_shown_and_can_be_taken_along(answer: WhyAnswer):
    view.JOB.value.status.set(JobStatus("done", result=answer))
    _, context = solara.render(WhyView(desk_of(STARVED)), handle_error=False)
    assert answer.command in texts(context)
    assert "The dashboard against the truth" in texts(context)
    context.close()
    view.JOB.value.status.set(JobStatus())
    assert zipped(view.laid_out(answer).write)[:2] == b"PK"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seeds": "1"}, 'pairs of runs = "1" is not allowed; it must be a whole number from 2 to 500'),
        ({"weeks": "soon"}, 'weeks = "soon" is not allowed; it must be a whole number from 1 to'),
        ({"goal": "more"}, 'goal = "more" is not allowed; it must be a number'),
        ({"measure": "nothing"}, "nothing"),
        ({"reference": "/etc/passwd"}, "there is no shipped scenario"),
        ({"scenario": "../baseline.toml"}, "there is no shipped scenario"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(changed: dict[str, str], said: str):
    status = status_of(lambda job: ask(SMALL, replace(FORM, **changed), job))
    assert status.stage == "failed"
    assert said in status.problem


def test_a_first_answer_from_few_runs_stands_when_it_is_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.0)
    job, reached = fresh_job(), threading.Event()
    job.status.subscribe(lambda status: reached.set() if status.result else None)
    job.start(lambda job: ask(SMALL, replace(FORM, seeds="500"), job))
    assert reached.wait(60)
    job.stop()
    status = until_done(job)
    assert (status.stage, status.text) == ("stopped", "Stopped; what was found until then stands.")
    assert status.result.why.seeds == 5
    assert status.result.why.as_is == explain(SMALL.load(), "win_rate", seeds=5, weeks=52).as_is
    assert "--seeds 5 " in status.result.command


def test_an_example_fills_the_form_and_is_answered(monkeypatch: pytest.MonkeyPatch):
    small = WhyForm(measure="win_rate", seeds="2", weeks="26")
    monkeypatch.setattr(view, "EXAMPLES", {"A small one": ("It is small.", small)})
    view.JOB.value.status.set(JobStatus())
    _, context = solara.render(WhyView(desk_of(SMALL)), handle_error=False)
    (button,) = [each for each in context.find(ipyvuetify.Btn).widgets if each.children == ["A small one"]]
    button.click()
    assert until_done(view.JOB.value).result.why.weeks == 26
    assert view.FORM.value == small
    context.close()
    view.JOB.value.status.set(JobStatus())
    view.FORM.set(WhyForm())


def test_before_anything_was_asked_it_says_what_it_is_for():
    view.JOB.value.status.set(JobStatus())
    _, context = solara.render(WhyView(desk_of()), handle_error=False)
    assert "Five whys, computed." in texts(context)
    context.close()


def test_a_scenario_brought_along_is_the_one_that_is_asked_about():
    assert isinstance(SMALL.load(), Scenario)
    answer = ask(SMALL, WhyForm(measure="attainment", seeds="2"), fresh_job())
    assert answer.why.scenario.name == "small"
    assert answer.command.startswith("flywheel why small.toml ")


def two_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [PlausibleWorld(f"world {number}", {"operations.wip_limit": 8 + number}) for number in range(2)]
    for place in ("sim.questions.why.deals.worlds", "sim.ui.forms.work.worlds"):
        monkeypatch.setattr(place, lambda n=None: tuple(own[:n]))


def test_plausible_worlds_are_asked_shown_and_taken_along(monkeypatch: pytest.MonkeyPatch):
    two_worlds(monkeypatch)
    found = ask(STARVED, replace(FORM, worlds="2"), fresh_job())
    assert found.over is not None
    assert list(found.over.found) == ["world 0", "world 1"]
    assert found.command.endswith("--worlds 2")
    assert "worlds" in view.laid_out(found).tables
    view.JOB.value.status.set(JobStatus("done", result=found))
    _, context = solara.render(WhyView(desk_of(STARVED)), handle_error=False)
    assert "Over 2 plausible worlds with 8 pairs each" in texts(context)
    context.close()
    view.JOB.value.status.set(JobStatus())


def test_worlds_that_are_stopped_leave_the_answer(monkeypatch: pytest.MonkeyPatch):
    two_worlds(monkeypatch)
    monkeypatch.setattr(jobs, "LEAST_BETWEEN", 0.0)
    job = fresh_job()
    job.status.subscribe(lambda status: job.stop() if "plausible worlds" in status.text else None)
    job.start(lambda job: ask(STARVED, replace(FORM, worlds="2"), job))
    status = until_done(job)
    assert (status.stage, status.result.over) == ("stopped", None)
    assert status.result.why.levels


def test_a_number_of_worlds_that_cannot_be_is_refused():
    status = status_of(lambda job: ask(STARVED, replace(FORM, worlds="many"), job))
    assert (status.stage, "plausible worlds" in status.problem) == ("failed", True)
