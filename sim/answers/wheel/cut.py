"""What was found by cutting a wheel, as an answer that can be written in any form."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, series_of_means
from sim.answers.wheel.figure import SIZE, draw_wheel
from sim.answers.wheel.words import cut_rows, interval_text, summary_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.questions.wheel.gain import Wheel

_COLUMNS = ("cut at", "gain there", "turn time, weeks", "the wheel", "10 points better execution raises the last")


def cuts_table(wheel: Wheel) -> TextTable:
    """Put the cuts below each other."""
    return TextTable(_COLUMNS, cut_rows(wheel), (1, 2))


def analysis_of(
    wheel: Wheel, seeds: Sequence[int], lines: Sequence[str], data: dict[str, Any], command: str = ""
) -> Analysis:
    """Lay out a wheel that was cut.

    Args:
        wheel: What the cuts found.
        seeds: Of its twins.
        lines: What else was measured, in sentences.
        data: All of it as plain data.
        command: Command that repeats it.
    """
    stages = wheel.loop.stages
    names = [stage.name for stage in stages]
    links = [f"{name} → {names[(index + 1) % len(names)]}" for index, name in enumerate(names)]
    transfers = Chart(
        "transfers", "What each link passes on of a lasting push of 1%", "bar", links,
        [series_of_means("% a % pushed", wheel.transfers)], signed=True, caption="Lines are 95% intervals.",
    )  # fmt: skip
    gains = Chart(
        "gains", "What comes round, by where the wheel is cut", "bar", names, [series_of_means("gain", wheel.gains)],
        caption="The wheel accelerates above 1 and brakes below; lines are 95% intervals.",
    )  # fmt: skip
    ring = Drawing(
        "ring", "Green links raise, red ones lower, grey ones cannot be told from nothing.",
        partial(draw_wheel, wheel=wheel), SIZE, wide=False,
    )  # fmt: skip
    passed = [[link, interval_text(found)] for link, found in zip(links, wheel.transfers, strict=True)]
    passes = TextTable(["link", "passes on"], passed, (1,))
    rows = [
        {"stage": name, **{f"{what} {end}": getattr(found[index], end) for what, found in
         (("transfer", wheel.transfers), ("gain", wheel.gains)) for end in ("mean", "low", "high")},
         "turn_weeks": wheel.turn_times[index][0], "verdict": wheel.verdict(index)}
        for index, name in enumerate(names)
    ]  # fmt: skip
    return Analysis(
        kind="wheel, cut", scenario=wheel.scenario,
        question=f"{wheel.loop.title}: what comes round of a push?", answer=[*summary_lines(wheel), *lines],
        sections=[
            ReportSection("What comes round", "", [ring], [cuts_table(wheel)], [gains]),
            ReportSection("What each link passes on", "", (), [passes], [transfers]),
        ],
        tables={"stages": pd.DataFrame(rows)}, seeds=seeds, weeks=wheel.question.weeks, facts=data,
        command=command,
    )  # fmt: skip
