"""Parts every view uses: headings that explain themselves, messages, charts, and how far a job is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.ui.jobs import Job

Handler = Callable[[Any], None]
"""What is called with what the browser tells."""


@solara.component
def Heading(title: str, text: str, *, left: bool = False, up: bool = False) -> None:  # noqa: N802 - a component
    """A title that explains itself, to the left or upwards if so wished, when pointer or keyboard rest on it."""
    style = f"fw-hint fw-asks{' fw-hint-left' if left else ''}{' fw-hint-up' if up else ''}"
    rv.Html(tag="h2", class_=style, attributes={"data-hint": text, "tabindex": "0"}, children=[title])


Quiet = partial(solara.Text, classes=["fw-muted"])
TextField = partial(rv.TextField, dense=True, hide_details=True)


@solara.component_vue("Menu.vue")
def _Menu(  # noqa: N802
    *, label: str, items: Sequence[Mapping[str, str]], value: str, disabled: bool, event_settle: Handler
) -> None:
    """A menu of the browser's own, which keyboards, screen readers and telephones know."""


def add_menu(
    texts: Mapping[str, str], value: str, on_value: Callable[[str], None], *, label: str, style: str = "",
    disabled: bool = False, groups: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """A menu of words by what is chosen; `style` is a class of it, `groups` say what some of them belong to."""
    items = [{"text": text, "value": key, "group": (groups or {}).get(key, "")} for key, text in texts.items()]
    with solara.Div(classes=["fw-menu-place", *([style] if style else [])]):
        _Menu(label=label, items=items, value=value, disabled=disabled, event_settle=lambda text: on_value(str(text)))


def add_progress(share: float | None, what: str) -> None:
    """A bar that says how far something is, and what it is to those who hear the page; None for nobody knows."""
    rv.ProgressLinear(
        indeterminate=share is None, value=100.0 * (share or 0.0), color="primary", attributes={"aria-label": what}
    )


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
            add_progress(None, title)
        if children:
            solara.Row(children=list(children))


@solara.component
def Working(job: Job[Any]) -> None:  # noqa: N802
    """How far a job is, with a button that stops it; why it failed; nothing while it is idle or done."""
    status = job.status.value
    if status.busy:
        part = f"{status.done} of {status.total}. " if status.total else ""
        with solara.Div(classes=["fw-working"], attributes={"role": "status"}):
            add_progress(status.done / status.total if status.total else None, status.text or "How far it is")
            solara.Text(f"{part}{status.text}")
            solara.Button("Stop", on_click=job.stop, outlined=True)
    elif status.stage == "failed":
        with solara.Div(classes=["fw-problem"], attributes={"role": "alert"}):
            rv.Html(tag="strong", children=[status.problem])
    elif status.stage == "stopped":
        Quiet(status.text)


def add_sentences(texts: Iterable[str], *, first: bool = False) -> None:
    """Say an answer in words, a paragraph each; the first one stands out if so wished."""
    for place, text in enumerate(texts):
        style = "fw-say fw-say-first" if first and place == 0 else "fw-say"
        rv.Html(tag="p", class_=style, children=[text])


@solara.component
def TextTable(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:  # noqa: N802
    """A plain table; on a telephone each row is a card, and each cell says what it is."""
    with rv.Html(tag="table", class_="fw-table fw-stacked", attributes={"role": "table"}):
        with rv.Html(tag="thead", attributes={"role": "rowgroup"}):
            heads = [rv.Html(tag="th", attributes={"role": "columnheader"}, children=[text]) for text in header]
            rv.Html(tag="tr", attributes={"role": "row"}, children=heads)
        with rv.Html(tag="tbody", attributes={"role": "rowgroup"}):
            for row in rows:
                cells = [
                    rv.Html(tag="td", attributes={"role": "cell", "data-label": label}, children=[text])
                    for label, text in zip(header, row, strict=True)
                ]
                rv.Html(tag="tr", attributes={"role": "row"}, children=cells)


@solara.component_vue("Keys.vue")
def Keys(*, wanted: Sequence[str], event_press: Callable[[str], None]) -> None:  # noqa: N802
    """Call `event_press` with the name of each of these keys that is pressed; f fills the screen by itself.

    Names are such as "space", "left", "shift+right", "escape", or a letter; "unfilled" is called when a full screen is
    left, and ends it when this goes. A key acts wherever no field, menu or slider needs it; one that is held down
    repeats at most seven times a second, space not at all.
    """


@dataclass(frozen=True, slots=True)
class Boxed:
    """Plain data for the browser in a closed box: Solara would look for components in every list it is given."""

    value: Any


def _content(box: Boxed, _widget: Any) -> Any:
    return box.value


def boxed_vue(file: str, *boxes: str) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Make a component of a Vue file as `solara.component_vue` does, with these arguments in closed boxes.

    Equal boxes are not sent again.
    """

    def decorate(signature: Callable[..., None]) -> Callable[..., Any]:
        component = solara.component_vue(file, to_json=dict.fromkeys(boxes, _content))(signature)
        return lambda **given: component(**given | {name: Boxed(given[name]) for name in boxes})

    return decorate


@boxed_vue("Chart.vue", "option")
def _Chart(  # noqa: N802
    *, name: str, option: Any, size: str, event_pick: Handler | None, event_resize: Handler | None
) -> None: ...


@solara.component
def Chart(  # noqa: N802
    name: str, option: Callable[[], Any], picked: Handler | None = None, *, size: str = "",
    resized: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """A chart of an ECharts option that may change ten times a second; it fills its card and can be saved.

    `picked` is given name, series, row and value of what was clicked. A chart whose `size` is "small" or "large" has a
    button that asks for the other one by `resized`; one that is "presented" has letters of 28 pixels and more.
    """
    on_resize = (lambda _: resized()) if resized else None
    _Chart(name=name, option=option(), size=size, event_pick=picked, event_resize=on_resize)
