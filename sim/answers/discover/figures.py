"""The figures of a discovery: how a box was found, what it asks, where the worlds lie, and the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from sim.answers.discover.words import label_of, limit_text, share
from sim.answers.figures import names_down
from sim.answers.palette import BLUE, INK, MUTED, PAPER, RULE, VERMILLION, WASH
from sim.answers.wording import rounded
from sim.questions.discover.box import is_choice
from sim.scenario.parameters.base import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from sim.questions.discover.box import Flags, Limit
    from sim.questions.discover.find import Discovery, WorldBox
    from sim.questions.discover.tree import TreeNode
    from sim.scenario.scenario import Scenario

COLOURS = {True: BLUE, False: VERMILLION}
_BAR = 0.34


def draw_trajectory(figure: Figure, discovery: Discovery, titles: dict[bool, str]) -> None:
    """Density against coverage along the search, in the half it learned from and in the other, a panel a kind."""
    axes = np.atleast_1d(figure.subplots(1, len(discovery.findings), sharey=True))
    for ax, finding in zip(axes, discovery.findings, strict=True):
        _path(ax, finding)
        ax.set_title(titles[finding.interest])
    axes[0].set_ylabel("density: share of the worlds in the box")
    axes[0].legend(loc="lower left")


def _path(ax: Axes, finding: WorldBox) -> None:
    steps, colour = finding.trajectory, COLOURS[finding.interest]
    ax.plot(steps["coverage"], steps["density"], color=colour, marker="o", markersize=3.5, label="worlds learned from")
    ax.plot(
        steps["held_coverage"], steps["held_density"], color=MUTED, marker="o", markersize=3, linestyle=(0, (4, 2)),
        label="held-out worlds",
    )  # fmt: skip
    ax.axhline(finding.held.base, color=INK, linewidth=0.9, linestyle=(0, (1, 2)), label="share of all worlds")
    if finding.box:
        ax.scatter(
            [finding.held.coverage], [finding.held.density], s=90, facecolor="none", edgecolor=INK, linewidth=1.6,
            zorder=5, label="the box that is told",
        )  # fmt: skip
    ax.set_xlim(1.04, -0.04)
    ax.set_ylim(0.0, 1.04)
    ax.set_xlabel("coverage: share of the worlds of this kind that are in it")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, 0))


def draw_boxes(figure: Figure, discovery: Discovery, findings: Sequence[WorldBox], titles: dict[bool, str]) -> None:
    """The range of each limited input from end to end, with the part in each box."""
    names = list(dict.fromkeys(limit.name for finding in findings for limit in finding.box))
    ax = figure.subplots()
    shift = _BAR / 2 if len(findings) > 1 else 0.0
    for row, name in enumerate(names):
        ax.add_patch(Rectangle((0, row - _BAR), 1, 2 * _BAR, facecolor=WASH, edgecolor=RULE, linewidth=0.8))
        for number, finding in enumerate(findings):
            limit = _limit_of(finding, name)
            if limit:
                middle = row + (shift if number else -shift)
                _range(ax, discovery.inputs[name], limit, middle, COLOURS[finding.interest])
        for at, side, text in _ends(discovery.inputs[name]):
            ax.text(at, row, text, ha=side, va="center", fontsize=8, color=MUTED)
    names_down(ax, [label_of(name) for name in names])
    ax.set_xlim(-0.09, 1.09)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    kinds = [finding.interest for finding in findings]
    marks = [Line2D([], [], color=COLOURS[kind], linewidth=7, label=titles[kind]) for kind in kinds]
    figure.legend(handles=marks, loc="outside lower center", ncols=2)


def _limit_of(finding: WorldBox, name: str) -> Limit | None:
    return next((limit for limit in finding.box if limit.name == name), None)


def _ends(values: pd.Series[Any]) -> list[tuple[float, str, str]]:
    if is_choice(values):
        return []
    return [(-0.01, "right", rounded(values.min())), (1.01, "left", rounded(values.max()))]


def _range(ax: Axes, values: pd.Series[Any], limit: Limit, middle: float, colour: str) -> None:
    height = _BAR * 0.8
    if limit.words:
        words = sorted(set(values))
        for number, word in enumerate(words):
            face, ink = (colour, PAPER) if word in limit.words else ("none", MUTED)
            corner = (number / len(words), middle - height / 2)
            ax.add_patch(Rectangle(corner, 1 / len(words), height, facecolor=face, edgecolor=PAPER, alpha=0.85))
            ax.text((number + 0.5) / len(words), middle, word, ha="center", va="center", fontsize=8, color=ink)
        return
    start, end = float(values.min()), float(values.max())
    low = 0.0 if limit.low is None else (limit.low - start) / (end - start)
    high = 1.0 if limit.high is None else (limit.high - start) / (end - start)
    ax.add_patch(Rectangle((low, middle - height / 2), high - low, height, facecolor=colour, alpha=0.85))
    for value, at, side, shift in ((limit.low, low, "right", -0.006), (limit.high, high, "left", 0.006)):
        if value is not None:
            ax.text(at + shift, middle, plain(value), ha=side, va="center", fontsize=8, color=INK)


def draw_scatter(
    figure: Figure, discovery: Discovery, names: tuple[str, str], unclear: Flags | None, titles: dict[bool, str]
) -> None:
    """Worlds by two inputs, with the part of each box that is seen in them."""
    ax = figure.subplots()
    across = _positions(ax.xaxis, discovery.inputs[names[0]])
    up = _positions(ax.yaxis, discovery.inputs[names[1]])
    faint = np.zeros(len(across), dtype=bool) if unclear is None else unclear
    for kind in (False, True):
        here = discovery.outcome == kind
        ax.scatter(across[here & ~faint], up[here & ~faint], s=22, color=COLOURS[kind], label=titles[kind])
        if (here & faint).any():
            ax.scatter(
                across[here & faint], up[here & faint], s=22, facecolor="none", edgecolor=COLOURS[kind],
                linewidth=0.9, alpha=0.7, label=f"{titles[kind]}, sign not clear",
            )  # fmt: skip
    for finding in discovery.findings:
        if finding.holds:
            _outline(ax, finding, names, across, up)
    ax.set_xlabel(label_of(names[0]))
    ax.set_ylabel(label_of(names[1]))
    ax.grid(visible=True, axis="both")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)


def _positions(axis: Axis, values: pd.Series[Any]) -> Any:
    """Put worlds along an axis; words beside each other, spread a little so that they are seen."""
    if not is_choice(values):
        axis.set_major_formatter(lambda value, _: rounded(value))
        return values.to_numpy(dtype=float)
    words = sorted(set(values))
    axis.set_ticks(range(len(words)), words)
    spread = (np.arange(len(values)) * 0.6180339887) % 1.0 - 0.5  # evenly filling
    return np.array([words.index(word) for word in values]) + 0.6 * spread


def _outline(ax: Axes, finding: WorldBox, names: tuple[str, str], across: Any, up: Any) -> None:
    sides = []
    for name, positions in zip(names, (across, up), strict=True):
        limit = _limit_of(finding, name)
        start, end = float(positions.min()), float(positions.max())
        room = 0.02 * (end - start)
        low, high = start - room, end + room
        if limit and not limit.words:
            low, high = (limit.low if limit.low is not None else low), (limit.high if limit.high is not None else high)
        sides.append((low, high))
    (left, right), (bottom, top) = sides
    frame: dict[str, Any] = {"fill": False, "edgecolor": COLOURS[finding.interest], "linewidth": 2.0, "zorder": 4}
    ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, **frame))


def draw_tree(figure: Figure, root: TreeNode, scenario: Scenario) -> None:
    """The tree: questions at the top, shares of worlds of interest at the leaves."""
    ax = figure.subplots()
    ax.set_axis_off()
    across = {id(leaf): (number + 0.5) / len(root.leaves()) for number, leaf in enumerate(root.leaves())}
    _draw_node(ax, root, 0, across, scenario)
    ax.set_xlim(0, 1)
    ax.set_ylim(root.depth() + 0.45, -0.35)


def _draw_node(ax: Axes, node: TreeNode, level: int, across: dict[int, float], scenario: Scenario) -> float:
    """Draw a node with all below it; return where it stands from left to right."""
    if node.split is None or node.left is None or node.right is None:
        at = across[id(node)]
        _draw_leaf(ax, node, at, level)
        return at
    ends = [_draw_node(ax, child, level + 1, across, scenario) for child in (node.left, node.right)]
    at = sum(ends) / 2
    for end, word in zip(ends, ("yes", "no"), strict=True):
        ax.plot([at, end], [level + 0.12, level + 1 - 0.1], color=MUTED, linewidth=1.0, zorder=1)
        ax.text((at + end) / 2, level + 0.46, word, fontsize=8, color=MUTED, ha="center", backgroundcolor=PAPER)
    text = limit_text(node.split, scenario).replace(" of at ", "\nat ").replace(" (one for", "\n(one for")
    frame = {"boxstyle": "round,pad=0.4", "facecolor": PAPER, "edgecolor": RULE}
    ax.text(at, level, f"{text}?", ha="center", va="center", fontsize=8.5, zorder=3, bbox=frame)
    return at


def _draw_leaf(ax: Axes, node: TreeNode, at: float, level: int) -> None:
    text = f"{share(node.share)}\nof {node.worlds}"
    frame = {"boxstyle": "round,pad=0.45", "facecolor": COLOURS[node.share >= 0.5], "edgecolor": "none"}
    ax.text(
        at, level + 0.05, text, ha="center", va="center", fontsize=9, color=PAPER, weight="bold", zorder=3, bbox=frame
    )
