"""A discovery in words, tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.discover.figures import draw_boxes, draw_scatter, draw_trajectory, draw_tree
from sim.answers.discover.tables import facts, tables
from sim.answers.discover.words import box_text, item_of, label_of, mean_text, share, share_span, what_happens
from sim.measures.words import NONE, amount, listed
from sim.questions.discover.box import inside, share_interval
from sim.questions.discover.find import FEWEST_OF_A_KIND, LIKELY
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name
from sim.scenario.parameters.base import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.questions.discover.find import Discovery, WorldBox
    from sim.questions.discover.tree import TreeNode
    from sim.questions.discover.worlds import Worlds

_SHOWN = 15  # inputs in the table of those that tell worlds apart


def analysis_of(worlds: Worlds, found: Discovery, above: float = 0.0, command: str = "") -> Analysis:
    """Prepare the report of a discovery.

    Args:
        worlds: What was run.
        found: What `discover` found in them.
        above: The value that the mean of a world of interest lies above, in the unit of the measure.
        command: Command that repeats it.
    """
    return Analysis(
        kind="discover",
        scenario=worlds.scenario,
        question=f"Where is it that {what_happens(worlds, above)}?",
        answer=list(answer(worlds, found, above)),
        sections=list(_sections(worlds, found, above)),
        tables=tables(worlds, found, above),
        seeds=list(map(int, worlds.results.columns)),
        weeks=worlds.weeks,
        touched=_touched(worlds, found),
        notes=list(notes(worlds, found, above)),
        facts=facts(worlds, found, above),
        command=command,
    )


def answer(worlds: Worlds, found: Discovery, above: float = 0.0) -> Iterator[str]:
    """Say where it holds, where not, how clear the worlds are, and what the tree says."""
    told = [one for one in found.findings if one.holds]
    for finding in told:
        yield from _told(worlds, found, finding, above)
    for finding in found.findings:
        if not finding.holds:
            yield _untold(worlds, found, finding, above, alone=not told)
    if not found.findings:
        part = min(found.share, 1.0 - found.share)
        holds = found.share > 0.5
        text = what_happens(worlds, above, holds=holds)
        yield (
            f"{_upper(text)} in {round((1 - part) * len(found.outcome))} of {len(found.outcome)} worlds; fewer than "
            f"{FEWEST_OF_A_KIND} are otherwise, which is too few to say where."
        )
    yield _clearness(worlds, above)
    if found.tree:
        yield _tree_text(found)


def _told(worlds: Worlds, found: Discovery, finding: WorldBox, above: float) -> Iterator[str]:
    held, holds = finding.held, finding.interest
    where = box_text(finding.box, worlds.scenario)
    often = "" if held.density > 0.5 else "most often"
    yield (
        f"{_upper(what_happens(worlds, above, holds=holds, often=often))} in worlds with {where}: in "
        f"{share(held.density)} of such "
        f"worlds ({share_span(share_interval(held.both, held.inside))}; {held.inside} that had no part in finding "
        f"this), against {share(held.base)} of all. This covers {share(held.coverage)} of the worlds in which it "
        f"{'does' if holds else 'does not'} ({share_span(share_interval(held.both, held.of_interest))})."
    )
    there = inside(finding.box, found.inputs) & ~found.learning
    rest = ~found.learning & ~there
    what = "difference" if worlds.decision else MEASURES[worlds.measure].label.lower()
    yield (
        f"The mean {what} there is {mean_text(worlds, worlds.mean[there])}, "
        f"elsewhere {mean_text(worlds, worlds.mean[rest])}."
    )


def _untold(worlds: Worlds, found: Discovery, finding: WorldBox, above: float, *, alone: bool) -> str:
    base = found.share if finding.interest else 1.0 - found.share
    text = what_happens(worlds, above, holds=finding.interest)
    if alone and finding.interest:
        part = share_span(share_interval(round(base * len(found.outcome)), len(found.outcome)))
        start = f"{_upper(text)} in {share(base)} of {len(found.outcome)} worlds ({part})"
        return f"{start}, and no limits on what was varied say where more often than that."
    verb = "does" if finding.interest else "does not"
    if not finding.box:
        return f"No limits hold up that say where it {verb} more often than in {share(base)} of worlds."
    where = box_text(finding.box, worlds.scenario)
    return (
        f"Where it {verb} cannot be told: in held-out worlds with {where} that is so in {share(finding.held.density)}, "
        f"not clearly more than the {share(finding.held.base)} of all."
    )


def _clearness(worlds: Worlds, above: float) -> str:
    unclear = worlds.unclear(above)
    count = worlds.results.shape[1]
    if unclear is None:
        return (
            "With one seed a world, luck cannot be told from what a world is like; it moves shares towards that of all "
            "worlds. Two seeds or more say how often."
        )
    side = "the sign of the difference" if worlds.decision and above == 0.0 else "the side of the threshold"
    return (
        f"With {count} seeds a world, {side} is not clear in {int(unclear.sum())} of {len(unclear)} worlds (95% "
        "intervals); such luck moves shares in a box towards that of all worlds, so the limits are less sharp than "
        "they would be with more seeds."
    )


def _tree_text(found: Discovery) -> str:
    tree = found.tree
    assert tree is not None  # noqa: S101 - told to the type checker; asked before
    asked = listed([label_of(name) for name in tree.root.inputs()])
    span = f"{tree.low * 100:.0f} to {tree.high * 100:.0f}% in most folds"
    if not tree.knows:
        return (
            f"A tree does not reliably tell these worlds from the others: it is right in {share(tree.accuracy)} of "
            f"both kinds ({span}) of worlds it has not seen, where guessing gives 50%."
        )
    return (
        f"A tree that asks for {asked} is right in {share(tree.accuracy)} of both kinds of worlds it has not seen "
        f"({span}); guessing gives 50%."
    )


def notes(worlds: Worlds, found: Discovery, above: float = 0.0) -> Iterator[str]:
    """Say what was left out."""
    del above
    if worlds.interrupted:
        yield f"Stopped after {len(worlds.inputs)} of {worlds.asked} worlds."
    lost = sum(worlds.left_out.values())
    if lost:
        text, count = next(iter(worlds.left_out.items()))
        yield f"{lost} worlds are left out because they could not be run; {count} of them: {text}"
    missing = int(worlds.results.isna().to_numpy().sum())
    if missing:
        yield f"{missing} single runs or pairs failed; their worlds rest on fewer seeds."
    if found.findings and len(found.searched) < found.inputs.shape[1]:
        yield (
            f"{found.inputs.shape[1]} inputs were varied; boxes were searched for in {len(found.searched)}, those that "
            f"alone tell both kinds of worlds apart (p up to {LIKELY:g}, at most twelve)."
        )


def _sections(worlds: Worlds, found: Discovery, above: float) -> Iterator[ReportSection]:
    titles = titles_of(worlds, above)
    if found.findings:
        yield _boxes_section(worlds, found, titles)
        yield ReportSection(
            "How the boxes were found",
            "PRIM peels worlds off, slice by slice, so that the share of the worlds sought (density) rises while fewer "
            "of them stay inside (coverage). What it gains on held-out worlds counts. Limits that made no clear "
            "difference were then left out of the box, which is why its circle can lie off the line.",
            [
                Drawing(
                    "trajectory", "From all worlds on the left to the smallest box on the right.",
                    draw_trajectory(found, titles), (10.4, 3.8),
                )
            ],
        )  # fmt: skip
    if found.tree:
        yield _tree_section(worlds, found, found.tree.root, titles)
    yield ReportSection(
        "What tells the worlds apart",
        "For each input alone: the largest difference between the distributions in both kinds of worlds (Kolmogorov-"
        "Smirnov; for choices Cramer's V), and its p corrected for the number of inputs (Holm).",
        tables=[_separation_table(found)],
    )


def _boxes_section(worlds: Worlds, found: Discovery, titles: dict[bool, str]) -> ReportSection:
    told = [one for one in found.findings if one.holds]
    drawings = []
    if told:
        rows = len({limit.name for one in told for limit in one.box})
        drawings.append(
            Drawing(
                "boxes", "Grey: the range over which an input was varied. Coloured: the part in the box.",
                draw_boxes(found, told, titles), (10.4, 1.1 + 0.62 * rows),
            )
        )  # fmt: skip
    pair = strongest(found)
    if pair:
        drawings.append(
            Drawing(
                "worlds", "Every dot is a world; the frames are what the boxes ask of these two inputs.",
                draw_scatter(found, pair, worlds.unclear(_above_of(worlds, found)), titles), (10.4, 5.0),
            )
        )  # fmt: skip
    lead = (
        "The limits come from half of the worlds; the counts from the other half."
        if told
        else "No box beats the share of all worlds in the half that had no part in finding it."
    )
    shown = [_limits_table(worlds, one, titles[one.interest]) for one in told]
    return ReportSection("Where it holds, and where not", lead, drawings, shown)


def _above_of(worlds: Worlds, found: Discovery) -> float:
    """Give back the value that parts the worlds, between the highest of those below and the lowest above."""
    return float(worlds.mean[~found.outcome].max() + worlds.mean[found.outcome].min()) / 2.0


def strongest(found: Discovery) -> tuple[str, str] | None:
    """Name the two inputs that matter most: those of the boxes first, then those that tell worlds apart."""
    boxed = [limit.name for one in found.findings if one.holds for limit in one.box]
    ranked = [name for name in found.separation["input"] if name in boxed]
    ranked += [name for name in found.separation["input"] if name not in boxed]
    return (ranked[0], ranked[1]) if len(ranked) > 1 else None


def _tree_section(worlds: Worlds, found: Discovery, root: TreeNode, titles: dict[bool, str]) -> ReportSection:
    rows = [
        [box_text(leaf.box, worlds.scenario) or "all worlds", f"{leaf.worlds}", share(leaf.share)]
        for leaf in root.leaves()
    ]
    lead = "A second way to look, over all worlds; yes is on the left."
    if found.tree and not found.tree.knows:
        lead = "On worlds it has not seen this tree does hardly better than guessing: it should not be relied on."
    drawings = []
    if root.split:
        drawings = [
            Drawing(
                "tree", f"Share of worlds in which {titles[True]}, and worlds at each leaf.",
                draw_tree(root, worlds.scenario), (10.4, 1.0 + 1.15 * (root.depth() + 1)),
            )
        ]  # fmt: skip
    table = TextTable(["worlds with", "worlds", titles[True]], rows, (1, 2), "The tree as rules")
    return ReportSection("The tree", lead, drawings, [table])


def titles_of(worlds: Worlds, above: float) -> dict[bool, str]:
    """Name both kinds of worlds shortly."""
    label = MEASURES[worlds.measure].label.lower()
    text = amount(above, MEASURES[worlds.measure].unit, worlds.scenario.currency, signed=bool(worlds.decision))
    if worlds.decision is None:
        return {True: f"{label} above {text}", False: f"{label} not above {text}"}
    if above:
        return {True: f"{label}: more than {text}", False: f"{label}: not more than {text}"}
    return {True: f"{label} rises", False: f"{label} does not rise"}


def _limits_table(worlds: Worlds, finding: WorldBox, title: str) -> TextTable:
    rows = []
    for _, row in finding.limits.iterrows():
        item = item_of(str(row["input"]))
        word = {"low": "at least", "high": "at most", "words": "one of"}[str(row["end"])]
        value = str(row["value"]) if row["end"] == "words" else plain(float(row["value"]))
        firm = NONE
        if np.isfinite(row["spread_low"]):
            firm = " to ".join(plain(float(f"{row[end]:.3g}")) for end in ("spread_low", "spread_high"))
        rows.append(
            [
                label_of(str(row["input"])), item.doc if item else "", f"{word} {value}",
                item.unit.replace("currency", worlds.scenario.currency) if item else "", firm,
                share(float(row["found"])), _p(float(row["quasi_p"])), _p(float(row["quasi_p_held"])),
            ]
        )  # fmt: skip
    head = ["input", "what it is", "limit", "unit", "where in resamples", "set in", "quasi-p", "held out"]
    return TextTable(head, rows, (4, 5, 6, 7), f"{title[:1].upper()}{title[1:]}: limits")


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _separation_table(found: Discovery) -> TextTable:
    rows = []
    for _, row in found.separation.head(_SHOWN).iterrows():
        item = item_of(str(row["input"]))
        rows.append(
            [label_of(str(row["input"])), item.doc if item else "", f"{row['distance']:.2f}", _p(row["p_adjusted"])]
        )
    more = len(found.separation) - _SHOWN
    caption = f"The first {_SHOWN}; {more} more are in separation.csv" if more > 0 else ""
    return TextTable(["input", "what it is", "distance", "p"], rows, (2, 3), caption)


def _touched(worlds: Worlds, found: Discovery) -> list[str]:
    names = {limit.name.rpartition(": ")[2] for one in found.findings for limit in one.box}
    done = set(worlds.decision.names) if worlds.decision else set()
    return [name for name in by_name() if name in names | done]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
