"""What was found in words, figures and tables, and the forms it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sim.questions.compare.comparison import Comparison

REPORT = "report.html"


def write_report(comparison: Comparison, folder: Path, *, question: str = "", command: str = "") -> None:
    """Write a comparison's report as `report.html` into a folder that exists."""
    from sim.answers.compare.gather import material_of  # noqa: PLC0415 - figures are slow to import
    from sim.answers.html import report_html  # noqa: PLC0415

    (folder / REPORT).write_text(report_html(material_of(comparison, question, command)), encoding="utf-8")
