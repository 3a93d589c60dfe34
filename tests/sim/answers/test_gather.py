"""From real runs to a report."""

import re
from pathlib import Path

import pytest

from sim.answers.compare.gather import material_of
from sim.answers.compare.report import analysis_of
from sim.answers.run import analysis_of as of_run
from sim.measures.run import simulate
from sim.questions.compare.comparison import Comparison
from sim.questions.compare.run import compare
from sim.scenario.measures import MEASURES
from sim.scenario.scenario import Scenario

TINY = "[structure]\nn_reps = 4\n[market]\naccounts_per_rep = 12\n[organization]\nburn_in_weeks = 26\n"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_text(TINY, file="tiny.toml")


@pytest.fixture(scope="module")
def comparison(scenario: Scenario) -> Comparison:
    later = [{"week": 4, "parameter": "training.hours_per_quarter", "value": 20, "label": "a training week"}]
    return compare(scenario, {"overlays": {"structure.product_specialists": 4}, "later": later}, seeds=4, weeks=39)


def test_a_comparison_is_laid_out(comparison: Comparison):
    material = material_of(comparison, command="flywheel compare tiny.toml")
    assert material.question == "What would overlays or later do to net contribution over 39 weeks?"
    assert list(material.measures) == list(MEASURES)
    changed = "Product specialists: 3 specialists → "
    assert material.cases["overlays"][0].startswith(changed)
    assert material.cases["later"] == ["week 4: a training week"]
    assert material.touched == ["structure.product_specialists", "training.hours_per_quarter"]
    assert not material.drivers["factor"].isna().any(), "a factor without a name for readers"
    assert set(material.losses.columns) <= {"case", "reason", "true", "reported"}


def test_its_report_is_written(comparison: Comparison, tmp_path: Path):
    material = material_of(comparison, "What now?", "flywheel compare tiny.toml")
    analysis_of(material, comparison).write(tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    figures = {path.stem for path in tmp_path.glob("*.png")}
    assert figures == {path.stem for path in tmp_path.glob("*.svg")}
    assert len(figures) == page.count("<img ") > 5
    assert "<h1>What now?</h1>" in page
    assert "How to repeat it" in page
    assert "nan" not in page.split("<body>")[1].replace("financ", "").split("base64")[0]


def test_a_single_run_has_a_report(scenario: Scenario):
    run = simulate(scenario, seed=3, weeks=39)
    page = of_run(run, "flywheel run tiny.toml --seed 3").html()
    assert "one run, seed 3" in page
    assert "Win rate" in page
    assert page.count("<img ") >= 4


def test_a_run_without_losses_has_one_too(scenario: Scenario):
    run = simulate(scenario, seed=3, weeks=1)
    assert "Headline measures" in of_run(run, "").html()


@pytest.mark.slow
def test_the_last_line_of_the_report_says_what_was_verified(comparison: Comparison):
    material = material_of(comparison)
    assert material.verified.startswith("Verified: 12 of 12 checks hold")
    words = re.sub(r"<[^>]*>", " ", analysis_of(material).html()).split()
    assert words[-len(material.verified.split()) :] == material.verified.split()
