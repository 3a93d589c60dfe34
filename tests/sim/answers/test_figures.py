"""Figures where there is little to draw, and that none is drawn twice."""

import io
from functools import partial

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.answers.analysis import Analysis, Drawing, ReportSection
from sim.answers.compare.figures import draw_differences
from sim.answers.figures import SLIDES, drawn, written
from sim.answers.palette import STYLE
from tests.worlds import small


def _line(figure: Figure) -> None:
    figure.subplots().plot([0, 1], [1, 2], label="a line")
    figure.legend(loc="outside lower center")


@pytest.mark.parametrize("values", [[1e6, 1e6, 1e6], [1e6, 1e6 + 1e-7, 1e6], [0.0, 0.0, 0.0], [5.0]])
def test_differences_that_are_equal_are_drawn(values):
    rows = pd.DataFrame({"case": "few", "seed": range(len(values)), "difference": values})
    draw = partial(draw_differences, rows, ["few"], "currency", "Net contribution")
    assert drawn((10.4, 2.6), draw).axes[0].get_xlabel() == "difference in net contribution"


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_file_is_what_savefig_writes_at_half_the_work(kind, monkeypatch):
    saved = io.BytesIO()
    metadata = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}[kind]
    with mpl.rc_context(STYLE):
        drawn((3, 2), _line, kind).savefig(saved, format=kind, metadata=metadata, dpi=SLIDES)
    draw, times = Figure.draw, []
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: (times.append(kind), draw(self, renderer)))
    assert written((3, 2), _line, kind) == saved.getvalue()
    assert times == [kind]


def test_page_and_file_share_a_drawing(tmp_path):
    times = []

    def draw(figure: Figure) -> None:
        times.append(figure)
        _line(figure)

    section = ReportSection("Lines", drawings=[Drawing("line", "A line.", draw, (3, 2))])
    Analysis("test", small(), "What?", ["That."], [section], {}, range(2), 13).write(tmp_path / "out")
    assert len(times) == 2, "once as SVG, for the page and its file, and once as PNG"
    assert {"line.svg", "line.png", "report.html"} <= {path.name for path in (tmp_path / "out").iterdir()}
