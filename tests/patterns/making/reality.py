"""The section of the page on reality: the table of R1, how to read it, and the other reading of the win rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.words import NONE, digits
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario
from tests.markdown import table
from tests.patterns.making.plots import table_of
from tests.patterns.making.ranges import LABELS, SCENARIOS, intervals, judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.studies.statistics import Interval
    from tests.patterns.making.pattern import Finding
    from tests.patterns.making.ranges import Verdict

_INTRODUCTION = """One row for each measure and scenario, for the baseline and the nine cells of phase and ACV band. The
model's value is the mean over {seeds} runs of {weeks} weeks after a burn-in of {burn_in}, seeds 0 to {last}, the same
in every scenario, with the 95% interval of that mean. The range is the low and high end of a row of the evidence table
(`sim/scenario/evidence.csv`). A mean within it is *inside*, whatever its interval; all else is *outside*, with the
distance to the nearer end. Misses are shown as misses.

**{n_inside} of {n_rows} rows are inside.** Outside are:

{misses}

What this table can and cannot show:

- **It is in-sample.** The free numbers of the scenarios were set by hand to come into these ranges. A row that
  is inside shows that the mechanisms can produce the level, not that they predict it.
- **There is no evidence by phase.** The cells of one ACV band share the rows of that band, whatever their phase, and
  six of the eight measures have one row for all. A company searching for product-market fit may truly differ from the
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
#### The other reading of win rate and no decision

A deal that a rep disqualifies counts as closed in no decision, in this model's definitions. Surveys do not say whether
they count it, and a range can fit one reading and not the other. Without the disqualified the same runs give, held
against the same ranges:

"""


def reality_section(finding: Finding, seeds: int) -> str:
    """Write the section from the stored finding of R1.

    Args:
        finding: Of R1.
        seeds: Runs of each scenario.
    """
    kept = table_of(finding)
    verdicts = judged(intervals(kept))
    otherwise = judged(intervals(kept, "qualified"))
    return "".join([
        _introduction(seeds, verdicts, otherwise),
        table(("measure and evidence row", "range", "model: mean [95% interval]", "verdict"), map(_row, verdicts)),
        _READING,
        table(("scenario", "win rate", "no decision", "disqualified, of all closed"), _readings(finding)),
    ])  # fmt: skip


def _introduction(seeds: int, verdicts: Sequence[Verdict], otherwise: Sequence[Verdict]) -> str:
    chosen = {name: Scenario.load(name) for name in SCENARIOS}
    twin, baseline = chosen["scale_15k_to_50k"], chosen["baseline"]
    same = all(twin[item.dotted] == baseline[item.dotted] for item in all_parameters())
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


def _readings(finding: Finding) -> list[tuple[str, ...]]:
    """Win rate and no decision of each scenario without the disqualified, and how many those are."""
    found = intervals(table_of(finding), "qualified")
    rows = []
    for scenario in dict.fromkeys(name for name, _ in found):
        verdicts = judged({key: one for key, one in found.items() if key[0] == scenario})
        share = found[scenario, "disqualified"].mean
        rows.append((scenario, *(f"{one.found.mean:.1%}, {one.text}" for one in verdicts), f"{share:.1%}"))
    return rows
