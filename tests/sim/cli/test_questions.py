"""Questions as data: their models say what their commands take, and asking from Python is asking the command."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import typer

import sim
from agents import Rep
from sim.cli import main as cli
from sim.cli.main import app
from sim.cli.questions import QUESTIONS, _name, check, model_of, schema_of
from sim.scenario.errors import InputError
from tests.worlds import small

COMMANDS = typer.main.get_command(app).commands
FIELDS = [(question, field) for question in QUESTIONS for field in model_of(question).model_fields]
CASE = ["more: structure.product_specialists=3"]


class Farming(Rep):
    """Gives customers all hours of prospecting."""

    def plan_hours(self):
        super().plan_hours()
        self.hours_growth += self.hours_prospecting
        self.hours_prospecting = 0.0


class FarmingOrg(sim.SalesOrg):
    rep_class = Farming


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_takes_what_its_command_does_but_for_where_the_answer_goes(question):
    taken = {_name(item) for item in COMMANDS[question].params} - {"out", "json", "plan", "core_hour", "schema", "help"}
    assert set(model_of(question).model_fields) == taken
    assert schema_of(question)["additionalProperties"] is False


@pytest.mark.parametrize(("question", "field"), FIELDS, ids=lambda value: value)
def test_a_field_says_what_it_means_and_refuses_what_it_is_not(question, field):
    described = schema_of(question)["properties"][field]
    assert len(described["description"]) > 5
    assert described["changes"] in ("answer", "effort")
    needed = {name: "x" for name, one in model_of(question).model_fields.items() if one.is_required()}
    with pytest.raises(InputError, match=rf"{field} = {{}}: (input should|it must) be"):
        check(question, {**needed, field: {}})


def test_a_number_has_its_ends_in_the_schema_and_is_held_to_them():
    seeds = schema_of("compare")["properties"]["seeds"]["anyOf"][0]
    assert (seeds["minimum"], seeds["maximum"]) == (2, 1_000_000)
    with pytest.raises(InputError, match="seeds = 1 is not allowed; it must be at least 2"):
        check("compare", {"scenario": "baseline", "seeds": 1})
    assert check("compare", {"scenario": "baseline", "seeds": 2})["seeds"] == 2


def test_everything_wrong_is_told_together():
    with pytest.raises(InputError) as caught:
        check("compare", {"sed": 3, "weeks": "many"})
    told = str(caught.value)
    assert "scenario is missing" in told
    assert "did you mean seeds" in told
    assert "weeks = 'many'" in told


def test_an_unknown_question_names_the_nearest(capsys):
    with pytest.raises(InputError, match="did you mean compare"):
        sim.ask("compar")
    with pytest.raises(InputError, match="there is no such question"):
        sim.ask(["compare"])
    assert cli._run(["schema", "compar"], debug=False) == 2
    assert "did you mean compare" in capsys.readouterr().err


def test_asking_from_python_gives_what_the_command_writes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scenario = small({})
    (tmp_path / "tiny.toml").write_text(scenario.to_toml(), encoding="utf-8")
    before = list(sys.argv)
    found = sim.ask("compare", scenario, case=CASE, seeds=2, weeks=13)
    assert capsys.readouterr().out == ""
    assert sys.argv == before
    assert list(tmp_path.iterdir()) == [tmp_path / "tiny.toml"]
    words = ["compare", "tiny.toml", "--case", *CASE, "--seeds", "2", "--weeks", "13", "--out", "typed.json"]
    assert cli._run(words, debug=False) == 0
    typed = json.loads((tmp_path / "typed.json").read_text(encoding="utf-8"))
    assert found.answer == typed["answer"]
    assert found.command.endswith("--seeds=2 --weeks=13 -- scenario.toml")


def test_questions_asked_at_once_from_threads_do_not_mix(capsys):
    scenario = small({})
    more = ["more: training.hours_per_quarter=9"]
    asked = [("compare", {"case": CASE, "seeds": 2}), ("run", {"seed": 1}), ("compare", {"case": more, "seeds": 2})]

    def ask(one):
        found = sim.ask(one[0], scenario, weeks=13, **one[1])
        return found.answer, found.command

    alone = [ask(one) for one in asked]
    with ThreadPoolExecutor(len(asked)) as threads:
        together = list(threads.map(ask, asked * 2))
    assert together == alone * 2
    sys.stdout.write("mine")
    assert capsys.readouterr().out == "mine"


def test_a_name_too_long_for_any_file_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="too long"):
        sim.ask("wheel", "baseline", cut=True, loop="x" * 5000)


def test_an_answer_can_also_be_written(tmp_path):
    out = tmp_path / "answer.xlsx"
    assert sim.ask("retention", "baseline", seeds=2, weeks=13, out=out).facts["gross"] > 0.5
    assert out.is_file()


def test_rules_of_ones_own_reach_a_question_asked_by_name():
    scenario = small({})
    shipped, own = (
        sim.ask("run", scenario, seed=1, weeks=13, model=model).tables["weekly"]["hours_prospecting"].sum()
        for model in (None, FarmingOrg)
    )
    assert own == 0.0 < shipped
    again = sim.ask("run", scenario.with_model(FarmingOrg), seed=1, weeks=13)
    assert again.tables["weekly"]["hours_prospecting"].sum() == 0.0


def test_a_schema_is_printed_for_programs(capsys):
    assert cli._run(["schema", "why"], debug=False) == 0
    assert json.loads(capsys.readouterr().out) == schema_of("why")
