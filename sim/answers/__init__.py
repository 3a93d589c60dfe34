"""The report: one HTML file that works offline and prints well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.questions.compare.comparison import Comparison

REPORT = "report.html"
ANALYSIS = "analysis.json"


def write_report(
    comparison: Comparison,
    folder: Path,
    *,
    question: str = "",
    command: str = "",
    data_check: pd.DataFrame | None = None,
) -> None:
    """Write a comparison's report into a folder that exists.

    Args:
        comparison: What was found.
        folder: Where `report.html` is put.
        question: What was asked; made from the cases if empty.
        command: Command that repeats it.
        data_check: measure, data, model, low, high, verdict: the as-is case against an export.
    """
    from sim.answers.compare.gather import material_of  # noqa: PLC0415 - figures are slow to import
    from sim.answers.html import report_html  # noqa: PLC0415

    (folder / REPORT).write_text(report_html(material_of(comparison, question, command, data_check)), encoding="utf-8")
