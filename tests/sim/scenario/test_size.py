"""What is too large is refused in a sentence, before anything reads it."""

import time
import tracemalloc

import pytest

from sim.scenario.errors import MOST_TOLD, ScenarioError
from sim.scenario.reading import LARGEST_FILE, parse, read_text
from sim.scenario.scenario import Scenario
from sim.scenario.size import ANY_FILE

WRONG = '[[interventions]]\nweek = 1\nparameter = "operations.no_such_{}"\nvalue = 1\n'


def refused(text: str) -> str:
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(text, "s.toml")
    return str(error.value)


def test_a_name_of_thousands_of_parts_takes_neither_time_nor_memory():
    tracemalloc.start()
    said = refused("structure." + ".".join("a" * 25_000) + " = 1\n")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said == "s.toml, line 1: a name has more than nine parts, and no name has"
    assert most < 5_000_000


def test_hundreds_of_thousands_of_unknown_names_are_refused_at_once():
    began = time.process_time()
    said = refused("".join(f"key{number} = 1\n" for number in range(200_000)))
    assert said == "s.toml: the top of the file has 200,000 names; this program takes at most 300"
    assert time.process_time() - began < 10.0


def test_a_hundred_thousand_interventions_are_refused_before_each_is_checked():
    said = refused("".join(WRONG.format(number) for number in range(ANY_FILE.rows["interventions"] + 1)))
    assert said == "s.toml: it has 5,001 rows of interventions; this program takes at most 5,000"


def test_the_first_problems_are_listed_and_the_others_counted():
    lines = refused("".join(WRONG.format(number) for number in range(50))).split("\n")
    assert len(lines) == MOST_TOLD + 1
    assert lines[-1] == "... and 30 more problems"
    assert refused("".join(WRONG.format(number) for number in range(21))).endswith("... and 1 more problem")
    assert "more" not in refused(WRONG.format(1)).split("\n")[-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * (ANY_FILE.text + 1), "it has 32,000,001 characters; this program reads at most 32,000,000"),
        ("[structure]\n" + "".join(f"k{n} = 1\n" for n in range(301)), "structure has 301 names"),
        ("[[sellers]]\nname = 'a'\naccounts = [" + "1," * 1_000_001 + "]\n", "it may have 1,000,000"),
        ("lines = [" + "{}," * 101 + "]\n", "it has 101 rows of lines; this program takes at most 100"),
    ],
    ids=["text", "names", "entries", "rows"],
)
def test_each_limit_has_its_sentence(text, said):
    with pytest.raises(ScenarioError, match=said):
        parse(text, "s.toml")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    file = tmp_path / "large.toml"
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST_FILE + 1)
    with pytest.raises(ScenarioError, match="it has 64,000,001 bytes; a scenario has at most 64,000,000"):
        read_text(file)
