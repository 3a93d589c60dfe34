"""Parts every view uses: headings that explain themselves, messages, charts, and how far a job is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipyvuetify
import solara
import traitlets
from solara.alias import rv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.ui.jobs import Job


@solara.component
def Heading(title: str, text: str, *, left: bool = False, up: bool = False) -> None:  # noqa: N802 - a component
    """A title that explains itself, to the left or upwards if so wished, when pointer or keyboard rest on it."""
    sides = [*(["fw-hint-left"] if left else []), *(["fw-hint-up"] if up else [])]
    attributes = {"data-hint": text, "tabindex": "0"}
    rv.Html(tag="h2", class_=" ".join(["fw-hint", "fw-asks", *sides]), attributes=attributes, children=[title])


@solara.component
def Problem(problem: solara.Reactive[str]) -> None:  # noqa: N802
    """What went wrong, until it is closed."""
    with solara.Div(classes=["fw-problem"] if problem.value else [], attributes={"role": "alert"}):
        if problem.value:
            rv.Html(tag="strong", children=[problem.value])
            solara.Button("Close", on_click=lambda: problem.set(""), text=True)


@solara.component
def Notice(text: str, close: Callable[[], None]) -> None:  # noqa: N802
    """What is worth knowing and stops nobody, until it is closed."""
    with solara.Div(classes=["fw-notice"], attributes={"role": "status"}):
        rv.Html(tag="span", children=[text])
        solara.Button("Close", on_click=close, text=True)


@solara.component
def Message(  # noqa: N802
    title: str, text: str, *, busy: bool = False, children: Sequence[solara.Element] = ()
) -> None:
    """A card in the middle of the page, while something is prepared or when it cannot be; with a way on, if any."""
    with solara.Div(classes=["fw-wait"]), solara.Div(classes=["fw-card"], attributes={"role": "status"}):
        rv.Html(tag="h2", children=[title])
        solara.Text(text)
        if busy:
            solara.ProgressLinear(value=True, color="primary")
        if children:
            solara.Row(children=list(children))


@solara.component
def Working(job: Job[Any]) -> None:  # noqa: N802
    """How far a job is, with a button that stops it; why it failed; nothing while it is idle or done."""
    status = job.status.value
    if status.busy:
        part = f"{status.done} of {status.total}. " if status.total else ""
        with solara.Div(classes=["fw-working"], attributes={"role": "status"}):
            solara.ProgressLinear(value=100 * status.done / status.total if status.total else True, color="primary")
            solara.Text(f"{part}{status.text}")
            solara.Button("Stop", on_click=job.stop, outlined=True)
    elif status.stage == "failed":
        with solara.Div(classes=["fw-problem"], attributes={"role": "alert"}):
            rv.Html(tag="strong", children=[status.problem])
    elif status.stage == "stopped":
        solara.Text("Stopped.", classes=["fw-muted"])


@dataclass(frozen=True, slots=True)
class Boxed:
    """Plain data for the browser in a closed box: Solara would look for components in every list it is given."""

    value: Any


def boxed(empty: Any = None) -> Any:
    """A trait that travels in a closed box; equal boxes are not sent again."""
    return traitlets.Any(Boxed(empty)).tag(sync=True, to_json=lambda box, _: box.value)


class _Chart(ipyvuetify.VuetifyTemplate):  # type: ignore[misc, name-defined]  # it declares no types
    template_file = (__file__, "Chart.vue")
    option = boxed()
    name = traitlets.Unicode().tag(sync=True)
    picked: Any = traitlets.Callable(None, allow_none=True)
    resized: Any = traitlets.Callable(None, allow_none=True)
    size = traitlets.Unicode().tag(sync=True)

    def vue_pick(self, at: dict[str, Any]) -> None:
        if self.picked is not None:
            self.picked(at)

    def vue_resize(self, _: Any) -> None:
        if self.resized is not None:
            self.resized()


@solara.component
def Chart(  # noqa: N802
    name: str,
    option: Callable[[], dict[str, Any]],
    picked: Callable[[dict[str, Any]], None] | None = None,
    *,
    size: str = "",
    resized: Callable[[], None] | None = None,
) -> None:
    """A chart of an ECharts option that may change ten times a second; it fills its card and can be saved.

    `picked` is given name, series, row and value of what was clicked. A chart whose `size` is "small" or "large" has a
    button that asks for the other one by `resized`.
    """
    _Chart.element(name=name, option=Boxed(option()), picked=picked, size=size, resized=resized)
