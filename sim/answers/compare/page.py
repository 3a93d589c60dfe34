"""The report of a comparison: one HTML page that opens with the answer and ends with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.answers import palette
from sim.answers.compare.figures import DRIVERS
from sim.answers.compare.material import AS_IS
from sim.answers.compare.words import answer, confidence, contributions, effect_rows, plain_rows
from sim.answers.html import basis_of, render
from sim.measures.words import amount, interval, title_of, years

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.answers.compare.material import Material
    from sim.answers.html import ReportPicture


def report_html(material: Material, pictures: Mapping[str, ReportPicture]) -> str:
    """Write a comparison's report with its figures, by their names."""
    cases, rows = _case_cards(material), effect_rows(material)
    name = material.scenario.title or material.scenario.name
    parts = contributions(material.parts, material.currency)
    return render(
        "report.html.j2",
        title=f"{name}: {', '.join(map(title_of, material.cases))}",
        kind=f"{name} · comparison under the same luck",
        question=material.question,
        answer=answer(material),
        confidence=confidence(material),
        notes=material.notes,
        cases=cases,
        changed=cases[1:],
        main_label=material.measures[material.main].label,
        horizon=years(material.weeks),
        n_seeds=len(material.seeds),
        effects=[row for row in rows if row.headline],
        other_effects=[row for row in rows if not row.headline],
        figures=[picture for figure, picture in pictures.items() if figure != DRIVERS],
        driver_figure=pictures.get(DRIVERS),
        parts={title_of(case): rows for case, rows in parts.items()},
        flip_reasons=_table(material.flip_reasons),
        flip_rows=_table(material.flips),
        data_check=_table(material.data_check),
        failures=material.failures,
        **basis(material),
    )


def basis(material: Material) -> dict[str, Any]:
    """Give what a comparison's report ends with."""
    return {
        **basis_of(material.scenario, material.touched, material.seeds, material.weeks, material.versions),
        "columns": min(4, 1 + len(material.cases)),  # of cases beside each other on paper
        "command": material.command,
        "verified": material.verified,
    }


def _case_cards(material: Material) -> list[dict[str, Any]]:
    measure, colours = material.measures[material.main], palette.colours_of(material.all_cases)
    level = amount(float(material.mean(AS_IS, material.main)["mean"]), measure.unit, material.currency)
    unchanged = ["nothing is changed"]
    cards: list[dict[str, Any]] = [
        {"label": title_of(AS_IS), "colour": colours[AS_IS], "level": level, "difference": "", "changes": unchanged}
    ]
    for case, changes in material.cases.items():
        effect = material.effect(case, material.main)
        cards.append(
            {
                "label": title_of(case),
                "colour": colours[case],
                "difference": amount(effect["difference"], measure.unit, material.currency, signed=True),
                "interval": interval(effect["low"], effect["high"], measure.unit, material.currency, signed=True),
                "changes": list(changes) or unchanged,
            }
        )
    return cards


def _table(frame: pd.DataFrame) -> dict[str, Any] | None:
    if not len(frame):
        return None
    return {"columns": [str(name).replace("_", " ") for name in frame.columns], "rows": plain_rows(frame)}
