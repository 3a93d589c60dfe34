"""What was found, on the page of the plausible worlds: written below a mark, from the record that travels with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.scenario.parameters import by_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MARK = "<!-- made by flywheel match -->"
_WORDS = {
    "luck": "luck",
    "screening": "screening",
    "wave1": "first wave",
    "wave2": "second wave",
    "candidates": "candidates",
    "further": "further candidates",
    "finalists": "finalists",
}


def write_page(file: Path, facts: Mapping[str, Any]) -> None:
    """Write what was found below the mark of the page.

    Raises:
        InputError: The page has no mark.
    """
    head, mark, _ = file.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise InputError(f"{file} has no line {MARK}, below which results are written")
    file.write_text(head + MARK + "\n\n" + "\n".join(_lines(facts)) + "\n", encoding="utf-8")


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    inside, known = facts["inside"].values(), facts["defaults"]
    yield (
        f"**{facts['worlds']} of {facts['finalists']} finalists stand** on {facts['seeds']} seeds each, with "
        f"{min(inside)} to {max(inside)} of {facts['rows']} rows in range. The defaults have {known['inside']} in "
        f"range and a second-largest implausibility of {known['second']:g}, so they "
        f"{'are' if known['stands'] else 'are not'} one of them. The worlds belong to the rules {facts['model']}."
    )
    if again := facts.get("rechecked"):
        yield f"\nRun anew under these rules, {again['stand']} of {again['of']} stood."
    yield from ("", "| stage | places | seeds each | part of the space that was left |", "|---|---|---|---|")
    for stage, one in facts["stages"].items():
        yield f"| {_WORDS[stage]} | {one['places']} | {one['seeds']} | {_left(stage, one['left'])} |"
    yield ""
    labels = ", ".join(f"{by_name()[name].label} (`{name}`)" for name in facts["active"])
    yield f"Active are {len(facts['active'])} parameters: {labels}."
    settled = "surer than luck and model together" if facts["settled"] else "not all surer than luck and model together"
    yield f"\nSurrogates are {settled}. What they and the worlds make of each row:"
    yield from _rows(facts)
    yield "\nPlaces judged without each fifth of the rows, and how often those left out are in range:"
    yield from ("", "| places that keep the others | left out in range there | in all places |", "|---|---|---|")
    for one in facts["coverage"]:
        yield f"| {one['kept']} of {one['of']} | {_share(one['inside_kept'])} | {_share(one['inside_all'])} |"
    if evenly := facts.get("evenly"):
        yield (
            f"\nOf {evenly['places']} places spread evenly over the space {evenly['stand']['as it is']} stand by "
            f"{evenly['seeds']} runs of their own; were the model twice as wrong as was fixed, "
            f"{evenly['stand']['doubled']} would."
        )
    if held := facts.get("held_aside"):
        yield from _held(held)


def _rows(facts: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        "",
        "| row | | predicted of the variance | 90% intervals cover | cuts | in range in |",
        "|---|---|---|---|---|---|",
    )
    for name, one in facts["outputs"].items():
        cuts = "yes" if one["cuts"] else "no"
        yield (
            f"| {name} | {one['what']} | {max(one['explained'], 0.0):.0%} | {one['covered']:.0%} | {cuts} | "
            f"{_share(one['inside'])} |"
        )


def _held(held: Mapping[str, Any]) -> Iterator[str]:
    """Say how the rows that no stage asked for come out."""
    shares = sorted(held["worlds"].values())
    yield "\n## Rows held aside\n"
    yield (
        f"No stage of the match asked for them. On eight seeds of their own {held['defaults']:.0%} are in range at the "
        f"defaults, and {shares[0]:.0%} to {shares[-1]:.0%} in {len(shares)} plausible worlds, "
        f"{shares[len(shares) // 2]:.0%} in the middle one."
    )
    yield from ("", "| row | in range in worlds |", "|---|---|")
    for name, share in sorted(held["rows"].items(), key=lambda row: row[1]):
        yield f"| {name} | {_share(share)} |"


def _left(stage: str, left: float) -> str:
    if stage in ("further", "finalists"):
        return f"{left:.0%} of {'the waves' if stage == 'further' else 'all candidates'} stood"
    return "all" if left == 1.0 else f"{left:.2g}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.0%}"
