"""Field studies replayed (V2): what was done in the field, done in the model, and held against what was published."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

from scenarios import replay_path_of
from sim.answers.palette import BLUE, INK, MUTED, RULE, VERMILLION
from tests.patterns.making.pattern import Finding, Pattern, Plan
from tests.patterns.making.plots import blank, table_of
from tests.patterns.making.replay_file import replays
from tests.patterns.making.replay_page import studies_table
from tests.patterns.making.replays import replayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from tests.patterns.making.pattern import Effort, Verdict


def _test(effort: Effort) -> Finding:
    results = {name: replayed(replay, effort) for name, replay in replays().items()}
    numbers = tuple(result.number for result in results.values())
    met = [number.met for number in numbers]
    missed = ", ".join(
        f"{', '.join(result.replay.sources)} ({result.verdict})"
        for result in results.values()
        if result.number.met is not True
    )
    return Finding(
        "V2",
        _verdict(met),
        f"Of {len(met)} studies {met.count(True)} come out as published, {met.count(False)} do not, and "
        f"{met.count(None)} cannot be told.",
        numbers,
        tried=f"Not as published: {missed}. Nothing was changed for it." if missed else "",
        table=studies_table(results),
    )


def _verdict(met: Sequence[bool | None]) -> Verdict:
    """Join the studies: those that cannot be told keep the whole from holding, and no more."""
    if all(each is None for each in met):
        return "undecided"
    return "holds" if all(met) else "holds in part" if any(met) else "fails"


def _figure(finding: Finding) -> Figure:
    """Each answer with its interval; a bar is the published range; an order is judged by the side of 0."""
    table = table_of(finding)
    figure, (ax,) = blank(9.0, 1.0 + 0.42 * len(table))
    for place, row in enumerate(table.to_dict("records")):
        good = row["verdict"] in {"inside", "order as published"}
        color = BLUE if good else MUTED if row["verdict"] == "cannot be told" else VERMILLION
        if math.isfinite(row["range_low"]):
            width = row["range_high"] - row["range_low"]
            ax.barh(place, 100.0 * width, left=100.0 * row["range_low"], height=0.6, color=RULE, linewidth=0)
        ax.plot([100.0 * row["low"], 100.0 * row["high"]], [place, place], color=INK, linewidth=1.2)
        ax.plot(100.0 * row["value"], place, "o" if good else "D", color=color, markersize=5)
    ax.axvline(0.0, color=MUTED, linewidth=0.8)
    ax.set_yticks(range(len(table)), [fill(str(name), 58) for name in table["study"]], fontsize=7)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel("relative change [%]; bars: published ranges")
    ax.grid(visible=False, axis="y")
    return figure


PATTERNS = (
    Pattern(
        "V2",
        "Field studies replayed",
        "responses",
        (),
        Plan(
            "baseline, as the file of each study changes it (scenarios/replays)",
            "what each study did, to whom it was done",
            "that of each study",
            "relative change by arm, less another where the study compares two; interval by jackknife over seeds",
            "the whole interval within the published range, or on the published side of 0; a central value alone is "
            "taken as a range of half of it on either side",
        ),
        _test,
        _figure,
        modules=("tests.patterns.making.replays", "tests.patterns.making.replay_file"),
        scenarios=tuple(dict.fromkeys(replay.scenario for replay in replays().values())),
        files=tuple(replay_path_of(name) for name in replays()),
    ),
)
