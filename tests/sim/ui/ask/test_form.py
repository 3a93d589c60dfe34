"""What a form comes to: a request of this visitor's scenario; and what a visitor may not ask of a shared server."""

import json
from dataclasses import replace

import pytest

from sim.answers.handed import REQUEST
from sim.scenario.scenario import Scenario
from sim.ui.ask.form import OWN, AskForm, Upload, key_of, refused_of, request_of
from sim.ui.choice import Choice
from tests.sim.ui.ask.asked import TARGETS, filled
from tests.sim.ui.views import SMALL

CASE = ("more: structure.product_specialists=9",)
CHANGED = Choice(overrides=(("operations.wip_limit", 8), ("structure.n_reps", 12)))


def request(choice: Choice, form: AskForm) -> dict[str, object]:
    return json.loads(request_of(choice, form)[REQUEST])


def test_what_is_open_is_asked_about_with_what_was_changed_in_it():
    asked = request(CHANGED, filled("compare", case=CASE, seeds="3", set=("structure.n_reps=20",)))
    workers = asked.pop("workers")
    assert asked == {
        "question": "compare", "scenario": "baseline", "case": list(CASE), "seeds": 3,
        "set": ["operations.wip_limit=8", "structure.n_reps=20"],
    }  # fmt: skip
    assert isinstance(workers, int)
    assert request(CHANGED, filled("run", "evil")) == {"question": "run", "scenario": "evil"}


def test_a_scenario_that_was_brought_along_goes_with_the_question():
    files = request_of(SMALL, filled("run"))
    assert json.loads(files[REQUEST])["scenario"] == OWN
    assert Scenario.from_text(files[OWN].decode()).digest() == SMALL.load().digest()


def test_a_question_has_the_same_place_however_much_is_run_for_it():
    def key(form: AskForm, choice: Choice = SMALL) -> str:
        return key_of(form, request_of(choice, form))

    few = key(filled("compare", case=CASE, seeds="3"))
    assert few == key(filled("compare", case=CASE, seeds="9"))
    assert few != key(filled("compare", case=CASE, seeds="3", weeks="13"))
    assert few != key(filled("compare", case=CASE, seeds="3"), Choice())
    assert key(filled("calibrate")) != key(
        filled("calibrate").with_upload("source", Upload("t.toml", TARGETS.replace(b"0.25", b"0.3")))
    )


@pytest.mark.parametrize(
    ("question", "given", "field", "told"),
    [
        ("compare", {"seeds": "501"}, "seeds", "at most 500"),
        ("compare", {"worlds": "all"}, "worlds", "must be a whole number"),
        ("compare", {"worlds": "worlds.json"}, "worlds", "must be a whole number"),
        ("compare", {"worlds": "301"}, "worlds", "at most 300"),
        ("pilot", {"worlds": "301"}, "worlds", "at most 300"),
        ("run", {"set": ("structure.n_rep=6",)}, "set", "n_rep"),
        ("run", {"set": ("structure.n_reps=4000",)}, "", "the page plays at most"),
        ("sweep", {"set": ("structure.n_reps=4000",)}, "", "the page plays at most"),
        ("compare", {"case": ("big: structure.product_specialists=40000",)}, "", "the page plays at most"),
        ("compare", {"case": ("x: structure.n_reps=900, market.accounts_per_rep=900",)}, "", "the page plays at most"),
        ("pilot", {"lever": ("structure.product_specialists=*900",)}, "", "the page plays at most"),
        ("invest", {"lever": ("structure.product_specialists=0..2e4/1",)}, "", "the page plays at most"),
        ("sensitivity", {"parameter": ("structure.n_reps=10:30000",)}, "", "the page plays at most"),
        ("calibrate", {"fit": ("structure.n_reps=10:30000",)}, "", "the page plays at most"),
        ("wheel", {"map": ("structure.telesales_specialists=1,50000",)}, "", "the page plays at most"),
        ("compare", {"case": tuple(f"{n}: operations.wip_limit={n}" for n in range(1, 14))}, "case", "13 entries"),
        ("pilot", {"sizes": ",".join("1" * 30)}, "sizes", "more than 24 values"),
        ("discover", {"case": "x" * 500}, "case", "longer than 400"),
        ("wheel", {"loop": "../loop.toml"}, "loop", "choose one of the list"),
        ("why", {"reference": "/etc/passwd"}, "reference", "choose one of the list"),
    ],
)  # fmt: skip
def test_a_visitor_may_not_ask_for_more_than_a_shared_server_has(
    question: str, given: dict[str, str | tuple[str, ...]], field: str, told: str
):
    refused = refused_of(Choice(), filled(question, **given))
    assert told in refused.get(field, ""), refused


def test_settings_that_are_wrong_are_told_beside_what_else_is():
    refused = refused_of(Choice(), filled("run", weeks="5000", set=("structure.n_rep=6",)))
    assert set(refused) == {"weeks", "set"}
    assert "did you mean structure.n_reps" in refused["set"]


def test_numbers_of_other_parameters_do_not_make_an_organization_large():
    case = ("more: structure.product_specialists=9, organization.cost_per_call=90000, operations.wip_limit=8",)
    assert refused_of(Choice(), filled("compare", case=case)) == {}
    assert refused_of(Choice(), filled("pilot", lever=("structure.product_specialists=+12",))) == {}


@pytest.mark.parametrize("name", ["workers", "cluster", "executor", "store", "shard", "worlds_of", "study"])
def test_what_is_the_servers_is_not_asked_for_even_by_a_browser_that_lies(name: str):
    form = filled("discover", **{name: "/etc"})
    assert name not in form.values()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.toml", b'scenario = "/etc/passwd"\n', "must be the name of a shipped scenario"),
        ("t.toml", b'scenario = "secret.toml"\n', "must be the name of a shipped scenario"),
        ("t.toml", b"scenario = \n", "is no TOML"),
        ("../../t.toml", b"\xff\xfe\xff", "t.toml"),
    ],
)
def test_a_file_that_was_sent_opens_no_other(name: str, data: bytes, told: str):
    form = filled("calibrate").with_upload("source", Upload(name, data))
    assert told in refused_of(SMALL, form)["source"]


def test_a_file_is_called_by_its_kind_alone():
    for sent, kept in (("../../etc/export.CSV", "source.csv"), ("a.toml", "source.toml"), ("/x/y", "source.toml")):
        form = filled("calibrate").with_upload("source", Upload(sent, TARGETS))
        assert set(request_of(SMALL, form)) == {REQUEST, kept}


def test_each_question_keeps_what_was_typed_for_it():
    form = replace(filled("run", weeks="13"), question="capacity")
    assert "weeks" not in form.values()
    assert replace(form, question="run").values()["weeks"] == 13
