"""The view that turns a wheel: the ring says what the command line says."""

from dataclasses import replace

import pytest
import solara

from sim.answers.folder import zipped
from sim.measures.loops import LOOPS
from sim.questions.wheel.gain import Question, turn_wheel
from sim.studies.worlds import PlausibleWorld
from sim.ui.gain import view
from sim.ui.gain.result import centre, loop_titles, ring_colours, ring_stages
from sim.ui.gain.view import GainView, Turned, WheelForm, ask, laid_out, turn
from sim.ui.jobs import JobStatus
from sim.ui.theme import LIGHT
from tests.sim.ui.views import SMALL, desk_of, fresh_job, status_of, texts

FORM = WheelForm(seeds="5", window="52")


@pytest.fixture(scope="module")
def turned() -> Turned:
    return turn(SMALL, FORM, fresh_job())


def test_the_ring_says_what_the_command_line_says(turned: Turned):
    same = turn_wheel(SMALL.load(), LOOPS["sales"], range(5), Question(window=52))
    assert turned.wheel.gain == same.gain
    assert turned.wheel.transfers == same.transfers
    assert turned.command == "flywheel wheel small.toml --loop sales --seeds 5 --cut --push 5% --window 52"
    stages = ring_stages(turned.wheel)
    assert [item["name"] for item in stages] == [stage.name for stage in LOOPS["sales"].stages]
    assert {item["kind"] for item in stages} <= set(ring_colours(LIGHT))
    assert sum(item["weakest"] for item in stages) == 1
    assert centre(turned.wheel)["gain"] in same.gain.__class__.__name__ + f"{same.gain.mean:.2f}".replace("-", "\u2212")


def test_shipped_loops_can_be_chosen():
    assert list(loop_titles())[:3] == ["sales", "leader", "evil"]
    assert "customers" in loop_titles()


def test_it_can_be_taken_along(turned: Turned):
    assert '"command": "flywheel wheel' in laid_out(turned).json()
    assert zipped(laid_out(turned).write)[:2] == b"PK"


def test_it_is_shown(turned: Turned):
    view.JOB.value.status.set(JobStatus("done", result=turned))
    _, context = solara.render(GainView(desk_of()), handle_error=False)
    assert turned.command in texts(context)
    assert "Cut by cut" in texts(context)
    context.close()
    view.JOB.value.status.set(JobStatus())
    _, context = solara.render(GainView(desk_of()), handle_error=False)
    assert "Is it a flywheel at all?" in texts(context)
    context.close()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seeds": "0"}, 'sets of twin runs = "0" is not allowed'),
        ({"push": "much"}, "must be a share such as 5%"),
        ({"push": "90%"}, "a push of 0.9 is not allowed"),
        ({"window": "3"}, "a window of 3 weeks is not allowed"),
        ({"loop": "/etc/passwd"}, "there is no loop /etc/passwd"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(changed: dict[str, str], said: str):
    status = status_of(lambda job: turn(SMALL, replace(FORM, **changed), job))
    assert (status.stage, said in status.problem) == ("failed", True), status.problem


@pytest.mark.slow
def test_how_the_wheel_moves_is_asked_as_the_command_line_does_and_shown_with_its_charts():
    found = ask(SMALL, replace(FORM, asked="motion"), fresh_job())
    assert found.answer[0].startswith(("The wheel ", "Whether the wheel "))
    assert found.command == "flywheel wheel small.toml --loop sales --seeds 5"
    view.JOB.value.status.set(JobStatus("done", result=found))
    _, context = solara.render(GainView(desk_of()), handle_error=False)
    shown = texts(context)
    assert found.answer[0] in shown
    assert found.command in shown
    assert "Where a next step pays" in shown
    context.close()
    view.JOB.value.status.set(JobStatus())


@pytest.mark.slow
def test_a_wheel_is_turned_in_plausible_worlds_as_the_command_line_does(monkeypatch: pytest.MonkeyPatch):
    own = [PlausibleWorld(f"world {number}", {"operations.wip_limit": 8 + number}) for number in range(2)]
    for place in ("sim.questions.wheel.worlds.worlds", "sim.ui.forms.work.worlds"):
        monkeypatch.setattr(place, lambda n=None: tuple(own[:n]))
    found = ask(SMALL, replace(FORM, asked="motion", worlds="2"), fresh_job())
    assert found.command == "flywheel wheel small.toml --loop sales --seeds 5 --worlds 2"
    assert list(found.tables["worlds"]["world"]) == ["world 0", "world 1"]
