"""What `docs/studies-replayed.md` and the console say of the replayed studies, made from the stored finding."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from sim.measures.words import MINUS, percent
from sim.scenario.evidence import evidence_row
from tests.markdown import table
from tests.patterns.making.replay_file import left_out, replays
from tests.patterns.making.replays import cited_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.patterns.making.replay_file import Published
    from tests.patterns.making.replays import Replayed

PAGE = "studies-replayed.md"
BEGIN, END = "<!-- made by flywheel validate --studies -->\n", "<!-- end of what is made -->\n"
_SMALL = 0.01  # relative change
HEAD = ("study", "published", "model", "95% interval", "verdict")

_COLUMNS = ["name", "study", "published", "range_low", "range_high", "value", "low", "high", "n", "verdict"]


def studies_table(results: Mapping[str, Replayed]) -> pd.DataFrame:
    """Lay out what was published and what the model answers, a row a study.

    Args:
        results: By name of the file.
    """
    rows = []
    for name, result in results.items():
        replay = result.replay
        low, high = replay.published.range or (float("nan"), float("nan"))
        study = f"{', '.join(replay.sources)}: {replay.title}"
        shown = (result.value, result.low, result.high, result.n, result.verdict)
        rows.append((name, study, _published(replay.published), low, high, *shown))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.astype(dict.fromkeys(["range_low", "range_high", "value", "low", "high"], float))


def result_rows(frame: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    """Write a row a study under `HEAD`."""
    return [
        (
            row["study"],
            row["published"],
            _percent(row["value"]),
            f"{_percent(row['low'])} to {_percent(row['high'])}",
            row["verdict"],
        )
        for row in frame.to_dict("records")
    ]


def _published(published: Published) -> str:
    """What was published, and which range a central value alone stands for."""
    if not published.widened or published.range is None:
        return published.text
    low, high = map(_percent, published.range)
    return f"{published.text} alone; taken as {low} to {high}, half of it on either side"


def _percent(value: float) -> str:
    """Write a relative change; one below 1% with two digits that count."""
    if not math.isfinite(value) or abs(value) >= _SMALL:
        return percent(value)
    return f"{value * 100:+.2g}%".replace("-", MINUS)


def made_part(frame: pd.DataFrame) -> str:
    """Write the part of the document that is made: results, heads, and what cannot be replayed."""
    heads = (_head(name) for name in frame["name"])
    results = [(*row, _cited(name)) for row, name in zip(result_rows(frame), frame["name"], strict=True)]
    missing = [(", ".join(study.sources), study.study, study.reason) for study in left_out()]
    parts = [
        f"## Published and replayed\n\nOver {int(frame['n'].max())} pairs of runs. {_counts(frame['verdict'])}\n\n",
        table((*HEAD, "defaults that cite it"), results),
        "\n## The studies\n",
        *heads,
        "\n## What cannot be replayed\n\n",
        table(("rows", "study", "why"), missing),
    ]
    return "".join(parts)


def _head(name: str) -> str:
    """One study: who, what, how long, which measure, source."""
    replay = replays()[name]
    cited = [evidence_row(row) for row in replay.sources]
    first, end = replay.window
    rows = [
        ("who", replay.who),
        ("what", replay.what),
        ("how long", replay.how_long),
        ("measure", replay.outcome),
        ("published", _published(replay.published)),
        ("source", "; ".join(f"{row.id}: {row.source} ({row.year}, grade {row.confidence})" for row in cited)),
        ("in the model", f"`{replay.scenario}`, `{replay.measure}`, weeks {first} to {end - 1}"),
        ("departs from it", replay.departs),
        ("defaults that cite it", _cited(name)),
        ("file", f"`scenarios/replays/{name}.toml`"),
    ]
    return f"\n### {', '.join(replay.sources)}: {replay.title}\n\n{table(('', ''), rows)}"


def _cited(name: str) -> str:
    return ", ".join(f"`{dotted}`" for dotted in cited_by(replays()[name])) or "none"


def _counts(verdicts: Iterable[str]) -> str:
    said = list(verdicts)
    as_published = sum(verdict in {"inside", "order as published"} for verdict in said)
    untold = said.count("cannot be told")
    missed = len(said) - as_published - untold
    return f"Of {len(said)} studies {as_published} come out as published, {missed} do not, and {untold} cannot be told."


def write_part(folder: Path, frame: pd.DataFrame) -> None:
    """Write the made part into the document of a folder, where there is one, and leave the rest as it is."""
    file = folder / PAGE
    if not file.is_file():
        return
    text = file.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{made_part(frame)}\n{END}{after}", encoding="utf-8")
