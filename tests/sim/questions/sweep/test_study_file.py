"""Study files: what they may say, and that every mistake is told with its line."""

import json

import pytest

from scenarios import list_scenarios, list_studies, study_path_of
from sim.questions.sweep.run import plan_sweep
from sim.questions.sweep.study_file import StudyFile, json_schema, read_study, study_of
from sim.scenario.errors import InputError

GOOD = """scenario = "baseline"
question = "How many?"
design = "factorial"
seeds = [1, 2, 5]
weeks = 52
measure = "bookings"
measures = ["bookings", "win_rate"]
[set]
structure.n_reps = 24
"strategy.stretch" = 0.1
[parameters]
"structure.product_specialists" = [0, 4]
operations.wip_limit = { levels = [6, 12] }
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text, *settings):
        return study_of(text, "mine.toml", tmp_path, settings)

    return read_text


def test_a_study_is_read_with_names_quoted_or_not(read):
    spec = read(GOOD)
    assert (spec.name, spec.question, spec.seeds, spec.weeks) == ("mine", "How many?", (1, 2, 5), 52)
    assert (spec.scenario["structure.n_reps"], spec.scenario["strategy.stretch"]) == (24, 0.1)
    assert [one.dotted for one in spec.design.factors] == ["structure.product_specialists", "operations.wip_limit"]
    assert len(spec.design.cases) == 6
    assert (spec.measure, spec.measures) == ("bookings", ("bookings", "win_rate"))


def test_what_is_typed_comes_after_what_the_file_sets(read):
    assert read(GOOD, "structure.n_reps=30").scenario["structure.n_reps"] == 30


def test_cases_are_listed_in_the_file_or_beside_it(read, tmp_path):
    spec = read('scenario = "baseline"\n[cases.more]\nstructure.product_specialists = 9\n[cases.as_is]\n')
    assert [(case.name, dict(case.changes)) for case in spec.design.cases] == [
        ("more", {"structure.product_specialists": 9})
    ]
    (tmp_path / "mine.csv").write_text("operations.wip_limit\n5\n6\n")
    assert len(read('scenario = "baseline"\ncases = "mine.csv"\n').design.cases) == 2


def test_a_scenario_may_lie_beside_the_study(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "tiny.toml").write_text("[structure]\nn_reps = 6\n")
    file = tmp_path / "there" / "study.toml"
    file.write_text('scenario = "tiny.toml"\n[cases.a]\noperations.wip_limit = 5.0\n')
    monkeypatch.chdir(tmp_path)
    assert read_study(file).scenario["structure.n_reps"] == 6


def test_shipped_studies_can_be_planned_and_are_no_scenarios():
    assert list_studies()
    assert not set(list_studies()) & set(list_scenarios())
    for name in list_studies():
        spec = read_study(name)
        assert spec.question
        assert plan_sweep(spec.scenario, spec.design, spec.seeds, measure=spec.measure).runs <= 1000
        assert study_path_of(name).is_file()


def test_the_schema_names_every_key():
    names = {info.alias or name for name, info in StudyFile.model_fields.items()}
    assert set(json.loads(json.dumps(json_schema()))["properties"]) == names


SHORT = 'scenario = "baseline"\n'
VARIED = '[parameters]\noperations.wip_limit = "range"\n'


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("", "mine.toml", "scenario is missing; it must be the name of a shipped scenario"),
        ("scenario = 3\n", "line 1", "3 is not allowed; it must be the name"),
        ('scenario = "baselin"\ndesign = "factorial"\n' + VARIED, "line 1", "did you mean baseline?"),
        (SHORT + 'sample = 8\ndesign = "latin"\n' + VARIED, "line 2", '"sample" is no key of a study; did you mean s'),
        (SHORT + "structure.n_reps = 8\n", "line 2", "parameters that are varied stand in [parameters]"),
        (SHORT + 'design = "latn"\n' + VARIED, "line 2, design", '"latn" is not allowed; it must be one of factorial'),
        (SHORT + VARIED, "design", "it is missing; it must be one of factorial, latin"),
        (SHORT + 'design = "latin"\n' + VARIED, "samples", 'it is missing; design = "latin" needs the number'),
        (SHORT, "mine.toml", "nothing is varied; add [parameters] with a design, or cases"),
        (SHORT + 'design = "latin"\nsamples = 1\n' + VARIED, "line 3", "1 is not allowed; it must be a whole number"),
        (SHORT + 'design = "latin"\nsamples = 8\nlevels = 3\n' + VARIED, "line 4, levels", "this has no meaning for"),
        (SHORT + 'design = "factorial"\nsamples = 8\n' + VARIED, "line 3, samples", "it belongs to latin and sobol"),
        (SHORT + 'cases = "a.csv"\n' + VARIED, "line 2, cases", "either cases or parameters"),
        (SHORT + 'cases = "a.csv"\ndesign = "latin"\n', "line 3, design", "no meaning where cases are listed"),
        (SHORT + 'cases = "a.csv"\n', "a.csv", "there is no such file"),
        (SHORT + 'seeds = "many"\n[cases.a]\n', "line 2, seeds", "it must be a whole number from 2, or a list"),
        (SHORT + 'seeds = 4\nprecision = "2%"\n[cases.a]\n', "line 2, seeds", "give either seeds or a precision"),
        (SHORT + "max_seeds = 40\n[cases.a]\n", "line 2, max_seeds", "this belongs to a precision"),
        (SHORT + 'measure = "winrate"\n[cases.a]\n', "line 2, measure", 'no measure "winrate"; did you mean win_rate?'),
        (SHORT + 'measures = ["win_rate"]\n[cases.a]\n', "line 2, measures", "net_contribution decides"),
        (SHORT + 'keep = ["daily"]\n[cases.a]\n', "line 2, keep", '"daily" cannot be kept; choose of weekly, deals'),
        (SHORT + "[cases.a]\nstructure.n_rep = 5\n", "line 3, [cases.a] structure.n_rep", "did you mean"),
        (SHORT + '[cases.a]\n"operations.wip_limit" = -5\n', "line 3, [cases.a] operations.wip_limit", "-5 is not"),
        (SHORT + "[cases.a]\nstructure.n_reps = 5\n", "line 3", "cannot change overnight; with from_start = true"),
        (SHORT + "[cases.a]\norganization.weeks = 5\n", "line 3", "must be the same in all cases"),
        (SHORT + "[cases.as_is]\noperations.wip_limit = 5\n", "line 2", "reserved for no change"),
        (SHORT + "[cases.a]\n[set]\noperations.wip_limt = 5\n", "line 4, [set] operations.wip_limt", "did you mean"),
        (SHORT + "[cases.a]\n[set]\noperations.wip_limit = 900\n", "line 4", "900 is not allowed; it must be a number"),
        (SHORT + 'design = "latin"\nsamples = 8\n[parameters]\n"operations.wip_limit" = [5, 5]\n',
         "line 5, [parameters] operations.wip_limit", "the range is empty: low = 5 must be below high = 5"),
        (SHORT + 'design = "latin"\nsamples = 8\n[parameters]\noperations.wip_limt = [5, 6]\n',
         "line 5, [parameters] operations.wip_limt", "did you mean operations.wip_limit?"),
        (SHORT + 'design = "latin"\nsamples = 8\n[parameters]\nstructure.n_reps = [5, 6]\n', "line 5", "overnight"),
        ("scenario = [\n", "line", "this is not TOML"),
    ],
)  # fmt: skip
def test_each_mistake_is_a_sentence_with_its_place(read, text, place, part):
    with pytest.raises(InputError) as caught:
        read(text)
    said = str(caught.value)
    assert place in said
    assert part in said
    assert "\n" not in said


def test_all_mistakes_are_told_at_once(read):
    with pytest.raises(InputError) as caught:
        read(SHORT + 'design = "latin"\nsamples = 8\n[parameters]\noperations.wip_limit = [9, 5]\nbuyers.x = "range"\n')
    assert len(str(caught.value).split("\n")) == 2


def test_a_name_that_is_no_study_is_told():
    with pytest.raises(InputError, match="did you mean overlays_and_training"):
        read_study("overlays_and_trainin")
