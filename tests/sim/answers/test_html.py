"""The report says what the numbers say, in one file that needs nothing else."""

import re
import time
from dataclasses import replace

import pandas as pd
import pytest

from sim.answers.compare.material import Material
from sim.answers.compare.report import analysis_of
from sim.answers.compare.words import assumptions
from sim.answers.html import span_of
from sim.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def page(material: Material) -> str:
    return analysis_of(material).html()


def test_the_page_needs_no_network_and_no_script(page: str):
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", page)
    assert not re.findall(r"url\(|@import|http-equiv", page)


def test_it_opens_with_question_and_answer(page: str, material: Material):
    assert f"<h1>{material.question}</h1>" in page
    assert re.search(r"with training, net contribution rises by [\d.]+ million USD \(\+[\d.]+%; 95% interval", page)
    assert "with overlays, it falls by" in page


def test_every_figure_can_be_read_aloud(page: str):
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == 9
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)


def test_the_assumptions_that_matter_come_first(page: str, material: Material):
    leading, _, rest = page.partition("The other assumed parameters")
    names = {name for name in material.touched if f"<code>{name}</code>" in leading}
    assert not any(f'title="{name}"' in rest for name in material.touched)
    assert '<b title="market.needs_per_account_year">Needs per account year</b>' in rest
    assert names or "lean" not in leading


def test_what_explains_a_default_is_not_given_as_the_reason_of_another_value():
    scenario = Scenario.load("baseline")
    other = scenario.override({"market.needs_per_account_year": 0.85})
    why = {item.title: item.why for item in assumptions(other, set())[0]}
    assert why["Needs per account year"] == "default 0.38 needs / account / year: two in five years"
    same = {item.name: item.why for item in assumptions(scenario, {"market.needs_per_account_year"})[0]}
    assert same["market.needs_per_account_year"] == "two in five years"


def test_it_tells_how_to_repeat_it(page: str, material: Material):
    assert "flywheel compare made_up.toml" in page
    assert "0 to 39" in page
    assert material.scenario.digest() in page


@pytest.mark.usefixtures("drawn_once")
def test_text_of_users_is_never_markup(material: Material):
    hostile = "<script>alert(1)</script>"
    page = analysis_of(replace(material, question=hostile, cases={"overlays": [hostile], "training": [hostile]})).html()
    assert "<script" not in page


@pytest.mark.usefixtures("drawn_once")
def test_it_can_do_without_what_is_missing(material: Material):
    empty = pd.DataFrame()
    page = analysis_of(replace(material, losses=empty, flips=empty, flip_reasons=empty, drivers=empty)).html()
    assert "Same opportunity" not in page
    assert "What drives" not in page


@pytest.mark.usefixtures("drawn_once")
def test_the_data_check_is_shown_where_there_is_one(material: Material):
    check = pd.DataFrame({"measure": ["win rate"], "data": [0.63], "model": [0.61], "verdict": ["within 10%"]})
    page = analysis_of(replace(material, data_check=check)).html()
    assert "Model against data" in page
    assert "within 10%" in page


def test_the_same_material_gives_the_same_bytes_in_a_few_seconds(page: str, material: Material):
    start = time.process_time()
    assert analysis_of(material).html() == page
    assert time.process_time() - start < 12


def test_seeds_are_written_shortly():
    assert span_of([0, 1, 2]) == "0 to 2"
    assert span_of([5]) == "5"
    assert span_of([1, 5]) == "1, 5"
