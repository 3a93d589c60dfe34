"""One HTML file: it needs no network, no script and no other file, and prints well."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.answers import figures, palette
from sim.answers.compare.words import assumptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.scenario.scenario import Scenario


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
