"""What the views that compute share: fields, numbers that are typed, and a job for each visitor."""

import ipyvuetify
import pytest
import solara
from solara.server.kernel import Kernel
from solara.server.kernel_context import VirtualKernelContext
from solara.toestand import Singleton

from sim.scenario.errors import InputError
from sim.ui.choice import Choice
from sim.ui.forms.answers import columns
from sim.ui.forms.fields import ParameterField
from sim.ui.forms.work import command_of, lasting_job, read_weeks, read_whole, subject_of, workers
from sim.ui.jobs import JobStatus


def test_each_visitor_has_a_job_of_their_own_that_ends_when_they_leave():
    ours = Singleton(lasting_job)
    first_visitor, second_visitor = (
        VirtualKernelContext(id=name, kernel=Kernel(), session_id=name) for name in ("one", "two")
    )
    with first_visitor:
        first = ours.value
        first.status.set(JobStatus("working", 1, 2))
        assert ours.value is first
    with second_visitor:
        assert ours.value is not first
        assert ours.value.status.value == JobStatus()
        form = solara.reactive("as it was")
        form.set("mine")
    with first_visitor:
        assert form.value == "as it was"
        assert not first.stopping
    first_visitor.close()
    assert first.stopping
    second_visitor.close()


def test_numbers_are_read_or_refused_in_a_sentence():
    assert read_whole(" 50 ", "seeds", 2, 500) == 50
    assert read_weeks("") is None
    assert read_weeks("52") == 52
    for text in ("", "1", "-3", "2.5", "many", "501", "9" * 400, "\N{SUPERSCRIPT TWO}"):
        with pytest.raises(InputError, match="must be a whole number from 2 to 500"):
            read_whole(text, "seeds", 2, 500)


def test_a_study_leaves_a_core_to_those_who_play():
    assert workers() >= 1


def test_the_subject_is_what_is_open_or_a_shipped_scenario():
    changed = Choice("healthy", overrides=(("structure.n_reps", 12),))
    assert subject_of(changed).scenario["structure.n_reps"] == 12
    assert subject_of(changed, "evil").words == ("evil",)
    assert command_of("why", subject_of(changed), "--seeds", "2") == (
        "flywheel why healthy --set structure.n_reps=12 --seeds 2"
    )
    with pytest.raises(InputError, match="there is no shipped scenario"):
        subject_of(changed, "scenarios/evil.toml")


def test_a_parameter_is_searched_for_in_the_browser():
    picked: list[str] = []
    _, context = solara.render(ParameterField("Parameter", "", picked.append), handle_error=False)
    (field,) = context.find(ipyvuetify.VuetifyTemplate).widgets
    items = field.items.value
    assert any(item["name"] == "structure.product_specialists" for item in items)
    assert not any(item["name"] == "structure.n_reps" for item in items), "it cannot change overnight"
    field.vue_pick("operations.wip_limit")
    assert picked == ["operations.wip_limit"]
    context.close()


def test_columns_know_their_side_and_hint():
    assert columns("a", "b", right=[1], hints={1: "what b is"}) == [
        {"text": "a", "right": False, "hint": ""},
        {"text": "b", "right": True, "hint": "what b is"},
    ]
