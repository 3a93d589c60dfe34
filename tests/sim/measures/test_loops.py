"""Loops by name or from a file; what is wrong with a file is said in one sentence."""

import pytest

from sim.engine.links import linked_program
from sim.engine.state import RECORDS
from sim.measures.loops import LOOPS, find_loop, program_of, read_loop, usual_groups
from sim.measures.wheel import STAGES
from sim.scenario.errors import InputError

GOOD = """
name = "focus"
[[stages]]
name = "clear profile"
fields = ["org.icp_clarity"]
measure = "icp_clarity"
[[stages]]
name = "trust"
fields = ["reps.rep_trust"]
"""


def test_the_three_flywheels_have_fields_that_exist():
    for loop in LOOPS.values():
        for array, name in loop.links:
            assert RECORDS[array][name].name == name


def test_stages_of_the_sales_and_the_leaders_wheel_are_those_of_momentum():
    for name in ("sales", "leader"):
        assert [stage.name for stage in LOOPS[name].stages] == [stage for stage, _ in STAGES[name]]


def test_a_loop_of_ones_own():
    loop = read_loop(GOOD, "focus.toml")
    assert (loop.name, loop.title) == ("focus", "focus")
    assert loop.links == (("org", "icp_clarity"), ("reps", "rep_trust"))
    assert program_of(loop) is linked_program(usual_groups()), "its fields are usual, so nothing is compiled anew"


def test_a_loop_with_other_fields_gets_a_program_of_its_own():
    loop = read_loop(GOOD.replace("reps.rep_trust", "reps.expected"), "focus.toml")
    assert ("reps", "expected") in program_of(loop).links


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("reps.rep_trust", "reps.trust"), "no field trust; did you mean rep_trust?"),
        (("reps.rep_trust", "buyers.renewed"), "buyers.renewed is booked with the rep; write reps.renewed"),
        (("reps.rep_trust", "people.trust"), "its array must be one of"),
        (("reps.rep_trust", "reps.tenure"), "counted or coded"),
        (("reps.rep_trust", "reps.latent"), "no rule makes anything of reps.latent"),
        (('"trust"', '"clear profile"'), "two stages named clear profile"),
        (('measure = "icp_clarity"', 'measure = "icp"'), "no weekly measure icp"),
        (('measure = "icp_clarity"', 'mesure = "icp_clarity"'), "no key mesure; did you mean measure?"),
        (('fields = ["reps.rep_trust"]', 'fields = "reps.rep_trust"'), "fields must be a list"),
        (('name = "trust"', ""), "stage 2: a stage needs a name"),
        (('name = "focus"', "name = focus"), "no valid TOML"),
        ((GOOD, 'name = "x"'), "at least two"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_is_wrong_with_a_file_is_said(change, said):
    with pytest.raises(InputError, match=said) as caught:
        read_loop(GOOD.replace(*change), "focus.toml")
    assert "\n" not in str(caught.value).replace("TOML: ", "")
    assert "focus.toml" in str(caught.value)


def test_an_unknown_loop_and_an_unreadable_file(tmp_path):
    with pytest.raises(InputError, match="no loop sale; did you mean sales"):
        find_loop("sale")
    with pytest.raises(InputError, match="cannot be read"):
        find_loop(str(tmp_path / "none.toml"))
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert find_loop(str(path)).name == "focus"


def test_an_unknown_stage():
    with pytest.raises(InputError, match="no stage result; did you mean results"):
        LOOPS["sales"].number("result")
