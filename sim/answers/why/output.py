"""The answer as plain data, and as a figure with a panel for every "why" and a bar for every cause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sim.answers.analysis import Drawing
from sim.answers.figures import names_down
from sim.answers.palette import BLUE, INK, MUTED, RULE, VERMILLION
from sim.answers.plain import plain_record
from sim.answers.why.words import ARROW, name_in_words
from sim.questions.why.explain import Why

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import Level

_WIDTH = 8.0  # inches
_BOTH = ("measure", "weeks", "seeds")
_WHY = (
    "reference", "unit", "sign", "runs", "as_is", "goal", "at_reference", "recovered", "verdict", "levels", "ends",
    "settings", "said",
)  # fmt: skip
_DEALS = ("case", "effect", "bookings", "flipped", "won", "reasons", "amount")


def as_data(answer: Why | DealsCompared) -> dict[str, Any]:
    """Give an answer as plain data for JSON; what is not a number becomes None."""
    parts = {name: getattr(answer, name) for name in (*_BOTH, *(_WHY if isinstance(answer, Why) else _DEALS))}
    if isinstance(answer, Why):
        parts |= {"teams": answer.teams.to_dict("records"), "manager_cause": answer.manager_cause}
    else:
        parts["examples"] = answer.examples.to_dict("records")
    return plain_record({**parts, "scenario": answer.scenario.name, "currency": answer.scenario.currency})


def chain_drawing(why: Why) -> Drawing:
    """Figure of what each cause recovers, level by level."""
    heights = [len(level.causes) + 1.6 for level in why.levels]
    caption = "What each cause recovers at its reference, level by level; lines are 95% intervals."
    draw = partial(_draw_chain, why=why, heights=heights)
    return Drawing("why", caption, draw, (_WIDTH, 0.6 + 0.3 * sum(heights)), wide=False)


def _draw_chain(figure: Figure, why: Why, heights: list[float]) -> None:
    panels = figure.subplots(len(heights), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    for panel, level in zip(panels, why.levels, strict=True):
        _draw_level(panel, level)
    unit = why.unit.replace("currency", why.scenario.currency)
    panels[-1].set_xlabel(f"recovers{f' [{unit}]' if unit else ''}, with 95% interval")
    title = f"Why {why.measure}? {why.scenario.title or why.scenario.name}"
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")


def _draw_level(ax: Axes, level: Level) -> None:
    """One level: the cause that recovers most stands out, the remainder is grey."""
    rows = [(name_in_words(cause.name), cause.recovered) for cause in level.causes]
    if not level.exact:
        rows.append(("remainder", level.rest))
    for height, (words, recovered) in enumerate(rows):
        first = height == 0 and level.causes[0].certain
        colour = RULE if words == "remainder" else (VERMILLION if first else BLUE)
        faint = recovered.contains_zero and words != "remainder"
        ax.barh(height, recovered.mean, height=0.62, color=colour, linewidth=0, alpha=0.45 if faint else 1.0)
        ax.plot([recovered.low, recovered.high], [height, height], color=INK, linewidth=1.1)
    ax.axvline(0.0, color=MUTED, linewidth=0.8)
    names_down(ax, [words for words, _ in rows])
    ax.set_title(ARROW.join(name_in_words(name) for name in level.path), fontsize=9)
