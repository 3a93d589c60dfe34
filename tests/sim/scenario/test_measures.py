"""The registry of measures: everything has words, and what is declared once shows up everywhere."""

import subprocess
import sys

import pytest

from agents.organization.measuring import WEEKLY
from sim.scenario.measures import DERIVED, EVERY_MEASURE, MEASURES, WEEKLY_MEASURES, Measure, over_run

ALL = [(over, one) for over, found in EVERY_MEASURE.items() for one in found.values()]

PLACES = """
import datetime, io, contextlib
from types import SimpleNamespace
from agents.machinery.record import Record, number
from agents.organization import measuring

new = number("loudness", "decibels", "How loud it is.", label="Noise", better=-1)
measuring.WEEKLY = Record("weekly", measuring.WEEKLY.title, [*measuring.WEEKLY.fields, new])

from tests.model_tables import entities
from sim.cli.show import measures
from sim.measures.run import Run
from sim.studies.bands import MEASURED, weekly_values
from sim.ui.lessons.charts import hint_of, title_of
from sim.ui.reference.contents import measure_items

rows = measuring.WEEKLY.allocate(3)
rows["loudness"] = 60.0
scenario = SimpleNamespace(start_date=datetime.date(2024, 1, 1))
run = Run(SimpleNamespace(weekly=lambda: rows, week=3, scenario=scenario))
listing = io.StringIO()
with contextlib.redirect_stdout(listing):
    measures("week")
assert run.weekly["loudness"].tolist() == [60.0] * 3, "the table of a run"
assert weekly_values(rows)[MEASURED.index("loudness")].tolist() == [60.0] * 3, "bands of a comparison"
assert "| `loudness` | How loud it is. | decibels |" in entities(), "the tables of docs/model.md"
assert "loudness" in listing.getvalue() and "Noise" in listing.getvalue(), "the listing"
assert (title_of("loudness"), hint_of("loudness")) == ("Noise, decibels", "How loud it is. Unit: decibels."), "lessons"
(item,) = [one for one in measure_items() if one["name"] == "loudness"]
assert (item["label"], item["over"], item["better"]) == ("Noise", "week", "less"), "the page's reference"
"""


@pytest.mark.parametrize(("over", "one"), ALL, ids=lambda part: part if isinstance(part, str) else part.name)
def test_every_measure_has_words_and_a_unit(over: str, one: Measure):
    assert over.startswith(one.span)
    assert one.label[:1].isupper()
    assert one.unit
    assert one.doc.endswith(".")
    assert one.better in (-1, 0, 1)


def test_parts_of_a_weekly_measure_are_recorded():
    recorded = {field.name for field in WEEKLY} - {"week"}
    assert not recorded & set(DERIVED)
    assert {part for one in WEEKLY_MEASURES.values() for part in (*one.parts, *one.whole)} <= recorded


def test_a_measure_has_one_name_for_readers_whatever_it_is_over():
    assert {name: one.label for name, one in MEASURES.items() if name in WEEKLY_MEASURES} == {
        name: one.label for name, one in WEEKLY_MEASURES.items() if name in MEASURES
    }


def test_a_run_sums_flows_and_averages_levels():
    assert (over_run("bookings").unit, over_run("bookings").doc) == ("currency", WEEKLY_MEASURES["bookings"].doc)
    assert over_run("rep_trust").doc == "Reps' trust in management, mean over the run."
    assert over_run("attainment", "ratio").unit == "ratio"


@pytest.mark.slow
def test_what_is_declared_once_shows_up_everywhere():
    done = subprocess.run([sys.executable, "-c", PLACES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
