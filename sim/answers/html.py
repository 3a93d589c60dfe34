"""One HTML file from a comparison: it needs no network, no script and no other file, and prints well."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.answers import figures, palette
from sim.answers.compare.material import AS_IS, QUARTERLY
from sim.answers.compare.words import answer, assumptions, confidence, contributions, effect_rows, plain_rows
from sim.measures.wheel import STAGES
from sim.measures.words import amount, interval, title_of, years
from sim.questions.over_worlds import NO_PROBABILITY
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from sim.answers.compare.material import Material
    from sim.scenario.scenario import Scenario

LINES = ("rep_trust", "buyer_trust")


@dataclass(frozen=True)
class ReportPicture:
    """A figure with its caption; `wide` ones take the whole width."""

    svg: str
    caption: str
    wide: bool = False

    @property
    def url(self) -> str:
        """The figure as the source of an image, in which nothing of it is run."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg.encode('utf-8')).decode('ascii')}"


def show(picture: ReportPicture) -> Markup:
    """Put a figure into the page as an image of its own, with its caption as the text for those who cannot see it."""
    wide = Markup(' class="wide"') if picture.wide else ""
    shape = Markup('<figure{}><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>\n')
    return shape.format(wide, picture.url, picture.caption, picture.caption)


def render(template: str, **page: Any) -> str:
    """Fill a template of this package; every text is escaped."""
    loader = PackageLoader("sim.answers")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return pages.get_template(template).render(palette=palette, fonts=figures.PAGE_FONTS, show=show, **page)


def report_html(material: Material) -> str:
    """Write a comparison's report as one HTML page."""
    cases, rows = _case_cards(material), effect_rows(material)
    name = material.scenario.title or material.scenario.name
    parts, drivers = contributions(material.parts, material.currency), None
    if len(material.drivers):
        caption = f"Contribution to the difference in bookings ({material.currency}); thin lines are 95% intervals."
        drivers = ReportPicture(figures.drivers_chart(material.drivers, list(material.cases)), caption, wide=True)
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
        figures=list(pictures(material)),
        driver_figure=drivers,
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


def basis_of(
    scenario: Scenario, touched: Iterable[str], seeds: Sequence[int], weeks: int, versions: Mapping[str, str]
) -> dict[str, Any]:
    """Give what any report ends with: assumed parameters, those first that the answer leans on, and what was run."""
    first, others = assumptions(scenario, set(touched))
    facts = {
        "Scenario": f"{scenario.name}, {scenario.digest()}",
        "Seeds": span_of(list(seeds)),
        "Length": f"{weeks} weeks from {scenario.start_date:%d %B %Y}",
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    return {
        "touched": first, "untouched": others, "n_assumed": len(first) + len(others),
        "n_parameters": len(scenario.values), "versions": versions, "facts": facts.items(),
    }  # fmt: skip


def span_of(seeds: list[int]) -> str:
    """Write seeds shortly: a range where they follow on each other."""
    spans: list[list[int]] = []
    for seed in seeds:
        if spans and seed == spans[-1][-1] + 1:
            spans[-1][1:] = [seed]
        else:
            spans.append([seed])
    ends = [f"{span[0]}{',' if span[-1] == span[0] + 1 else ' to'} {span[-1]}" if len(span) > 1 else f"{span[0]}"
            for span in spans]  # fmt: skip
    return ", ".join(ends)


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


def pictures(material: Material) -> Iterator[ReportPicture]:
    """Draw every figure for which there is something to draw."""
    weekly, cases = material.weekly, material.all_cases
    measured = set(weekly["measure"]) if len(weekly) else set()
    for measure in map(WEEKLY_MEASURES.__getitem__, QUARTERLY if len(material.quarterly) else ()):
        by_quarter = f"{measure.label} a quarter ({material.currency})"
        title = by_quarter if measure.flow else f"{measure.label} by quarter"
        chart = figures.line_chart(material.quarterly, measure.name, cases, title, measure.unit, window=1)
        yield ReportPicture(chart, f"{title}. {measure.doc}")
    for measure in map(WEEKLY_MEASURES.__getitem__, LINES):
        if measure.name in measured:
            chart = figures.line_chart(weekly, measure.name, cases, measure.label, measure.unit)
            yield ReportPicture(chart, f"{measure.label}. {measure.doc}")
    if any(use in measured for use in palette.HOURS):
        caption = "A rep's week by use. Blue reaches customers, green is learning, red to yellow is internal friction."
        yield ReportPicture(figures.hours_chart(weekly, cases), caption, wide=True)
    stages = [(column, WEEKLY_MEASURES[column].label) for _, column in STAGES["sales"]]
    if all(measure in measured for measure, _ in stages):
        caption = "The five stages of the sales flywheel; 100 is the mean as is over the first quarter."
        yield ReportPicture(figures.stages_chart(weekly, cases, stages), caption, wide=True)
    if len(material.losses):
        caption = "Why opportunities were lost: share by true reason, and by the reason reported."
        yield ReportPicture(figures.losses_chart(material.losses, cases), caption, wide=True)
    if material.cases and len(material.per_seed):
        main = material.measures[material.main]
        chart = figures.differences_chart(_differences(material), list(material.cases), main.unit, main.label)
        caption = "Each pair of runs has the same luck; the coloured line is the mean difference."
        yield ReportPicture(chart, caption, wide=True)
    if len(material.worlds):
        main = material.measures[material.main]
        chart = figures.worlds_chart(material.worlds, list(material.cases), main.unit, main.label)
        caption = (
            f"{main.label} more than as is in each plausible world; lines are 95% intervals by luck. {NO_PROBABILITY}"
        )
        yield ReportPicture(chart, caption, wide=True)


def _differences(material: Material) -> pd.DataFrame:
    rows = material.per_seed[material.per_seed["measure"] == material.main]
    wide = rows.pivot_table(index="seed", columns="case", values="value")
    minus = wide[list(material.cases)].sub(wide[AS_IS], axis=0).dropna(how="all")
    return minus.melt(var_name="case", value_name="difference").dropna()


def _table(frame: pd.DataFrame) -> dict[str, Any] | None:
    if not len(frame):
        return None
    return {"columns": [str(name).replace("_", " ") for name in frame.columns], "rows": plain_rows(frame)}
