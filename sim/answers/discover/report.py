"""A discovery in words, tables and figures, and the data behind them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.discover.figures import draw_boxes, draw_scatter, draw_trajectory, draw_tree
from sim.answers.discover.words import box_text, decision_text, item_of, label_of, limit_text, share, what_happens
from sim.answers.figures import WIDE
from sim.answers.wording import p_value, rounded, sentence_case
from sim.measures.words import NONE, amount, counted, interval, listed
from sim.questions.discover.box import inside, share_interval
from sim.questions.discover.find import FEWEST_OF_A_KIND, LIKELY
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name
from sim.scenario.parameters.base import plain
from sim.studies.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.questions.discover.find import Discovery, WorldBox
    from sim.questions.discover.tree import TreeNode
    from sim.questions.discover.worlds import Worlds

_KINDS = {True: "of interest", False: "others"}
_SHOWN = 15  # inputs in the table of those that tell worlds apart


def analysis_of(worlds: Worlds, discovery: Discovery, above: float = 0.0, command: str = "") -> Analysis:
    """Prepare the report of what `discover` found in worlds; those of interest have a mean `above` this value."""
    return Analysis(
        kind="discover",
        scenario=worlds.scenario,
        question=f"Where is it that {what_happens(worlds, above)}?",
        answer=list(_answer(worlds, discovery, above)),
        sections=list(_sections(worlds, discovery, above)),
        tables=_tables(worlds, discovery, above),
        seeds=list(map(int, worlds.results.columns)),
        weeks=worlds.weeks,
        touched=_touched(worlds, discovery),
        notes=list(_notes(worlds, discovery)),
        facts=_facts(worlds, discovery, above),
        command=command,
    )


def _answer(worlds: Worlds, discovery: Discovery, above: float) -> Iterator[str]:
    holding = _holding(discovery)
    for finding in holding:
        yield from _where(worlds, discovery, finding, above)
    for finding in discovery.findings:
        if not finding.holds:
            yield _nowhere(worlds, discovery, finding, above, alone=not holding)
    if not discovery.findings:
        part = min(discovery.share, 1.0 - discovery.share)
        text = what_happens(worlds, above, holds=discovery.share > 0.5)
        count = len(discovery.outcome)
        yield (
            f"{sentence_case(text)} in {round((1 - part) * count)} of {count} worlds; fewer than {FEWEST_OF_A_KIND} "
            "are otherwise, which is too few to say where."
        )
    yield _clearness(worlds, above)
    if discovery.tree:
        yield _tree_text(discovery)


def _holding(discovery: Discovery) -> list[WorldBox]:
    return [finding for finding in discovery.findings if finding.holds]


def _where(worlds: Worlds, discovery: Discovery, finding: WorldBox, above: float) -> Iterator[str]:
    held, holds = finding.held, finding.interest
    text = what_happens(worlds, above, holds=holds, often="" if held.density > 0.5 else "most often")
    yield (
        f"{sentence_case(text)} in worlds with {box_text(finding.box, worlds.scenario)}: in {share(held.density)} of "
        f"such worlds ({_span(held.both, held.inside)}; {held.inside} that had no part in finding "
        f"this), against {share(held.base)} of all. This covers {share(held.coverage)} of the worlds in which it "
        f"{'does' if holds else 'does not'} ({_span(held.both, held.of_interest)})."
    )
    there = inside(finding.box, discovery.inputs) & ~discovery.learning
    rest = ~discovery.learning & ~there
    what = "difference" if worlds.decision else MEASURES[worlds.measure].label.lower()
    yield (
        f"The mean {what} there is {_mean(worlds, worlds.mean[there])}, elsewhere {_mean(worlds, worlds.mean[rest])}."
    )


def _span(part: int, whole: int) -> str:
    low, high = share_interval(part, whole)
    return f"{low * 100:.0f} to {high * 100:.0f}%"


def _mean(worlds: Worlds, values: Any) -> str:
    """Write the mean of some worlds with its interval."""
    mean, unit, currency = mean_interval(values), MEASURES[worlds.measure].unit, worlds.scenario.currency
    signed = worlds.decision is not None
    middle = amount(mean.mean, unit, currency, signed=signed)
    return middle if mean.n < 2 else f"{middle} ({interval(mean.low, mean.high, unit, currency, signed=signed)})"


def _nowhere(worlds: Worlds, discovery: Discovery, finding: WorldBox, above: float, *, alone: bool) -> str:
    base, count = discovery.share if finding.interest else 1.0 - discovery.share, len(discovery.outcome)
    if alone and finding.interest:
        part = _span(round(base * count), count)
        text = sentence_case(what_happens(worlds, above))
        return (
            f"{text} in {share(base)} of {count} worlds ({part}), and no limits on what was varied say where more "
            "often than that."
        )
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
    if unclear is None:
        return (
            "With one seed a world, luck cannot be told from what a world is like; it moves shares towards that of all "
            "worlds. Two seeds or more say how often."
        )
    side = "the sign of the difference" if worlds.decision and above == 0.0 else "the side of the threshold"
    return (
        f"With {worlds.results.shape[1]} seeds a world, {side} is not clear in {int(unclear.sum())} of {len(unclear)} "
        "worlds (95% intervals); such luck moves shares in a box towards that of all worlds, so the limits are less "
        "sharp than they would be with more seeds."
    )


def _tree_text(discovery: Discovery) -> str:
    tree = discovery.tree
    assert tree is not None  # noqa: S101 - told to the type checker; asked before
    span = f"{tree.low * 100:.0f} to {tree.high * 100:.0f}% in most folds"
    if not tree.knows:
        return (
            f"A tree does not reliably tell these worlds from the others: it is right in {share(tree.accuracy)} of "
            f"both kinds ({span}) of worlds it has not seen, where guessing gives 50%."
        )
    return (
        f"A tree that asks for {listed([label_of(name) for name in tree.root.inputs()])} is right in "
        f"{share(tree.accuracy)} of both kinds of worlds it has not seen ({span}); guessing gives 50%."
    )


def _notes(worlds: Worlds, discovery: Discovery) -> Iterator[str]:
    """Say what was left out."""
    if worlds.interrupted:
        yield f"Stopped after {len(worlds.inputs)} of {worlds.asked} worlds."
    lost = sum(worlds.left_out.values())
    if lost:
        text, count = next(iter(worlds.left_out.items()))
        yield f"Left out, because they could not be run: {counted(lost, 'world')}; of {count} of them: {text}"
    missing = int(worlds.results.isna().to_numpy().sum())
    if missing:
        yield f"Single runs or pairs that failed: {missing:,}; their worlds rest on fewer seeds."
    inputs = discovery.inputs.shape[1]
    if discovery.findings and len(discovery.searched) < inputs:
        yield (
            f"{inputs} inputs were varied; boxes were searched for in {len(discovery.searched)}, those that alone tell "
            f"both kinds of worlds apart (p up to {LIKELY:g}, at most twelve)."
        )


def _sections(worlds: Worlds, discovery: Discovery, above: float) -> Iterator[ReportSection]:
    titles = _titles(worlds, above)
    if discovery.findings:
        yield _boxes_section(worlds, discovery, titles)
        path = Drawing(
            "trajectory", "From all worlds on the left to the smallest box on the right.",
            partial(draw_trajectory, discovery=discovery, titles=titles), (WIDE, 3.8),
        )  # fmt: skip
        yield ReportSection(
            "How the boxes were found",
            "PRIM peels worlds off, slice by slice, so that the share of the worlds sought (density) rises while fewer "
            "of them stay inside (coverage). What it gains on held-out worlds counts. Limits that made no clear "
            "difference were then left out of the box, which is why its circle can lie off the line.",
            [path],
        )
    if discovery.tree:
        yield _tree_section(worlds, discovery.tree.root, titles, reliable=discovery.tree.knows)
    yield ReportSection(
        "What tells the worlds apart",
        "For each input alone: the largest difference between the distributions in both kinds of worlds (Kolmogorov-"
        "Smirnov; for choices Cramer's V), and its p corrected for the number of inputs (Holm).",
        tables=[_separation_table(discovery)] if _parted(discovery) else [],
        charts=[_apart(discovery)],
    )


def _parted(discovery: Discovery) -> bool:
    """Whether there are worlds of both kinds."""
    return 0.0 < discovery.share < 1.0


def _boxes_section(worlds: Worlds, discovery: Discovery, titles: dict[bool, str]) -> ReportSection:
    holding = _holding(discovery)
    drawings = []
    if holding:
        rows = len({limit.name for finding in holding for limit in finding.box})
        draw = partial(draw_boxes, discovery=discovery, findings=holding, titles=titles)
        caption = "Grey: the range over which an input was varied. Coloured: the part in the box."
        drawings.append(Drawing("boxes", caption, draw, (WIDE, 1.1 + 0.62 * rows)))
    pair = _strongest(discovery)
    if pair:
        unclear = worlds.unclear(_above_of(worlds, discovery))
        draw = partial(draw_scatter, discovery=discovery, names=pair, unclear=unclear, titles=titles)
        caption = "Every dot is a world; the frames are what the boxes ask of these two inputs."
        drawings.append(Drawing("worlds", caption, draw, (WIDE, 5.0)))
    lead = (
        "The limits come from half of the worlds; the counts from the other half."
        if holding
        else "No box beats the share of all worlds in the half that had no part in finding it."
    )
    limits = [_limits_table(worlds, finding, titles[finding.interest]) for finding in holding]
    charts = [_shares_chart(holding, titles)] if holding else []
    return ReportSection("Where it holds, and where not", lead, drawings, limits, charts)


def _shares_chart(holding: list[WorldBox], titles: dict[bool, str]) -> Chart:
    tallies = [finding.held for finding in holding]
    low, high = zip(*(share_interval(held.both, held.inside) for held in tallies), strict=True)
    series = [
        ChartSeries("in the box", [held.density for held in tallies], low, high),
        ChartSeries("in all worlds", [held.base for held in tallies]),
    ]  # fmt: skip
    caption = "Share of the worlds that had no part in finding the box; lines are 95% intervals."
    names = [sentence_case(titles[finding.interest]) for finding in holding]
    return Chart("boxes", "How often inside the box, and in all worlds", "bar", names, series, "share", caption=caption)


def _apart(discovery: Discovery) -> Chart:
    rows = discovery.separation.head(_SHOWN)
    distances = rows["distance"].astype(float) if _parted(discovery) else np.full(len(rows), np.nan)
    series = [ChartSeries("distance", distances.tolist())]
    names = [label_of(str(name)) for name in rows["input"]]
    caption = "Largest difference between the distributions in both kinds of worlds, for each input alone."
    return Chart("apart", "What tells the worlds apart", "bar", names, series, caption=caption)


def _above_of(worlds: Worlds, discovery: Discovery) -> float:
    """Give back the value that parts the worlds, between the highest of those below and the lowest above."""
    return float(worlds.mean[~discovery.outcome].max() + worlds.mean[discovery.outcome].min()) / 2.0


def _strongest(discovery: Discovery) -> tuple[str, str] | None:
    """Name the two inputs that matter most: those of the boxes first, then those that tell worlds apart."""
    boxed = {limit.name for finding in _holding(discovery) for limit in finding.box}
    ranked = sorted(discovery.separation["input"], key=lambda name: name not in boxed)
    return (ranked[0], ranked[1]) if len(ranked) > 1 else None


def _tree_section(worlds: Worlds, root: TreeNode, titles: dict[bool, str], *, reliable: bool) -> ReportSection:
    rows = [
        [box_text(leaf.box, worlds.scenario) or "all worlds", f"{leaf.worlds}", share(leaf.share)]
        for leaf in root.leaves()
    ]
    lead = "A second way to look, over all worlds; yes is on the left."
    if not reliable:
        lead = "On worlds it has not seen this tree does hardly better than guessing: it should not be relied on."
    caption = f"Share of worlds in which {titles[True]}, and worlds at each leaf."
    draw = partial(draw_tree, root=root, scenario=worlds.scenario)
    drawing = Drawing("tree", caption, draw, (WIDE, 1.0 + 1.15 * (root.depth() + 1)))
    table = TextTable(["worlds with", "worlds", titles[True]], rows, (1, 2), "The tree as rules")
    return ReportSection("The tree", lead, [drawing] if root.split else [], [table])


def _titles(worlds: Worlds, above: float) -> dict[bool, str]:
    label = MEASURES[worlds.measure].label.lower()
    text = amount(above, MEASURES[worlds.measure].unit, worlds.scenario.currency, signed=bool(worlds.decision))
    if worlds.decision is None:
        return {True: f"{label} above {text}", False: f"{label} not above {text}"}
    if above:
        return {True: f"{label}: more than {text}", False: f"{label}: not more than {text}"}
    return {True: f"{label} rises", False: f"{label} does not rise"}


def boxes_table(worlds: Worlds, discovery: Discovery, above: float) -> TextTable | None:
    """Put the boxes that hold below each other, narrow enough for a terminal; None without one."""
    titles = _titles(worlds, above)
    rows = []
    for finding in _holding(discovery):
        held = finding.held
        limits = "\n".join(limit_text(limit, worlds.scenario) for limit in finding.box)
        density = f"{share(held.density)}\n[{_span(held.both, held.inside)}]"
        coverage = f"{share(held.coverage)}\n[{_span(held.both, held.of_interest)}]"
        rows.append([titles[finding.interest], limits, density, share(held.base), coverage])
    columns = ["", "in worlds with", "density\n[95% interval]", "of all", "coverage\n[95% interval]"]
    return TextTable(columns, rows, (2, 3, 4)) if rows else None


def _limits_table(worlds: Worlds, finding: WorldBox, title: str) -> TextTable:
    rows = []
    for row in finding.limits.to_dict("records"):
        item = item_of(str(row["input"]))
        word = {"low": "at least", "high": "at most", "words": "one of"}[str(row["end"])]
        value = str(row["value"]) if row["end"] == "words" else plain(float(row["value"]))
        spread = NONE
        if np.isfinite(row["spread_low"]):
            spread = " to ".join(rounded(row[end]) for end in ("spread_low", "spread_high"))
        rows.append(
            [
                label_of(str(row["input"])), item.doc if item else "", f"{word} {value}",
                item.unit.replace("currency", worlds.scenario.currency) if item else "", spread,
                share(float(row["found"])), p_value(float(row["quasi_p"])), p_value(float(row["quasi_p_held"])),
            ]
        )  # fmt: skip
    columns = ["input", "what it is", "limit", "unit", "where in resamples", "set in", "quasi-p", "held out"]
    return TextTable(columns, rows, (4, 5, 6, 7), f"{sentence_case(title)}: limits")


def _separation_table(discovery: Discovery) -> TextTable:
    rows = []
    for row in discovery.separation.head(_SHOWN).to_dict("records"):
        item = item_of(str(row["input"]))
        meaning = item.doc if item else ""
        rows.append([label_of(str(row["input"])), meaning, f"{row['distance']:.2f}", p_value(row["p_adjusted"])])
    more = len(discovery.separation) - _SHOWN
    caption = f"The first {_SHOWN}; {more} more are in separation.csv or its sheet." if more > 0 else ""
    return TextTable(["input", "what it is", "distance", "p"], rows, (2, 3), caption)


def _touched(worlds: Worlds, discovery: Discovery) -> list[str]:
    names = {limit.name.rpartition(": ")[2] for finding in discovery.findings for limit in finding.box}
    decided = set(worlds.decision.names) if worlds.decision else set()
    return [name for name in by_name() if name in names | decided]


def _tables(worlds: Worlds, discovery: Discovery, above: float) -> dict[str, pd.DataFrame]:
    unclear = worlds.unclear(above)
    outcomes = {"mean": worlds.mean, "of_interest": discovery.outcome, "held_out": ~discovery.learning}
    if unclear is not None:
        outcomes["clear"] = ~unclear
    seeds = worlds.results.rename(columns=lambda seed: f"seed_{seed}")
    by_world = pd.concat([pd.DataFrame(outcomes), seeds, worlds.inputs], axis=1).rename_axis("world").reset_index()
    result = {"worlds": by_world, "separation": discovery.separation}
    if discovery.findings:
        result["boxes"] = pd.DataFrame([_box_row(finding) for finding in discovery.findings])
        for name in ("limits", "trajectory"):
            parts = [getattr(finding, name).assign(kind=_KINDS[finding.interest]) for finding in discovery.findings]
            result[name] = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        if "value" in result["limits"]:
            result["limits"]["value"] = result["limits"]["value"].astype(str)
    if discovery.tree:
        leaves = discovery.tree.root.leaves()
        rules = [(box_text(leaf.box, worlds.scenario), leaf.worlds, leaf.of_interest) for leaf in leaves]
        result["tree"] = pd.DataFrame(rules, columns=["rule", "worlds", "of_interest"])
    return result


def _box_row(finding: WorldBox) -> dict[str, Any]:
    held = finding.held
    density = share_interval(held.both, held.inside)
    coverage = share_interval(held.both, held.of_interest)
    return {
        "kind": _KINDS[finding.interest], "holds": finding.holds, "p": finding.p, "limits": len(finding.box),
        "density_learned": finding.learned.density, "coverage_learned": finding.learned.coverage,
        "density": held.density, "density_low": density[0], "density_high": density[1],
        "coverage": held.coverage, "coverage_low": coverage[0], "coverage_high": coverage[1],
        "mass": held.mass, "base": held.base, "held_out_worlds": held.worlds,
        "held_out_inside": held.inside, "held_out_both": held.both,
    }  # fmt: skip


def _facts(worlds: Worlds, discovery: Discovery, above: float) -> dict[str, Any]:
    return {
        "measure": worlds.measure,
        "above": above,
        "decision": decision_text(worlds.decision, worlds.scenario) if worlds.decision else "",
        "worlds": {
            "asked": worlds.asked, "used": len(discovery.outcome), "learned_from": int(discovery.learning.sum()),
        },
        "share": discovery.share,
        "searched": list(discovery.searched),
        "boxes": [
            {
                "of_interest": finding.interest, "holds": finding.holds, "text": box_text(finding.box, worlds.scenario),
                "limits": [
                    {"input": limit.name, "low": limit.low, "high": limit.high, "words": list(limit.words)}
                    for limit in finding.box
                ],
            }
            for finding in discovery.findings
        ],
    }  # fmt: skip
