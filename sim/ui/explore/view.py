"""The view that maps an outcome over two parameters while one watches; a cell can be run live."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv
from solara.toestand import Singleton

from sim.measures.words import amount, interval
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.ui.explore.result import as_csv, best_of, difference_text, grid, settings
from sim.ui.explore.run import MOST_SEEDS, MOST_SIZE, Axis, ExploreForm, Mapped, explore
from sim.ui.forms.answers import Downloads, Inquiry, InWorlds, answer_files
from sim.ui.forms.fields import (
    Checkbox,
    Examples,
    MeasureField,
    ParameterField,
    PlausibleWorlds,
    ScenarioField,
    Start,
    Typed,
    Weeks,
)
from sim.ui.forms.live import TryLive, asked_about, pulled
from sim.ui.forms.work import lasting_job, setters
from sim.ui.parts import Heading, Quiet, Working
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.answers.analysis import Analysis
    from sim.questions.sweep.run import Sweep
    from sim.questions.sweep.worlds import SweepOverWorlds
    from sim.ui.choice import Choice
    from sim.ui.desk import Desk
    from sim.ui.jobs import Job

HINT = (
    "Every cell is the same organization with two parameters changed at week 0, under the same luck as the case as is. "
    "Corners come first, then what lies between."
)
MAP_HINT = (
    "Each cell: difference from as is. \N{BLACK UP-POINTING TRIANGLE} better, \N{BLACK DOWN-POINTING TRIANGLE} worse, "
    "\N{ALMOST EQUAL TO} cannot be told from none, no sign: one pair of runs so far. Bold: also if all cells are "
    "looked at together. The dashed frame is the organization as it is."
)
CELL_HINT = (
    "Pick another with the pointer or the keyboard. For all cells: the 95% interval that holds for all of them "
    "together, which is the one to read of a cell that was chosen as the best."
)
PROMISE = (
    "Choose two parameters and an outcome. The map fills from its corners inwards: blue cells are better than "
    "the organization as it is, red ones worse, with a sign where it is certain. Any cell can be run live."
)
"""What stands here before anything was asked."""

EXAMPLES = {
    "Specialists and training": (
        "A usual sales force over a year: do they help each other?",
        ExploreForm("baseline", size="3", seeds="3", weeks="52"),
    ),
    "A limit and qualification": (
        "Chasing everything: what a limit on work in progress and saying no do to the win rate.",
        ExploreForm("lean_before", Axis("operations.wip_limit", "4", "24"),
                    Axis("strategy.qualification_threshold", "0", "0.8"), "win_rate", "3", "4", "52"),
    ),
    "Coaching and time in the field": (
        "A usual sales force over two years: two ways to spend managers' hours.",
        ExploreForm("baseline", Axis("enablement.coaching_hours_per_month", "0", "12"),
                    Axis("structure.field_hours_per_week", "0", "12"), size="3", seeds="4", weeks="104"),
    ),
}  # fmt: skip
"""Worked examples, each mapped in seconds."""

FORM = solara.reactive(ExploreForm())
JOB: Singleton[Job[Mapped]] = Singleton(lasting_job)


def laid_out(sweep: Sweep, over: SweepOverWorlds | None = None) -> Analysis:
    """Lay out a map for its files."""
    from sim.answers.sweep import analysis_of  # noqa: PLC0415 - figures are slow to import
    from sim.answers.sweep_worlds import with_worlds  # noqa: PLC0415 - as above

    varied = " and ".join(parameter(factor.dotted).label for factor in sweep.design.factors)
    analysis = analysis_of(sweep, f"What do {varied} do together?")
    return with_worlds(analysis, sweep, over, len(over.found)) if over else analysis


@solara.component
def ExploreView(desk: Desk) -> None:  # noqa: N802 - a component
    """Choose two parameters, and watch the map fill."""
    Inquiry(JOB.value, lambda: Asking(desk), partial(Answer, desk), "A map of what you could do.", PROMISE)


@solara.component
def Asking(desk: Desk) -> None:  # noqa: N802
    """What to map, and how far it is."""
    choice, job, form, put = desk.choice.value, JOB.value, FORM.value, setters(FORM)
    with solara.Div(classes=["fw-card"]):
        Heading("What would two changes do together?", HINT)
        with solara.Div(classes=["fw-form"]):
            AxisFields("Across", form.across, put("across"), all_of_them=form.from_start)
            AxisFields("Up", form.up, put("up"), all_of_them=form.from_start)
        with solara.Div(classes=["fw-form"]):
            ScenarioField(choice, form.scenario, put("scenario"), label="As is", hint="The organization as it is.")
            MeasureField("Outcome", form.measure, put("measure"))
            size_hint = f"2 to {MOST_SIZE}; the value as is comes in addition."
            Typed("Values of each", form.size, put("size"), hint=size_hint)
            Typed("Pairs of runs", form.seeds, put("seeds"), hint=f"Of each cell, 2 to {MOST_SEEDS}.")
            PlausibleWorlds(form.worlds, put("worlds"), "every cell is run with 8 seeds")
            Weeks(form.weeks, put("weeks"))
            Checkbox(label="Each cell from the start", v_model=form.from_start, on_v_model=put("from_start"))
            Start("Explore", "mdi-grid", job, lambda job: explore(choice, FORM.peek(), job)).key("start")
        Examples(job, EXAMPLES, FORM.set, partial(explore, choice))
        Working(job)


@solara.component
def AxisFields(label: str, axis: Axis, on_axis: Callable[[Axis], None], *, all_of_them: bool) -> None:  # noqa: N802
    """One parameter and its range."""
    hint = "Empty for a plausible range around the value as is."
    with solara.Div(classes=["fw-group"]):
        ParameterField(label, axis.name, lambda name: on_axis(Axis(name)), all_of_them=all_of_them)
        Typed("From", axis.low, lambda text: on_axis(replace(axis, low=text)), hint=hint, empty="usual")
        Typed("To", axis.high, lambda text: on_axis(replace(axis, high=text)), hint=hint, empty="usual")


@solara.component
def Answer(desk: Desk, mapped: Mapped) -> None:  # noqa: N802
    """The map, and the cell that was picked, or the best one."""
    theme, picked = use_theme(), solara.use_reactive(None)
    best, about = best_of(mapped), MEASURES[mapped.measure]
    place = picked.value or best

    def pick(at: Any) -> None:
        chosen = tuple(at) if isinstance(at, list) else None
        if chosen in mapped.cells:
            picked.set(chosen)

    with solara.Div(classes=["fw-two", "fw-explore"]):
        with solara.Div(classes=["fw-card"]):
            Heading(f"{about.label}: {mapped.scenario.title or mapped.scenario.name}", f"{about.doc}\n{MAP_HINT}")
            Map(map=grid(mapped, place, theme), event_pick=pick)
        with solara.Div(classes=["fw-card"]):
            if place is None:
                rv.Html(tag="b", children=["Nothing is known yet."])
            else:
                Facts(desk, mapped, place, best=place == best and not picked.value)
            solara.Div(classes=["fw-space"])
            if mapped.stopped:
                Quiet("It was stopped; cells that were not run are hatched.")
            Downloads([*(answer_files("map", partial(laid_out, mapped.sweep, mapped.over)) if mapped.sweep else ()),
                       ("Cells (CSV)", "map.csv", lambda: as_csv(mapped))])  # fmt: skip
    if mapped.over and mapped.sweep:
        from sim.answers.sweep_worlds import directions_table, said  # noqa: PLC0415 - figures are slow to import

        InWorlds(said(mapped.sweep, mapped.over), directions_table(mapped.sweep, mapped.over))


@solara.component
def Facts(desk: Desk, mapped: Mapped, place: tuple[int, int], *, best: bool) -> None:  # noqa: N802
    """What is known of a cell, and the way to see it live."""
    cell, unit, currency = mapped.cells[place], MEASURES[mapped.measure].unit, mapped.scenario.currency
    words = {
        "Outcome there": amount(cell.mean, unit, currency), "As is": amount(mapped.base, unit, currency),
        "Difference": difference_text(mapped, cell),
        "For all cells": interval(cell.low_all, cell.high_all, unit, currency, signed=True),
        "Pairs of runs": f"{cell.n} of {mapped.seeds}",
    }  # fmt: skip
    with solara.Div(classes=["fw-fact"]):
        Heading("The best cell so far" if best else "The cell you picked", CELL_HINT)
        for text in settings(mapped, place):
            rv.Html(tag="p", class_="fw-say fw-say-cell", children=[text])
        with solara.Div(classes=["fw-facts"]):
            for label, text in words.items():
                rv.Html(tag="span", children=[label])
                rv.Html(tag="span", children=[text])
        label = "Run it live" if mapped.from_start else "Try these levers live"
        TryLive(desk, label, run_of(desk.choice.value, mapped, place))


def run_of(choice: Choice, mapped: Mapped, place: tuple[int, int]) -> Choice:
    """The run with the values of a cell: so from the start, or from week 0 on, as the map has it."""
    base, changes = asked_about(choice, mapped.chosen), mapped.changes(place)
    if mapped.from_start:
        return replace(base, overrides=tuple({**dict(base.overrides), **changes}.items()))
    return pulled(base, {name: value for name, value in changes.items() if mapped.scenario[name] != value})


@solara.component_vue("Map.vue")
def Map(*, map: dict[str, Any], event_pick: Callable[[list[int]], None]) -> None:  # noqa: A002, N802
    """The map; `event_pick` is given the places of a cell across and up."""
