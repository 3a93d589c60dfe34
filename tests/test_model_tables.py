"""The description of the model and of exports: their tables are those of the registries."""

from pathlib import Path

import pytest

from agents.machinery.rule import RULES
from agents.schedule import PHASES
from sim.engine.state import RECORDS
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import all_parameters
from sim.ui.reference import contents
from tests import model_tables as document
from tests.model_tables import BLOCKS, names_in, refreshed


@pytest.fixture(scope="module")
def committed(root: Path) -> str:
    return "".join((root / one).read_text(encoding="utf-8") for one in document.DOCUMENTS)


def test_the_tables_are_current(committed: str):
    assert refreshed(committed) == committed, "run python -m tests.model_tables"


def test_every_table_is_in_one_document_once(committed: str):
    assert sorted(names_in(committed)) == sorted(BLOCKS)


def test_everything_is_described(committed: str):
    assert all(f"- `{name}`: " in committed for phase in PHASES for name in phase.rules)
    assert all(f"| `{item.leaf}` | {item.doc}" in committed.replace("\\|", "|") for item in all_parameters())
    assert all(f"| `{name}` |" in committed for name in MEASURES)
    assert all(f"#### `{name}`: " in committed for name in RECORDS if name != "clock")


def test_a_field_names_the_phases_that_write_it():
    line = next(line for line in document.entities().splitlines() if line.startswith("| `hours_coordination` |"))
    assert "plan" in line
    assert "count_internal_hours" in RULES


def test_a_rule_speaks_on_one_line():
    text = "First.\n\nThen x = y.\n\nArgs:\n    a: What. [h]\n\nReturns:\n    The rest. [share]\nSource:\n    A book."
    assert contents._words(text) == "First. Then x = y. Gives The rest. [share] Source: A book."


def test_hand_written_words_are_kept():
    text = "Before.\n<!-- generated: sources -->\nold\n<!-- end of sources -->\nAfter."
    new = refreshed(text)
    assert new.startswith("Before.")
    assert new.endswith("After.")
    assert "assumption" in new
    assert "old" not in new


def test_an_unknown_table_is_named():
    with pytest.raises(InputError, match=r"no table mesures.*measures"):
        refreshed("<!-- generated: mesures -->\n<!-- end of mesures -->")


def test_the_program_writes_the_document_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "model.md"
    file.write_text("<!-- generated: measures -->\n<!-- end of measures -->\n")
    monkeypatch.setattr("sys.argv", ["document", str(file)])
    document.main()
    assert "net_contribution" in file.read_text()
