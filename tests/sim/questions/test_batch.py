"""What comes from `batch_run` is what Mesa's would give, row by row."""

import inspect
from collections import Counter

import mesa
import pytest

from sim.engine.sales_org import SalesOrg
from sim.questions.batch import batch_run
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from tests.worlds import small

GRID = {"structure.product_specialists": [0, 2], "training.hours_per_quarter": 9.0}


@pytest.fixture
def file(tmp_path):
    """A small organization as a file."""
    path = tmp_path / "small.toml"
    path.write_text(small({"organization.weeks": 12}).to_toml(), encoding="utf-8")
    return str(path)


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
def test_weekly_rows_are_those_of_mesa(file):
    ours = batch_run({"scenario": file, **GRID}, rng=[1, 2], data_collection_period=5, display_progress=False)
    own = "rng" in inspect.signature(mesa.batch_run).parameters
    grid = {"scenario": [file], **GRID} | ({} if own else {"rng": [1, 2]})
    theirs = mesa.batch_run(SalesOrg, grid, display_progress=False, **({"rng": [1, 2]} if own else {}))
    last = {(row["structure.product_specialists"], row["seed"]): row for row in theirs}
    assert Counter(row["Step"] for row in ours) == {5: 4, 10: 4, 12: 4}
    for row in (row for row in ours if row["Step"] == 12):
        other = last[row["structure.product_specialists"], row["seed"]]
        for name in ("bookings", "rep_trust", "cost"):
            assert row[name] == other[name], name


def test_the_end_of_each_run_has_its_headline_measures(file):
    rows = batch_run({"scenario": file, **GRID}, iterations=2, display_progress=False)
    assert [(row["RunId"], row["iteration"], row["Step"]) for row in rows] == [
        (0, 0, 12),
        (1, 1, 12),
        (2, 0, 12),
        (3, 1, 12),
    ]
    assert {row["training.hours_per_quarter"] for row in rows} == {9.0}
    assert set(MEASURES) <= set(rows[0])
    assert rows[0]["cost"] < rows[2]["cost"], "two specialists more cost more"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"parameters": {"training.hours_per_quarter": []}}, "has an empty list"),
        ({"parameters": {"training.hours": [3]}}, "did you mean"),
        ({"parameters": GRID, "data_collection_period": 0}, "must be -1 for the end of each run"),
        ({"parameters": GRID, "iterations": 0}, "0 seeds are not allowed"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        batch_run(display_progress=False, **arguments)
