"""The view that shares a run: a link to it, a scenario brought along, its files, and an animation of its wheel."""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.measures.words import counted
from sim.scenario.errors import InputError
from sim.scenario.writing import new_scenario_text
from sim.ui.choice import present, shipped
from sim.ui.jobs import Job, use_job
from sim.ui.limits import PAGE
from sim.ui.links import encode
from sim.ui.live.wheels import KINDS, kind_of
from sim.ui.parts import Heading, Problem, Working, add_menu
from sim.ui.share.files import LEAST_WEEKS, Files, make_files
from sim.ui.share.upload import read_upload
from sim.ui.share.widgets import Copy, Drop
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.ui.desk import Desk

TABLES = {
    "weekly": "Weeks",
    "deals": "Deals closed",
    "open_deals": "Deals open",
    "reps": "Reps by quarter",
    "managers": "Managers by quarter",
}
"""What each table is called."""

_LINK = (
    "The link holds the scenario, the seed, every intervention and the week. Whoever opens it sees the same numbers, "
    "to the last digit, or is told that the program has changed since."
)
_BRING = (
    "A scenario file (TOML), such as flywheel new, flywheel check and the download below know it. It is read as text, "
    "kept for your visit, and runs here with the present seed."
)
_FILES = (
    "The run is repeated from its scenario, with every table kept, and compared with what you saw. The archive is the "
    "folder that flywheel run writes."
)
_ANIMATION = "From week 0 to the present, in at most eight seconds, at the speed the wheel turns on the page."


@solara.component
def Share(desk: Desk) -> None:  # noqa: N802 - a component
    """Links and files of one visitor's run."""
    with solara.Div(classes=["fw-view", "fw-sharing"]), solara.Div(classes=["fw-share-grid"]):
        LinkCard(desk)
        Bring(desk)
        FilesCard(desk)
        Animation(desk)


@solara.component
def LinkCard(desk: Desk) -> None:  # noqa: N802
    """A link to the present run."""
    frame = desk.player.frame.value
    choice = present(desk.choice.value, desk.player.branches)

    def link() -> tuple[str, str]:
        try:
            return f"?run={encode(choice)}", ""
        except InputError as error:
            return "", f"There is no link to this run: {error}."

    query, problem = solara.use_memo(link, [choice])
    number = len(choice.interventions)
    worlds = f", {counted(len(choice.forks), 'world')} beside it" if choice.forks else ""
    done = f"{counted(number, 'intervention')} by hand" if number else "nothing done by hand"
    with solara.Div(classes=["fw-card"]):
        Heading("A link to this run", _LINK)
        rv.Html(tag="p", children=[f"{choice.title()}, seed {choice.seed}, week {frame.week}, {done}{worlds}."])
        if problem:
            rv.Html(tag="p", children=[problem], attributes={"role": "alert"})
        else:
            Copy(query=query, label="Link to this run")


@solara.component
def Bring(desk: Desk) -> None:  # noqa: N802
    """A scenario of one's own: brought along, or one to start from."""
    problem = solara.use_reactive("")

    def take(sent: dict[str, Any]) -> None:
        try:
            desk.choice.set(read_upload(sent, desk.choice.peek().seed))
            problem.set("")
        except InputError as error:
            problem.set(str(error))

    files = (
        ("A file to start from", "mine.toml", lambda: new_scenario_text(shipped("baseline"))),
        ("This run as a scenario", "scenario.toml", lambda: desk.player.session.scenario().to_toml()),
    )
    with solara.Div(classes=["fw-card"]):
        Heading("A scenario of your own", _BRING, left=True)
        Drop(what="a scenario file", endings=".toml,text/plain", largest=PAGE.text, event_taken=take)
        Problem(problem)
        with solara.Div(classes=["fw-share-row"]):
            for label, name, text in files:
                solara.FileDownload(text, filename=name, label=label)


@solara.component
def FilesCard(desk: Desk) -> None:  # noqa: N802
    """Tables and report of the present run."""
    job: Job[Files] = use_job()
    status, week = job.status.value, desk.player.frame.value.week
    session = desk.player.session
    files = status.result if status.stage == "done" else None
    with solara.Div(classes=["fw-card"]):
        Heading("Data and report", _FILES)
        if week < LEAST_WEEKS:
            early = f"There is data from week {LEAST_WEEKS} on; play the run first."
            rv.Html(tag="p", class_="fw-muted", children=[early])
        elif not status.busy and (files is None or files.week != week):
            solara.Button(
                f"Make the files up to week {week}", outlined=True,
                on_click=lambda: job.start(lambda own: make_files(session, own.tell)),
            )  # fmt: skip
        Working(job)
        if files:
            Downloads(files)


@solara.component
def Downloads(files: Files) -> None:  # noqa: N802
    """Every file of a run."""
    rv.Html(tag="p", children=[f"Weeks 0 to {files.week}. Repeated from its scenario, the run gave the same numbers."])
    with rv.Html(tag="table", class_="fw-share-table"):
        for name, title in TABLES.items():
            with rv.Html(tag="tr"):
                rv.Html(tag="th", attributes={"scope": "row"}, children=[title])
                for ending, kind in (("csv", "CSV"), ("parquet", "Parquet")):
                    file = f"{name}.{ending}"
                    with rv.Html(tag="td"):
                        solara.FileDownload(partial(files.read, file), filename=file, label=kind)
    with solara.Div(classes=["fw-share-row"]):
        solara.FileDownload(partial(files.read, "report.html"), filename="report.html", label="Report")
        solara.FileDownload(files.archive, filename="run.zip", label="Everything (ZIP)")


@solara.component
def Animation(desk: Desk) -> None:  # noqa: N802
    """A wheel over the present run, as a short animation."""
    job: Job[bytes] = use_job()
    wheel, theme = solara.use_reactive(KINDS[0].name), use_theme()
    status, week = job.status.value, desk.player.frame.value.week
    session, title = desk.player.session, desk.choice.value.title()

    def work(own: Job[bytes]) -> bytes:
        from sim.ui.share.animation import animate, pictures  # noqa: PLC0415 - matplotlib is slow to import

        return animate(pictures(session, kind_of(wheel.peek())), theme, title, own.tell)

    with solara.Div(classes=["fw-card"]):
        Heading("The wheel, moving", _ANIMATION, left=True)
        if week == 0:
            rv.Html(tag="p", class_="fw-muted", children=["Nothing has turned yet; play the run first."])
        else:
            with solara.Div(classes=["fw-share-row"]):
                kinds: dict[str, str] = {kind.name: kind.label for kind in KINDS}
                add_menu(kinds, wheel.value, wheel.set, label="Wheel", disabled=status.busy)
                if not status.busy:
                    solara.Button("Draw the animation", outlined=True, on_click=lambda: job.start(work))
        Working(job)
        if status.stage == "done" and status.result:
            Moving(status.result)


@solara.component
def Moving(picture: bytes) -> None:  # noqa: N802
    """An animation, with its download."""
    source = solara.use_memo(lambda: f"data:image/gif;base64,{base64.b64encode(picture).decode()}", [picture])
    rv.Html(tag="img", class_="fw-moving", attributes={"src": source, "alt": "The wheel over the run, moving"})
    label = f"Animation (GIF, {len(picture) / 1e6:.1f} MB)"
    solara.FileDownload(picture, filename="wheel.gif", label=label)
