"""`validation.md`: the table of R1 with its figure, how it came about and how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.errors import InputError
from sim.experiments.statistics import mean_interval
from sim.experiments.versions import versions
from sim.metrics import MEASURES
from sim.parameters import all_parameters
from sim.report.words import NONE, digits
from sim.scenario import Scenario
from sim.validation.digest import model_digest
from sim.validation.figure import write_figure
from sim.validation.r1 import LABELS, SCENARIOS, SEEDS, Verdict, judged, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sim.experiments.statistics import Floats, Interval
    from sim.validation.r1 import Values

PAGE = "validation.md"
FIGURE = "validation_r1.png"

_INTRODUCTION = """# Validation

Written by `make validate`; not to be edited by hand.

## Reality (pattern R1)

One row for each measure and scenario, for the baseline and the nine cells of phase and ACV band. The model's value is
the mean over {seeds} runs of {weeks} weeks after a burn-in of {burn_in}, seeds 0 to {last}, the same in every scenario,
with the 95% interval of that mean. The range is the low and high end of a row of the evidence table
(`sim/evidence.csv`). A mean within it is *inside*, whatever its interval; all else is *outside*, with the distance to
the nearer end. Misses are shown as misses.

**{n_inside} of {n_rows} rows are inside.** Outside are:

{misses}

What this table can and cannot show:

- **It is in-sample.** The free numbers of the scenarios were set by hand to come into these ranges. A row that
  is inside shows that the mechanisms can produce the level, not that they predict it.
- **There is no evidence by phase.** The cells of one ACV band share the rows of that band, whatever their phase, and
  five of the seven measures have one row for all. A company searching for product-market fit may truly differ from the
  average firm in a survey, so a miss in `pmf_*` weighs less than one in the baseline.
- **The evidence is mostly surveys and compilations**, of confidence A (measured, method known) to D (hearsay); samples
  and definitions differ from row to row. The bands of the evidence (15,000 to 100,000 for mid-market) and of the
  scenarios (15,000 to 50,000) are not quite the same.
- **`baseline` is the cell `scale_15k_to_50k`** {same}; only the row its win rate is held against differs.
- **Small forces.** The scenarios have {forces} reps. The best fifth is rounded up to whole people: 2 of 6, so that its
  share of revenue is too high there; and the share of reps at quota jumps by whole people.
- **Whether disqualified deals count decides much.** Without them, {other} of {both} rows of win rate and no decision
  are outside; see the other reading below.

"""

_READING = """
### The other reading of win rate and no decision

A deal that a rep disqualifies counts as closed in no decision, in this model's definitions. Surveys do not say whether
they count it, and a range can fit one reading and not the other. Without the disqualified the same runs give, held
against the same ranges:

"""

_REPEAT = """
## To repeat it

`make validate`, or `flywheel validate --seeds {seeds}`, writes this page and its figure. The numbers belong to the
model with the digest below: a hash of the rules, the schedule and every number of the ten scenarios, without comments.
A test fails when the page was made by another model.

"""


def validate(
    folder: Path,
    seeds: int = SEEDS,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """Run R1 and write its page and figure.

    Args:
        folder: Where; made if there is none.
        seeds: Runs of each scenario.
        workers: Threads, as many as there are cores by default.
        progress: Told how many runs are done and how many there are.

    Returns:
        The rows, in the order of the table.

    Raises:
        InputError: An argument is not allowed, or the folder cannot be written.
        KeyboardInterrupt: It was stopped; nothing was written.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is no folder; name one with --out")
    values = measured(seeds, workers=workers, progress=progress)
    verdicts = judged(values)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_figure(verdicts, folder / FIGURE)
        (folder / PAGE).write_text(page(values, verdicts), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}") from error
    return verdicts


def page(values: Values, verdicts: Sequence[Verdict]) -> str:
    """Write the page.

    Args:
        values: As `measured` gives them, for every scenario.
        verdicts: As `judged` gives them.
    """
    seeds = len(values["baseline"]["win_rate"])
    parts = [
        _introduction(seeds, verdicts, [one for name in values for one in _read_otherwise(name, values[name])]),
        table(("measure and evidence row", "range", "model: mean [95% interval]", "verdict"), map(_row, verdicts)),
        f"\n![Each row's range and the model's mean]({FIGURE})\n",
        _READING,
        table(("scenario", "win rate", "no decision", "disqualified, of all closed"), map(_reading, values.items())),
        _REPEAT.format(seeds=seeds),
        table(("what", "value"), _made_by().items()),
    ]
    return "".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table in Markdown.

    Args:
        head: Names of the columns.
        rows: Rows of cells; bars in them are escaped.
    """
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _introduction(seeds: int, verdicts: Sequence[Verdict], otherwise: Sequence[Verdict]) -> str:
    chosen = {name: Scenario.load(name) for name in SCENARIOS}
    twin, baseline = chosen["scale_15k_to_50k"], chosen["baseline"]
    same = all(twin[name] == baseline[name] for name in _numbers())
    forces = sorted({int(one["structure.n_reps"]) for one in chosen.values()})
    misses = [one for one in verdicts if not one.inside]
    return _INTRODUCTION.format(
        seeds=seeds,
        last=seeds - 1,
        weeks=baseline["organization.weeks"],
        burn_in=baseline["organization.burn_in_weeks"],
        n_inside=len(verdicts) - len(misses),
        n_rows=len(verdicts),
        misses=_misses(misses),
        same="under another name" if same else "in all but a few numbers",
        other=sum(not one.inside for one in otherwise),
        both=len(otherwise),
        forces=f"{', '.join(map(str, forces[:-1]))} or {forces[-1]}" if len(forces) > 1 else str(forces[0]),
    )


def _misses(misses: Sequence[Verdict]) -> str:
    """One line a measure, with the scenarios that miss it."""
    by_measure: dict[str, list[str]] = {}
    for one in misses:
        by_measure.setdefault(one.target.measure, []).append(f"{one.target.scenario} ({one.evidence.id})")
    return "\n".join(f"- {LABELS[name]}: {', '.join(rows)}" for name, rows in by_measure.items()) or "- none"


def _numbers() -> list[str]:
    return [item.dotted for item in all_parameters()]


def _row(one: Verdict) -> tuple[str, ...]:
    low, high = one.target.range
    unit = " days" if _in_days(one.target.measure) else ""
    verdict = one.text if one.inside else f"**{one.text}**"
    limits = f"{_number(low, one.target.measure)} to {_number(high, one.target.measure)}{unit}"
    return one.target.name, limits, _found(one.found, one.target.measure) + unit, verdict


def _found(found: Interval, measure: str) -> str:
    """A mean with its interval."""
    mean, low, high = (_number(value, measure) for value in (found.mean, found.low, found.high))
    return f"{mean} [{low} to {high}]" if found.n else NONE


def _number(value: float, measure: str) -> str:
    return digits(value) if _in_days(measure) else f"{value:.1%}"


def _in_days(measure: str) -> bool:
    return MEASURES[measure].unit == "days"


def _reading(item: tuple[str, dict[str, Floats]]) -> tuple[str, ...]:
    """Win rate and no decision of one scenario without the disqualified, and how many those are."""
    name, values = item
    won = np.where(values["win_rate"] > 0.0, values["win_rate_qualified"], np.nan)
    disqualified = mean_interval(1.0 - values["win_rate"] / won).mean
    verdicts = _read_otherwise(name, values)
    return (name, *(f"{one.found.mean:.1%}, {one.text}" for one in verdicts), f"{disqualified:.1%}")


def _read_otherwise(name: str, values: dict[str, Floats]) -> list[Verdict]:
    """Win rate and no decision without the disqualified, held against the same ranges.

    A run without a single win has no share of no decision here and is left out of its mean.
    """
    won = values["win_rate_qualified"]
    lost = values["loss_rate"] * won / np.where(values["win_rate"] > 0.0, values["win_rate"], np.nan)
    return judged({name: {"win_rate": won, "no_decision_rate": 1.0 - won - lost}})


def _made_by() -> dict[str, str]:
    return {"model digest": model_digest(SCENARIOS)} | versions()
