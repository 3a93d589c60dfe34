"""What is said about wrong scenarios: one sentence for each problem, with its place and the way out."""

from __future__ import annotations

import pytest

from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario

BASE = Scenario.from_text("")
FOR_ALL = next(item for item in all_parameters() if item.lever == "organization" and item.type in (int, float))
FOR_REPS = next(item for item in all_parameters() if item.lever == "rep" and item.type is float)
TEAMS = """
[structure]
n_reps = 4
span_of_control = 2
[[teams]]
manager = "Ada"
region = "East"
sellers = ["Bo", "Cy"]
[[teams]]
manager = "Di"
sellers = ["Ed", "Flo"]
"""


def sentences(text: str) -> list[str]:
    """Read a wrong scenario; give what is said about it."""
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(text, file="mine.toml")
    assert error.value.exit_code == 2
    assert str(error.value).splitlines() == [str(problem) for problem in error.value.problems]
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[structure]\n\nn_repz = 3",
            ['mine.toml, line 3, [structure] n_repz: "n_repz" is not a parameter of [structure]; did you mean n_reps?'],
        ),
        (
            "[market]\nn_reps = 3",
            ['mine.toml, line 2, [market] n_reps: "n_reps" is not a parameter of [market]; it belongs to [structure]'],
        ),
        (
            "[structur]\nn_reps = 3",
            ['mine.toml, line 1, [structur]: "structur" is no section or key of a scenario; did you mean structure?'],
        ),
        ('nam = "x"', ['mine.toml, line 1, nam: "nam" is no section or key of a scenario; did you mean name?']),
        ("structure = 3", ["mine.toml, line 1, structure: 3 is not allowed; it must be a table, written [structure]"]),
        (
            'start_date = "2020-01-01"',
            [
                (
                    'mine.toml, line 1, start_date: "2020-01-01" is not allowed; it must be a valid date '
                    "(written without quotes)"
                )
            ],
        ),
        (
            "lines = 3",
            ["mine.toml, line 1, lines: 3 is not allowed; it must be a list of tables, each written [[lines]]"],
        ),
        ('claims = "E1"', ['mine.toml, line 1, claims: "E1" is not allowed; it must be a list']),
        (
            f'title = "{"x" * 201}"',
            [f'mine.toml, line 1, title: "{"x" * 56}... is not allowed; it must have at most 200 characters'],
        ),
        (
            "start_date = 9999-12-31",
            ["mine.toml, line 1, start_date: 9999-12-31 is not allowed; it must be less than or equal to 2199-12-31"],
        ),
        ('currency = ""', ['mine.toml, line 1, currency: "" is not allowed; it must not be empty']),
        ("a = 1\nb = 2\na = 3", ["mine.toml, line 3, a: this name stands there twice; keep one"]),
        (
            "[structure]\nn_reps = 1\nn_reps = 2",
            ["mine.toml, line 3, [structure] n_reps: this name stands there twice; keep one"],
        ),
        ("[market]\n[market]", ["mine.toml, line 2, market: this name stands there twice; keep one"]),
        ("x = = 3", ["mine.toml, line 1: this is not TOML: invalid value"]),
        ("x = [1,", ["mine.toml, line 1: this is not TOML: invalid value"]),
        ("a = " + "[" * 9999, ["mine.toml: this is not TOML: it is nested too deeply"]),
        (
            "format_version = 2",
            [
                (
                    "mine.toml, line 1, format_version: version 2 is newer than this program, which reads version 1; "
                    "update it"
                )
            ],
        ),
        (
            "format_version = 0",
            ["mine.toml, line 1, format_version: 0 is no format version; this program reads version 1"],
        ),
        (
            '[[interventions]]\nevent = "star_leaves"\nweeks = 1',
            [
                "mine.toml, line 1, [interventions 1] week: it is missing",
                (
                    'mine.toml, line 3, [interventions 1] weeks: "weeks" is not a key of [[interventions]]; '
                    "did you mean week?"
                ),
            ],
        ),
        (
            '[[interventions]]\nweek = 1\nevent = "star_leaves"\ntarget = {regio = "East"}',
            [
                (
                    'mine.toml, line 4, [interventions 1] target.regio: "regio" is not a key of a target; '
                    "did you mean region?"
                )
            ],
        ),
    ],
)
def test_a_wrong_file_gets_sentences_with_their_place(text: str, said: list[str]) -> None:
    assert sentences(text) == said


def test_all_problems_are_told_together_in_the_order_of_the_file() -> None:
    text = """[structure]
n_reps = 0
span = 3
[[lines]]
name = "a"
share = 0.4
price = 1
[organization]
weeks = "many"
"""
    said = sentences(text)
    assert [line.split(":")[0] for line in said] == [
        "mine.toml, line 2, [structure] n_reps",
        "mine.toml, line 3, [structure] span",
        "mine.toml, line 6, [lines 1] share",
        "mine.toml, line 9, [organization] weeks",
    ]


def test_the_error_gives_the_first_place_to_programs() -> None:
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text("[structure]\nn_reps = 0\n", file="mine.toml")
    first = error.value
    assert (first.file, first.section, first.key, first.line) == ("mine.toml", "structure", "n_reps", 2)


@pytest.mark.parametrize(
    ("body", "key", "said"),
    [
        ('event = "star_left"', "event", '"star_left" is not an event; did you mean star_leaves?'),
        ('event = "star_leaves"\nvalue = 3', "value", "an event takes arguments, no value"),
        ('event = "star_leaves"\narguments = {cont = 1}', "arguments", "did you mean count?"),
        (
            'event = "star_leaves"\narguments = {count = 1.5}',
            "arguments",
            "count = 1.5 is not allowed; it must be a whole",
        ),
        ('event = "star_leaves"\narguments = {count = 0}', "arguments", "whole number from 1 to 1,000 (reps)"),
        ('event = "demand_shock"', "arguments", "demand_shock needs factor, 0 to 10"),
        (f'event = "hire"\nparameter = "{FOR_ALL.dotted}"', "event", "both a parameter and an event; give one"),
        ("", "week", "neither a parameter nor an event; give one"),
        (
            'parameter = "training.hour"\nvalue = 1',
            "parameter",
            "training.hour is not a parameter; did you mean training.",
        ),
        ('parameter = "structure.n_reps"\nvalue = 1', "parameter", "structure.n_reps cannot change during a run"),
        (f'parameter = "{FOR_ALL.dotted}"', "parameter", f"the intervention has no value; {FOR_ALL.dotted} must be a"),
        (f'parameter = "{FOR_ALL.dotted}"\nvalue = true', "value", f"true is not allowed; {FOR_ALL.dotted} must be"),
        (f'parameter = "{FOR_ALL.dotted}"\nvalue = 0\narguments = {{x = 1}}', "arguments", "only an event takes"),
        (
            f'parameter = "{FOR_REPS.dotted}"\naction = "scale"\nvalue = -1',
            "value",
            "to scale, it must be a number from 0",
        ),
        (
            f'parameter = "{FOR_REPS.dotted}"\naction = "add"\nvalue = inf',
            "value",
            "inf is not allowed; to add, it must be",
        ),
        (
            f'parameter = "{FOR_REPS.dotted}"\naction = "times"\nvalue = 1',
            "action",
            "it must be 'set', 'add' or 'scale'",
        ),
        (f'parameter = "{FOR_ALL.dotted}"\nvalue = 0\ntarget = {{teams = [1]}}', "target", "belongs to the whole"),
        (f'parameter = "{FOR_REPS.dotted}"\nvalue = 0\ntarget = {{}}', "target", "it names nobody"),
        (f'parameter = "{FOR_REPS.dotted}"\nvalue = 0\ntarget = "all"', "target", "is not allowed"),
        ('event = "star_leaves"\nuntil = 5', "until", "5 is not allowed; it must be after week 5 and at most 52"),
    ],
)
def test_a_wrong_intervention_gets_a_sentence(body: str, key: str, said: str) -> None:
    (sentence,) = sentences(f"[organization]\nweeks = 52\n[[interventions]]\nweek = 5\n{body}\n")
    assert f"[interventions 1] {key}: " in sentence
    assert said in sentence


def test_an_intervention_after_the_end_is_refused() -> None:
    (sentence,) = sentences('[organization]\nweeks = 52\n[[interventions]]\nweek = 52\nevent = "star_leaves"')
    assert sentence.endswith("week 52 is after the end; organization.weeks is 52, so it must be 0 to 51")
    with pytest.raises(ScenarioError, match="after the end"):
        BASE.with_interventions([{"week": 100, "event": "star_leaves"}]).override({"organization.weeks": 60})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("n_reps = 4", "n_reps = 3"), "the teams list 4 sellers; structure.n_reps has 3 seats for them"),
        (('"Cy"]', '"Cy", "Guy"]'), "3 sellers report to Ada; structure.span_of_control allows 2"),
        (('"Di"', '"Ada"'), '"Ada" stands there 2 times; names must differ'),
        (('"Flo"', '"Cy"'), '"Cy" is already in the team of Ada; a seller is in one team'),
        (
            ("[structure]", '[[sellers]]\nname = "Bob"\n[structure]'),
            '"Bo" is not among the [[sellers]]; did you mean Bob?',
        ),
        (("[structure]", '[[sellers]]\nname = "Zoe"\n[structure]'), '"Zoe" is in no team'),
    ],
)
def test_impossible_teams_are_refused(change: tuple[str, str], said: str) -> None:
    assert Scenario.from_text(TEAMS).teams[0].sellers == ("Bo", "Cy")
    assert any(said in sentence for sentence in sentences(TEAMS.replace(*change)))


def test_sellers_need_teams_and_lines_differ_and_sum_to_one() -> None:
    assert "there are [[sellers]] but no [[teams]]" in sentences('[[sellers]]\nname = "Bo"')[0]
    line = '[[lines]]\nname = "a"\nshare = {}\nprice = 1\n'
    assert "sum to 0.9; they must sum to 1" in sentences(line.format(0.9))[0]
    assert '"a" stands there 2 times' in sentences(line.format(0.5) * 2)[0]


def test_overrides_tell_all_unknown_names_and_their_origin() -> None:
    with pytest.raises(ScenarioError) as error:
        BASE.override({"structure.nreps": 3, "training.hours_per_quartr": 3}, origin="case two")
    assert str(error.value).splitlines() == [
        "case two: structure.nreps is not a parameter; did you mean structure.n_reps?",
        "case two: training.hours_per_quartr is not a parameter; did you mean training.hours_per_quarter?",
    ]
    with pytest.raises(InputError, match=r"did you mean structure\.n_reps"):
        BASE["structure.n_rep"]


def test_reports_below_nothing_are_refused() -> None:
    text = "[operations]\ndistortion = 4.0\n[motivation]\nsandbagging = 0.3\n"
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(text, "s.toml")
    assert "[operations] distortion" in str(error.value)
    assert "operations.distortion times motivation.sandbagging is 1.2; it must be at most 1" in str(error.value)


@pytest.mark.parametrize("pay", [2.3e-309, 1.0, 999.0])
def test_pay_elsewhere_is_nothing_or_a_pay(pay: float):
    with pytest.raises(ScenarioError, match=r"it must be 0, for what the firm itself pays, or at least 1,?000"):
        BASE.override({"talent.market_pay": pay})
    for allowed in (0.0, 1000.0, 150_000.0):
        assert BASE.override({"talent.market_pay": allowed})["talent.market_pay"] == allowed
