"""Scenario files that are no text, no TOML or no file; and the lines on which names stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios import list_scenarios, path_of
from sim.scenario.errors import ScenarioError
from sim.scenario.reading import LARGEST_FILE, line_of, locate
from sim.scenario.scenario import Scenario
from sim.scenario.schema import HEAD, ROWS
from sim.scenario.writing import toml_value

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty; `flywheel new` writes a scenario to start from"),
        (b" \n", "it is empty"),
        (b"\x7fELF\0\0", "it is not a text file; a scenario is a TOML file in UTF-8"),
        ('name = "x"'.encode("utf-16"), "it is UTF-16 text; save it as UTF-8"),
        ('a = 1\nname = "Z\u00fcrich"'.encode("latin-1"), "line 2: byte 0xfc is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_utf8_text_gets_one_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(ScenarioError) as error:
        Scenario.load(path)
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "x"\r\n[structure]\r\nn_reps = 9\r\n')
    scenario = Scenario.load(path)
    assert (scenario.name, scenario["structure.n_reps"]) == ("x", 9)
    assert scenario.origins["structure.n_reps"].line == 3


def test_paths_that_are_no_scenario_file_get_one_sentence(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    with huge.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    said = {
        tmp_path: "it is a folder; give a scenario file, such as mine.toml",
        tmp_path / "none.toml": "there is no such file",
        huge: "bytes; a scenario has at most 64,000,000",
        "baselin": "there is no shipped scenario and no file of this name",
        "x\0y": "there is no shipped scenario",
        "x\0y.toml": "",
        "n" * 5000 + ".toml": "",
    }
    for path, words in said.items():
        with pytest.raises(ScenarioError) as error:
            Scenario.load(path)
        assert words in str(error.value)
        assert "\n" not in str(error.value)


def test_every_shipped_scenario_loads_and_says_what_it_shows() -> None:
    for name in list_scenarios():
        scenario = Scenario.load(name)
        assert scenario.name == name
        assert scenario.title
        assert scenario.shows
        assert scenario.watch
        assert Scenario.load(path_of(name)) == scenario
    with pytest.raises(KeyError):
        path_of("no such scenario")


scalars = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.text(max_size=8), st.dates(), st.just("everyone"), st.just(10**400)
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
some_keys = st.sampled_from(
    [
        *HEAD,
        *ROWS,
        "structure",
        "market",
        "organization",
        "week",
        "target",
        "value",
        "event",
        "parameter",
        "n_reps",
        "x",
    ]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(some_keys, anything | st.lists(st.dictionaries(some_keys, anything, max_size=4), max_size=2)))
def test_any_table_is_read_or_refused_in_sentences(table: dict[str, Any]) -> None:
    text = "\n".join(f"{key} = {toml_value(value)}" for key, value in table.items())
    try:
        Scenario.from_text(text)
    except ScenarioError as refusal:
        said = [str(problem) for problem in refusal.problems]
    else:
        said = ["nothing is wrong"]
    assert all(said)


pieces = st.sampled_from(
    [
        "[structure]\n",
        "n_reps = 3\n",
        "[[teams]]\n",
        '"""',
        "'''",
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        "\n",
        '"',
        "#",
        "1",
        "a",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | st.lists(pieces, max_size=20).map("".join))
def test_garbage_is_refused_in_sentences(text: str) -> None:
    try:
        Scenario.from_text(text)
    except ScenarioError as refusal:
        said = str(refusal)
    else:
        said = "nothing is wrong"
    assert said


def test_names_are_found_on_their_lines() -> None:
    text = '''name = "a"  # [no.table]
shows = """
[structure]
n_reps = 3
"""
claims = [
  "x]",  # ]
  "y = 1",
]
[structure]
"n_reps" = 4
span_of_control=5
[[teams]]
manager = '[[teams]]'
[[ teams ]]
sellers = ["a"]
[teams.extra]
deep.er = {a = 1}
'''
    lines = locate(text)
    assert lines["structure",] == 10
    assert lines["structure", "n_reps"] == 11
    assert lines["structure", "span_of_control"] == 12
    assert lines["teams", 0, "manager"] == 14
    assert lines["teams", 1, "sellers"] == 16
    assert lines["teams", 1, "extra", "deep", "er"] == 18
    assert line_of(("teams", 1, "sellers", 0), lines) == 16
    assert line_of(("teams", 1, "manager"), lines) == 15
    assert line_of(("nowhere",), lines) == 0
