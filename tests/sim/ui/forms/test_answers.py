"""An answer of any view leaves in every form, and each can be opened."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from sim.ui.compare.cases import Draft
from sim.ui.compare.run import CompareForm
from sim.ui.compare.run import run as compare
from sim.ui.compare.view import laid_out as of_comparison
from sim.ui.explore.run import Axis, ExploreForm, explore
from sim.ui.explore.view import laid_out as of_map
from sim.ui.forms.answers import FILE_LABELS, answer_files
from sim.ui.gain.view import WheelForm, turn
from sim.ui.gain.view import laid_out as of_wheel
from sim.ui.why.view import WhyForm
from sim.ui.why.view import ask as ask_why
from sim.ui.why.view import laid_out as of_why
from tests.sim.ui.views import SMALL, fresh_job

CASE = Draft("overlays", (("structure.product_specialists", "5"),))
MAP = ExploreForm(
    across=Axis("structure.product_specialists", "0", "4"), up=Axis("training.hours_per_quarter"), size="2", seeds="2"
)
ASKED: dict[str, Callable[[], Any]] = {
    "why": lambda: of_why(ask_why(SMALL, WhyForm(seeds="2"), fresh_job())),
    "compare": lambda: of_comparison(compare(SMALL, CompareForm(cases=(CASE,), seeds="2"), fresh_job()).material),
    "explore": lambda: of_map(explore(SMALL, MAP, fresh_job()).sweep),
    "wheel": lambda: of_wheel(turn(SMALL, WheelForm(seeds="5", window="52"), fresh_job())),
}


@pytest.mark.slow
@pytest.mark.parametrize("view", ASKED)
def test_an_answer_of_a_view_leaves_as_report_slides_workbook_and_data(view: str):
    analysis = ASKED[view]()
    made = {name: write() for _, name, write in answer_files(view, lambda: analysis)}
    assert list(made) == [f"{view}.{form}" for form in FILE_LABELS]
    assert made[f"{view}.html"].lstrip().startswith(b"<!")
    for form, part in (("pptx", "ppt/slides/slide1.xml"), ("xlsx", "xl/worksheets/sheet1.xml")):
        assert part in zipfile.ZipFile(io.BytesIO(made[f"{view}.{form}"])).namelist()
    assert analysis.answer[0] in made[f"{view}.json"].decode()
    assert json.loads(made[f"{view}.json"])["question"] == analysis.question


def test_nothing_is_laid_out_before_a_file_is_asked_for():
    def never() -> Any:
        raise AssertionError("laid out")

    assert [label for label, _, _ in answer_files("why", never)] == list(FILE_LABELS.values())
