"""Lesson files: what they may say, and that every mistake is told with its line and reason."""

from pathlib import Path

import pytest

from scenarios import lesson_path_of, list_lessons, list_scenarios
from sim.questions.lesson.reading import Broken, Lesson, is_lesson, lesson_of, lessons_in, read_lesson
from sim.scenario.errors import InputError

GOOD = """title = "Mine"
summary = "One push."
minutes = 5
claims = ["F1"]
scenario = "baseline"
seed = 3
[set]
structure.n_reps = 6
[[chapters]]
title = "Before"
caption = "A usual quarter."
show = ["wheel", "win_rate"]
quarters = 1
[[chapters]]
title = "After"
caption = "More training."
until = 26
reveal = "Bookings {gain}, or {gain:size}."
[[chapters.acts]]
branch = "B"
fork = "A"
label = "More training"
[[chapters.acts]]
branch = "B"
parameter = "training.hours_per_quarter"
value = 20.0
[chapters.measured.gain]
measure = "bookings"
branch = "B"
against = "A"
[chapters.prediction]
question = "What happens?"
answer = "gain"
options = [{ text = "Less", below = 0.0 }, { text = "More" }]
"""


def read(text: str, folder: Path = Path()) -> Lesson:
    return lesson_of(text, "mine.toml", folder)


def line_with(text: str, what: str) -> int:
    return next(row for row, line in enumerate(text.splitlines(), start=1) if what in line)


def test_a_lesson_is_read_with_its_weeks():
    lesson = read(GOOD)
    assert lesson.name == "mine"
    assert lesson.spans == ((0, 13), (13, 26))
    assert lesson.scenarios[""]["structure.n_reps"] == 6
    assert [act.branch for act in lesson.spec.chapters[1].acts] == ["B", "B"]


TEXT = 'reveal = "Bookings {gain}, or {gain:size}."'
OPTIONS = '[{ text = "Less", below = 0.0 }, { text = "More" }]'
WRONG = {
    "a key nobody knows": ("minutes = 5", "minutes = 5\ncolor = 1", "color", '"color" is no key of a lesson'),
    "a key of a chapter": ("quarters = 1", "quarter = 1", "quarter =", "did you mean quarters?"),
    "a wrong value": ("minutes = 5", 'minutes = "five"', "minutes", '"five" is not allowed; it must be a whole number'),
    "a value too large": ("minutes = 5", "minutes = 500", "minutes", "from 1 to 240"),
    "a claim": ('["F1"]', '["F99"]', "claims", 'there is no claim "F99"; did you mean F9?'),
    "a scenario": ('"baseline"', '"baselin"', "scenario", "did you mean baseline?"),
    "a scenario elsewhere": ('"baseline"', '"../mine.toml"', "scenario", "there is no shipped scenario and no file"),
    "a parameter": ("structure.n_reps", "structure.n_rep", "[set]", "did you mean structure.n_reps?"),
    "what is shown": ('["wheel", ', '["wheels", ', "show", '"wheels" cannot be shown; did you mean wheel?'),
    "weeks that pass backwards": ("until = 26", "until = 6", "until", "6 lies before the chapter begins, in week 13"),
    "a run that is too long": ("until = 26", "until = 2000", "until", "2000 is not allowed; it must be a whole week"),
    "a name in a text": (TEXT, 'reveal = "{gains}"', "reveal", 'is called "gains"; did you mean gain?'),
    "a lonely brace": (TEXT, 'reveal = "{gain"', "reveal", "a brace stands alone"),
    "a code in a text": (TEXT, 'reveal = "{gain.__class__}"', "reveal", 'is called "gain.__class__"'),
    "a lever": ("training.hours_per_quarter", "training.hours_per_quarte", "parameter", "did you mean training.hours_"),
    "a lever's value": (
        "value = 20.0",
        "value = -1.0",
        "value",
        "-1.0 is not allowed; training.hours_per_quarter must",
    ),
    "a measure": ('"bookings"', '"booking"', "measure = ", 'no measure "booking"; did you mean bookings?'),
    "a comparison": ('against = "A"', 'against = "C"', "against", "branch C is not open"),
    "an answer": ('answer = "gain"', 'answer = "gains"', "answer", "did you mean gain?"),
    "one option": (OPTIONS, '[{ text = "Less" }]', "options", "each option but the last needs below"),
    "a branch that is not open": ('fork = "A"', 'fork = "C"', "fork", "branch C is not open"),
    "no branch at all": ('fork = "A"', 'fork = "Z"', "fork", '"Z" is not allowed; it must be the branch it splits off'),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_is_told_with_its_line(what: str):
    old, new, place, said = WRONG[what]
    text = GOOD.replace(old, new, 1)
    with pytest.raises(InputError) as error:
        read(text)
    told = next(line for line in str(error.value).splitlines() if said in line)
    assert told.startswith(f"mine.toml, line {line_with(text, place)}, ")


def test_what_is_missing_is_told():
    with pytest.raises(InputError, match="minutes: it is missing; it must be a whole number of minutes"):
        read(GOOD.replace("minutes = 5\n", ""))
    with pytest.raises(InputError, match="reveal: it is missing; say what was measured"):
        read(GOOD.replace(TEXT, ""))


def test_all_mistakes_are_told_together_in_the_order_of_the_file():
    text = GOOD.replace('claims = ["F1"]', 'claims = ["F99"]').replace('measure = "bookings"', 'measure = "money"')
    with pytest.raises(InputError) as error:
        read(text)
    first, second = str(error.value).splitlines()
    assert first.startswith(f"mine.toml, line {line_with(text, 'claims')}, claims:")
    assert second.startswith(f"mine.toml, line {line_with(text, 'measure = ')}, [chapters 2 measured gain] measure:")


def test_an_act_does_one_thing():
    with pytest.raises(InputError, match="it has parameter and reset; an act has one of"):
        read(GOOD.replace("value = 20.0", "value = 20.0\nreset = true"))
    with pytest.raises(InputError, match="it does nothing"):
        read(GOOD.replace('parameter = "training.hours_per_quarter"\nvalue = 20.0', ""))


def test_weeks_that_lie_ahead_cannot_be_measured():
    with pytest.raises(InputError, match="weeks 0 to 40 cannot be measured; take weeks from -13 to 26"):
        read(GOOD.replace('against = "A"', 'against = "A"\nweeks = [0, 40]'))


def test_a_scenario_may_lie_beside_the_lesson(tmp_path: Path):
    (tmp_path / "own.toml").write_text("[structure]\nn_reps = 9\n")
    lesson = read(GOOD.replace('"baseline"', '"own.toml"').replace("structure.n_reps = 6", ""), tmp_path)
    assert lesson.scenarios[""]["structure.n_reps"] == 9


def test_no_toml_and_no_file():
    with pytest.raises(InputError, match=r"mine.toml, line 1: this is not TOML"):
        read("title = ")
    with pytest.raises(InputError, match="did you mean 6_lean"):
        read_lesson("6_lea")
    with pytest.raises(InputError, match="there is no such file"):
        read_lesson("nowhere.toml")


def test_a_folder_shows_its_broken_lessons_too(tmp_path: Path):
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD.replace("minutes = 5", "minutes = 0"))
    good, broken = lessons_in(tmp_path)
    assert isinstance(good, Lesson)
    assert isinstance(broken, Broken)
    assert broken.problem.startswith("b.toml, line 3, minutes: 0 is not allowed")
    (tmp_path / "b.toml").write_text(GOOD + "\n")
    assert all(isinstance(one, Lesson) for one in lessons_in(tmp_path))
    with pytest.raises(InputError, match="is no folder"):
        lessons_in(tmp_path / "none")


def test_lessons_are_known_from_scenarios(tmp_path: Path):
    (tmp_path / "a.toml").write_text("[[chapters]]\ntitle = 3\n")
    (tmp_path / "b.toml").write_text('title = "A scenario"\n')
    assert is_lesson(tmp_path / "a.toml")
    assert not is_lesson(tmp_path / "b.toml")
    assert not is_lesson("baseline")
    assert is_lesson("6_lean")


def test_shipped_lessons_cover_the_claims_and_are_named_apart():
    assert len(list_lessons()) >= 9
    assert not set(list_lessons()) & set(list_scenarios())
    claims = {claim for name in list_lessons() for claim in read_lesson(name).spec.claims}
    assert {"F1", "F2", "F3", "F4", "E-a", "E-f", "E-g", "L-c", "S-b", "F8", "W1", "W2"} <= claims
    with pytest.raises(KeyError):
        lesson_path_of("no such lesson")
