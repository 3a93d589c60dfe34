"""Answers, tables and downloads, as every view that computes shows them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import solara
from solara.alias import rv

from sim.answers.media import content_of
from sim.ui.parts import Heading, add_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sim.answers.analysis import Analysis, TextTable
    from sim.ui.jobs import Job


File: TypeAlias = "tuple[str, str, Callable[[], str | bytes] | str | bytes]"
"""A file to download: its label, its name, and its content or what makes it."""

FILE_LABELS = {
    "html": "Report (HTML)",
    "pptx": "Slides (PowerPoint)",
    "xlsx": "Workbook (Excel)",
    "json": "Data (JSON)",
    "zip": "All files (ZIP)",
}
"""Forms of an answer by the ending of its file, with their labels."""

WORLDS_HINT = (
    "Sets of all that is assumed that answer as the field does: the same in each, with the same luck and a burn-in of "
    "its own."
)

DRAWING = threading.Lock()
"""Held while an answer is drawn: figures share the settings of their library."""


@solara.component
def Inquiry(  # noqa: N802 - a component
    job: Job[Any], asking: Callable[[], Any], answer: Callable[[Any], Any], title: str, promise: str
) -> None:
    """What is asked, and its answer as far as it is known; before anything was asked, what will stand here."""
    status = job.status.value
    with solara.Div(classes=["fw-view"]):
        asking()
        if status.result is not None:
            answer(status.result)
        elif not status.busy:
            with solara.Div(classes=["fw-card"]), solara.Div(classes=["fw-none"]):
                rv.Html(tag="b", children=[title])
                solara.Text(promise)


@solara.component
def Command(text: str) -> None:  # noqa: N802
    """The command that gives the same answer."""
    rv.Html(tag="code", class_="fw-command", children=[text])


@solara.component
def Downloads(items: Sequence[File]) -> None:  # noqa: N802
    """Buttons that download: label, name of the file, and its content or what makes it."""
    with solara.Div(classes=["fw-downloads"]):
        for label, name, content in items:
            with solara.FileDownload(content, filename=name):
                solara.Button(label, icon_name="mdi-download", outlined=True)


def answer_files(name: str, lay_out: Callable[[], Analysis]) -> list[tuple[str, str, Callable[[], bytes]]]:
    """Label, name and maker of an answer in every form; it is laid out and drawn when one is asked for."""

    def write(suffix: str) -> bytes:
        with DRAWING:
            return content_of(lay_out(), suffix)

    return [(label, f"{name}.{form}", partial(write, f".{form}")) for form, label in FILE_LABELS.items()]


@solara.component_vue("Table.vue")
def Table(  # noqa: N802
    *, header: list[dict[str, Any]], rows: list[list[str]], caption: str, strong: Sequence[int] = (),
    hints: Sequence[str] = (),
) -> None:  # fmt: skip
    """A table of text: columns with text, hint and whether they are `right` (numbers); a caption for who cannot see it.

    `strong` are the rows that matter most, from 0; `hints` say what each row is about, with its unit.
    """


def columns(*names: str, right: Collection[int] = (), hints: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """Columns of a table by their names."""
    return [
        {"text": name, "right": place in right, "hint": (hints or {}).get(place, "")}
        for place, name in enumerate(names)
    ]


@solara.component
def InWorlds(sentences: Iterable[str], table: TextTable) -> None:  # noqa: N802
    """What an answer is in plausible worlds, in words and a table."""
    with solara.Div(classes=["fw-card"]):
        Heading("In plausible worlds", WORLDS_HINT)
        add_sentences(sentences)
        add_table(table)


def add_table(table: TextTable, caption: str = "") -> None:
    """Show a table of an answer; `caption` stands for one it does not have."""
    header = columns(*(head.replace("\n", " ") for head in table.columns), right=tuple(table.right))
    Table(header=header, rows=[list(row) for row in table.rows], caption=table.caption or caption)
