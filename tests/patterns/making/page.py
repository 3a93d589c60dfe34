"""`validation.md`: every pattern with its verdict, numbers and figure, made from the stored findings alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from scenarios import claims_path
from sim.answers.palette import STYLE
from sim.measures.words import MINUS, digits, percent
from sim.scenario.errors import InputError
from tests.markdown import anchor, table
from tests.patterns.making.pattern import GROUPS, VERDICTS
from tests.patterns.making.reality import reality_section
from tests.patterns.making.registry import patterns
from tests.patterns.making.replay_page import write_part
from tests.patterns.making.store import FOLDER, digest_of, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.patterns.making.pattern import Number, Pattern, Robustness
    from tests.patterns.making.store import Stored

TREE = Path(__file__).resolve().parents[3]
PAGE = "validation.md"

_HEAD = """# Validation

Written by `make validate`; not to be edited by hand.

Each pattern is a statistical test with a fixed scenario, lever sizes, window and threshold, on runs paired by seed.
None of them is forced by a rule that names it. Intervals are 95% intervals; a threshold "interval above 0" asks that
the whole interval lies there. *Holds*: every threshold is met; *holds in part*: some are; *fails*: none is, or the
one that decides is not; *undecided*: too few replicates for a verdict. The model's free numbers were set with these
patterns in sight, so that a pattern that holds shows what the mechanisms can produce, and its robustness how far it
depends on what was assumed.

**Robustness** is the share of plausible worlds ([worlds.md](worlds.md)) in which the pattern holds; in each of them
everything that is assumed differs at once, within what the evidence leaves possible. A world has few seeds here, so its
own verdict is by the sign or threshold of a mean, not by an interval.

{count}

"""

_REPEAT = """
## To repeat it

`make validate`, or `flywheel validate`, runs all of it and writes this page, its figures and the findings as data
(`{folder}/*.json`). `flywheel validate --pattern {example}` runs some and leaves the others as they are;
`flywheel validate --page` writes the page again without running anything. The digest is a hash of the rules, the
schedule, every number of the scenarios and the test itself, without comments; a test of the project fails for a pattern
whose stored finding was made by another model.

"""


def write_page(folder: Path) -> Path:
    """Write the page, its figures and the table of replayed studies from the findings stored in a folder.

    Returns:
        Where the page is.

    Raises:
        InputError: A file cannot be read or written, or nothing is stored.
    """
    kept = {name: one for name in patterns() if (one := read(folder, name)) is not None}
    if not kept:
        raise InputError(f"{folder / FOLDER} holds no finding; run: flywheel validate --out {folder}")
    try:
        for name, one in kept.items():
            draw(folder, patterns()[name], one)
        (folder / PAGE).write_text(page(kept), encoding="utf-8")
        if "V2" in kept and (studies := kept["V2"].finding.table) is not None:
            write_part(folder, studies)
        if folder.resolve() == TREE / "docs":
            claims_path("verdicts").write_text(verdicts_text(kept), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}") from error
    return folder / PAGE


def verdicts_text(kept: Mapping[str, Stored]) -> str:
    """Write the verdicts as the program carries them, `scenarios/claims/verdicts.toml`."""
    lines = [f'{name} = "{one.finding.verdict}"' for name, one in kept.items()]
    return "\n".join(["# Made by `make validate`; docs/validation.md has the findings.", *lines, ""])


def draw(folder: Path, pattern: Pattern, one: Stored) -> None:
    """Write a pattern's figure beside its finding, if it has one."""
    if pattern.figure is None or one.finding.table is None:
        return
    settings: Any = STYLE  # the declared names are a list of literals
    with mpl.rc_context(settings):
        pattern.figure(one.finding).savefig(folder / FOLDER / f"{pattern.id}.png", metadata={"Software": None})


def page(kept: Mapping[str, Stored]) -> str:
    """Write the page.

    Args:
        kept: Findings by id of the pattern, in the order of the page.
    """
    known = patterns()
    chosen = {name: (known[name], one) for name, one in kept.items()}
    parts = [
        _HEAD.format(count=_count(kept, len(known))),
        table(
            ("pattern", "", "verdict", "found", "robustness"),
            [_summary(pattern, one) for pattern, one in chosen.values()],
        ),
    ]
    for group, title in GROUPS.items():
        members = [pair for pair in chosen.values() if pair[0].group == group]
        if members:
            parts.append(f"\n## {title}\n")
            parts += [_section(pattern, one) for pattern, one in members]
    parts.append(_REPEAT.format(folder=FOLDER, example=",".join(list(kept)[:2])))
    rows = [_made(one) for one in kept.values()]
    parts.append(table(("pattern", "digest", "seeds", "draws", "seeds a draw", "seconds", "made with"), rows))
    return "".join(parts)


def _count(kept: Mapping[str, Stored], known: int) -> str:
    found = [one.finding.verdict for one in kept.values()]
    parts = [f"{found.count(verdict)} {verdict}" for verdict in VERDICTS if verdict in found]
    missing = known - len(kept)
    return f"**Of {len(kept)} patterns: {', '.join(parts)}.**" + (f" {missing} have not been run." if missing else "")


def _heading(pattern: Pattern) -> str:
    return f"{pattern.id} {pattern.title}"


def _summary(pattern: Pattern, one: Stored) -> tuple[str, ...]:
    finding = one.finding
    return (
        f"[{pattern.id}]({anchor(_heading(pattern))})",
        pattern.title,
        _bold(finding.verdict),
        finding.sentence,
        _share(finding.robustness),
    )


def _bold(verdict: str) -> str:
    return verdict if verdict == "holds" else f"**{verdict}**"


def _share(robust: Robustness | None) -> str:
    return "not measured" if robust is None else f"{robust.share:.0%} of {robust.draws}"


def _section(pattern: Pattern, one: Stored) -> str:
    """One pattern: what was done, what was found, the figure."""
    finding, plan = one.finding, pattern.plan
    lines = [f"\n### {_heading(pattern)}\n", f"**{finding.verdict.capitalize()}.** {finding.sentence}\n"]
    planned = {"scenario": plan.scenario, "levers": plan.levers, "window": plan.window}
    planned |= {"statistic": plan.statistic, "threshold": plan.threshold, "claims": ", ".join(pattern.claims) or "none"}
    lines.append(table(("plan", ""), planned.items()))
    if finding.numbers:
        head = ("measured", "value", "95% interval", "replicates", "needed", "met")
        lines.append(table(head, map(_number_row, finding.numbers)))
    lines += _remarks(one)
    if pattern.figure is not None and finding.table is not None:
        lines.append(f"![{_heading(pattern)}]({FOLDER}/{pattern.id}.png)\n")
    if pattern.id == "R1":
        lines.append(reality_section(finding, one.seeds))
    return "\n".join(lines)


def _remarks(one: Stored) -> Iterable[str]:
    finding, robust = one.finding, one.finding.robustness
    if robust is not None:
        yield (
            f"Robustness: {robust.share:.0%} [{robust.low:.0%} to {robust.high:.0%}] of {robust.draws} draws of "
            f"{robust.seeds} seeds; a draw counts if {robust.rule}.\n"
        )
    if finding.where:
        yield f"Where: {finding.where}\n"
    if finding.tried:
        yield f"What was tried and what it means: {finding.tried}\n"


def _number_row(one: Number) -> tuple[str, ...]:
    known = one.low is not None and one.high is not None
    ends = f"{written(one.low, one.unit)} to {written(one.high, one.unit)}" if known else ""
    met = {None: "too few replicates" if one.needed else "", True: "yes", False: "**no**"}[one.met]
    return one.name, written(one.value, one.unit, with_unit=True), ends, str(one.n or ""), one.needed, met


def written(value: float | None, unit: str, *, with_unit: bool = False) -> str:
    """Write a number of a pattern in its unit: shares and relative differences as percentages."""
    if value is None or not math.isfinite(value):
        return "none"
    if unit == "of base":
        return percent(value)
    if unit == "share":
        return f"{value:.1%}".replace("-", MINUS)
    text = f"{value:,.0f}" if float(value).is_integer() else digits(abs(value))
    sign = MINUS if value < 0.0 and not text.startswith("-") else ""
    return f"{sign}{text}" + (f" {unit}" if with_unit and unit else "")


def _made(one: Stored) -> tuple[object, ...]:
    versions = ", ".join(f"{name} {version}" for name, version in one.versions.items())
    return one.finding.pattern, one.digest, one.seeds, one.draws, one.draw_seeds, f"{one.seconds:.0f}", versions


def stale(folder: Path) -> list[str]:
    """Name the patterns whose stored finding was made by another model or test, or is missing."""
    found = []
    for name, pattern in patterns().items():
        one = read(folder, name)
        if one is None or one.digest != digest_of(pattern):
            found.append(name)
    return found
