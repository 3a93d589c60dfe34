"""Fields of a form, as every view that computes shows them."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.scenario.measures import MEASURES
from sim.scenario.parameters import all_parameters
from sim.studies.factors import value_text
from sim.ui.forms.work import MOST_WORLDS, OPEN
from sim.ui.parts import Handler, add_menu, boxed_vue
from sim.ui.scenarios import groups, scenario_titles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.ui.choice import Choice
    from sim.ui.jobs import Job


Checkbox = partial(rv.Checkbox, dense=True, hide_details=True)


@solara.component
def Choose(  # noqa: N802 - a component
    label: str, items: Mapping[str, str], value: str, on_value: Handler, *, hint: str = "", wide: bool = False,
    groups: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """A field to choose one of some words: what stands for each, by what is chosen; `groups` are theirs."""
    with solara.Div(classes=["fw-field", "fw-field-wide"] if wide else ["fw-field"], attributes={"title": hint}):
        add_menu(items, value, on_value, label=label, groups=groups)


@solara.component
def Typed(  # noqa: N802
    label: str, value: str, on_value: Handler, *, hint: str = "", empty: str = "", wide: bool = False
) -> None:
    """A field to type in; `empty` says what stands for nothing typed."""
    with solara.Div(classes=["fw-field", "fw-field-wide" if wide else "fw-field-short"], attributes={"title": hint}):
        _Typed(label=label, value=value, empty=empty, event_settle=lambda text: on_value(str(text)))


@solara.component_vue("Typed.vue")
def _Typed(*, label: str, value: str, empty: str, event_settle: Handler) -> None:  # noqa: N802
    """The field; what was typed and that it was come in one message, so that a button pressed next acts on it."""


@solara.component
def ScenarioField(  # noqa: N802
    choice: Choice, value: str, on_value: Handler, *, label: str = "Scenario", hint: str = ""
) -> None:
    """A field to choose the scenario that is open, with what was changed in it, or a shipped one."""
    changed = ", changed" if choice.overrides else ""
    items = {OPEN: f"Open now: {choice.title()}{changed}", **scenario_titles()}
    Choose(label, items, value, on_value, hint=hint, wide=True, groups=groups())


@solara.component
def Weeks(value: str, on_value: Handler) -> None:  # noqa: N802
    """A field for the weeks of each run."""
    Typed("Weeks", value, on_value, empty="its own", hint="Weeks of each run; empty for the scenario's own.")


@solara.component
def PlausibleWorlds(value: str, on_value: Handler, repeated: str) -> None:  # noqa: N802
    """A field for the plausible worlds in which something is `repeated`, as "each cell with 8 pairs of runs" is."""
    hint = (
        f"Up to {MOST_WORLDS}: {repeated} in each of so many sets of all that is assumed that answer as the field "
        "does. The answer says in how many of them it holds, which is no probability."
    )
    Typed("Plausible worlds", value, on_value, empty="none", hint=hint)


@solara.component
def Chip(text: str, label: str, remove: Callable[[], None] | None) -> None:  # noqa: N802
    """One of several things that were chosen, called by a label, with a button that removes it, if it can be."""
    with solara.Div(classes=["fw-chip"]):
        rv.Html(tag="span", children=[text])
        if remove:
            solara.Button(icon_name="mdi-close", text=True, small=True, on_click=remove,
                          attributes={"aria-label": f"Remove {label}", "title": f"Remove {label}"})  # fmt: skip


@solara.component
def Start(  # noqa: N802
    label: str, icon: str, job: Job[Any], work: Callable[[Job[Any]], Any], *, ready: bool = True
) -> None:
    """The button that starts a job, unless one is under way."""
    solara.Button(
        label, icon_name=icon, color="primary", disabled=job.status.value.busy or not ready,
        on_click=lambda: job.start(work),
    )  # fmt: skip


@solara.component
def Examples(  # noqa: N802
    job: Job[Any], forms: Mapping[str, tuple[str, Any]], fill: Callable[[Any], None],
    work: Callable[[Any, Job[Any]], Any],
) -> None:  # fmt: skip
    """Worked examples by what they are called, each with a hint: one fills the form and is run, in seconds."""

    def run(form: Any) -> None:
        fill(form)
        job.start(lambda job: work(form, job))

    with solara.Div(classes=["fw-examples"]):
        solara.Text("Examples, run in seconds:", classes=["fw-muted"])
        for label, (hint, form) in forms.items():
            solara.Button(label, text=True, disabled=job.status.value.busy, on_click=partial(run, form),
                          attributes={"title": hint})  # fmt: skip


@solara.component
def MeasureField(label: str, value: str, on_value: Handler) -> None:  # noqa: N802
    """A field to choose a measure of a run."""
    measures = {name: measure.label for name, measure in MEASURES.items()}
    Choose(label, measures, value, on_value, hint=MEASURES[value].doc)


@boxed_vue("Parameters.vue", "items")
def _Parameters(  # noqa: N802
    *, label: str, value: str, items: list[dict[str, str]], event_pick: Handler
) -> None: ...


@solara.component
def ParameterField(  # noqa: N802
    label: str, value: str, on_value: Handler, *, all_of_them: bool = False
) -> None:
    """A field to search the parameters by name and meaning; those fixed at the start only where asked for."""
    with solara.Div(classes=["fw-field", "fw-field-wide"]):
        _Parameters(label=label, value=value, items=_items(all_of_them), event_pick=lambda name: on_value(str(name)))


@cache
def _items(all_of_them: bool) -> list[dict[str, str]]:  # noqa: FBT001 - a switch of one field
    return [
        {
            "name": item.dotted,
            "title": item.title,
            "text": item.doc,
            "allowed": f"{item.allowed}; usually {value_text(item.default)}",
        }
        for item in all_parameters()
        if all_of_them or item.when == "now"
    ]
