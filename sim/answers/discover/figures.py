"""The figures of a discovery: how a box was found, what it asks, where the worlds lie, and the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, PercentFormatter

from sim.answers.discover.words import label_of, limit_text, share
from sim.answers.palette import BLUE, INK, MUTED, PAPER, RULE, VERMILLION, WASH
from sim.questions.discover.box import is_choice
from sim.scenario.parameters.base import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.discover.box import Flags, Limit
    from sim.questions.discover.find import Discovery, WorldBox
    from sim.questions.discover.tree import TreeNode
    from sim.scenario.scenario import Scenario

COLOURS = {True: BLUE, False: VERMILLION}
_BAR = 0.34


def draw_trajectory(found: Discovery, titles: dict[bool, str]) -> Callable[[Figure], None]:
    """Density against coverage along the search, in the half it learned from and in the other, a panel a kind."""

    def draw(figure: Figure) -> None:
        axes = np.atleast_1d(figure.subplots(1, len(found.findings), sharey=True))
        for ax, finding in zip(axes, found.findings, strict=True):
            _path(ax, finding)
            ax.set_title(titles[finding.interest])
        axes[0].set_ylabel("density: share of the worlds in the box")
        axes[0].legend(loc="lower left")

    return draw


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


def draw_boxes(found: Discovery, findings: Sequence[WorldBox], titles: dict[bool, str]) -> Callable[[Figure], None]:
    """The range of each limited input from end to end, with the part in each box."""
    names = list(dict.fromkeys(limit.name for finding in findings for limit in finding.box))

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        shift = _BAR / 2 if len(findings) > 1 else 0.0
        for row, name in enumerate(names):
            ax.add_patch(Rectangle((0, row - _BAR), 1, 2 * _BAR, facecolor=WASH, edgecolor=RULE, linewidth=0.8))
            for number, finding in enumerate(findings):
                limit = next((one for one in finding.box if one.name == name), None)
                if limit:
                    middle = row + (shift if number else -shift)
                    _range(ax, found.inputs[name], limit, middle, COLOURS[finding.interest])
            for at, side, text in _ends(found.inputs[name]):
                ax.text(at, row, text, ha=side, va="center", fontsize=8, color=MUTED)
        ax.set_yticks(range(len(names)), [label_of(name) for name in names])
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_xlim(-0.09, 1.09)
        ax.set_xticks([])
        ax.grid(visible=False)
        ax.spines["bottom"].set_visible(False)
        marks = [
            Line2D([], [], color=COLOURS[one.interest], linewidth=7, label=titles[one.interest]) for one in findings
        ]
        figure.legend(handles=marks, loc="outside lower center", ncols=2)

    return draw


def _ends(values: pd.Series[Any]) -> list[tuple[float, str, str]]:
    if is_choice(values):
        return []
    return [(-0.01, "right", plain(_short(values.min()))), (1.01, "left", plain(_short(values.max())))]


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _range(ax: Axes, values: pd.Series[Any], limit: Limit, middle: float, colour: str) -> None:
    height = _BAR * 0.8
    if limit.words:
        words = sorted(set(values))
        for number, word in enumerate(words):
            inside = word in limit.words
            patch = Rectangle(
                (number / len(words), middle - height / 2), 1 / len(words), height,
                facecolor=colour if inside else "none", edgecolor=PAPER, alpha=0.85,
            )  # fmt: skip
            ax.add_patch(patch)
            ax.text((number + 0.5) / len(words), middle, word, ha="center", va="center", fontsize=8,
                    color=PAPER if inside else MUTED)  # fmt: skip
        return
    start, end = float(values.min()), float(values.max())
    low = 0.0 if limit.low is None else (limit.low - start) / (end - start)
    high = 1.0 if limit.high is None else (limit.high - start) / (end - start)
    ax.add_patch(Rectangle((low, middle - height / 2), high - low, height, facecolor=colour, alpha=0.85))
    for value, at, side, shift in ((limit.low, low, "right", -0.006), (limit.high, high, "left", 0.006)):
        if value is not None:
            ax.text(at + shift, middle, plain(value), ha=side, va="center", fontsize=8, color=INK)


def draw_scatter(
    found: Discovery, names: tuple[str, str], unclear: Flags | None, titles: dict[bool, str]
) -> Callable[[Figure], None]:
    """Worlds by two inputs, with the part of each box that is seen in them."""
    first, second = (found.inputs[name] for name in names)

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        across, up = _places(ax, first, "x"), _places(ax, second, "y")
        faint = np.zeros(len(across), dtype=bool) if unclear is None else unclear
        for kind in (False, True):
            here = found.outcome == kind
            ax.scatter(across[here & ~faint], up[here & ~faint], s=22, color=COLOURS[kind], label=titles[kind])
            if (here & faint).any():
                ax.scatter(
                    across[here & faint], up[here & faint], s=22, facecolor="none", edgecolor=COLOURS[kind],
                    linewidth=0.9, alpha=0.7, label=f"{titles[kind]}, sign not clear",
                )  # fmt: skip
        for finding in (one for one in found.findings if one.holds):
            _outline(ax, finding, names, across, up)
        ax.set_xlabel(label_of(names[0]))
        ax.set_ylabel(label_of(names[1]))
        ax.grid(visible=True, axis="both")
        figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)

    return draw


def _places(ax: Axes, values: pd.Series[Any], axis: str) -> Any:
    """Put worlds along an axis; words beside each other, spread a little so that they are seen."""
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    if not is_choice(values):
        chosen.set_major_formatter(FuncFormatter(lambda value, _: plain(_short(value))))
        return values.to_numpy(dtype=float)
    words = sorted(set(values))
    chosen.set_ticks(range(len(words)), words)
    spread = (np.arange(len(values)) * 0.6180339887) % 1.0 - 0.5  # evenly filling
    return np.array([words.index(one) for one in values]) + 0.6 * spread


def _outline(ax: Axes, finding: WorldBox, names: tuple[str, str], across: Any, up: Any) -> None:
    sides = []
    for name, places in zip(names, (across, up), strict=True):
        limit = next((one for one in finding.box if one.name == name), None)
        start, end = float(places.min()), float(places.max())
        room = 0.02 * (end - start)
        low, high = start - room, end + room
        if limit and not limit.words:
            low, high = (limit.low if limit.low is not None else low), (limit.high if limit.high is not None else high)
        sides.append((low, high))
    (left, right), (bottom, top) = sides
    ax.add_patch(
        Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=COLOURS[finding.interest],
                  linewidth=2.0, zorder=4)
    )  # fmt: skip


def draw_tree(root: TreeNode, scenario: Scenario) -> Callable[[Figure], None]:
    """The tree: questions at the top, shares of worlds of interest at the leaves."""
    depth = root.depth()

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        ax.set_axis_off()
        places = {id(leaf): (number + 0.5) / len(root.leaves()) for number, leaf in enumerate(root.leaves())}
        _node(ax, root, 0, places)
        ax.set_xlim(0, 1)
        ax.set_ylim(depth + 0.45, -0.35)

    def _node(ax: Axes, node: TreeNode, level: int, places: dict[int, float]) -> float:
        if node.split is None or node.left is None or node.right is None:
            at = places[id(node)]
            _leaf(ax, node, at, level)
            return at
        ends = (_node(ax, node.left, level + 1, places), _node(ax, node.right, level + 1, places))
        at = sum(ends) / 2
        for end, word in zip(ends, ("yes", "no"), strict=True):
            ax.plot([at, end], [level + 0.12, level + 1 - 0.1], color=MUTED, linewidth=1.0, zorder=1)
            ax.text((at + end) / 2, level + 0.46, word, fontsize=8, color=MUTED, ha="center", backgroundcolor=PAPER)
        text = _folded(limit_text(node.split, scenario).replace(" of at ", "\nat "))
        ax.text(at, level, f"{text}?", ha="center", va="center", fontsize=8.5, zorder=3,
                bbox={"boxstyle": "round,pad=0.4", "facecolor": PAPER, "edgecolor": RULE})  # fmt: skip
        return at

    return draw


def _folded(text: str) -> str:
    return text.replace(" (one for", "\n(one for")


def _leaf(ax: Axes, node: TreeNode, at: float, level: int) -> None:
    colour = COLOURS[node.share >= 0.5]
    text = f"{share(node.share)}\nof {node.worlds}"
    ax.text(at, level + 0.05, text, ha="center", va="center", fontsize=9, color=PAPER, weight="bold", zorder=3,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": colour, "edgecolor": "none"})  # fmt: skip
