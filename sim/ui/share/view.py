"""The view that shares a run: a link to it, a scenario brought along, its files, and an animation of its wheel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.measures.words import counted
from sim.scenario.errors import InputError
from sim.scenario.writing import new_scenario_text
from sim.ui.choice import present, shipped
from sim.ui.jobs import Job, use_job
from sim.ui.limits import LARGEST_TEXT
from sim.ui.links import encode
from sim.ui.parts import Heading, Problem, Working
from sim.ui.share.files import LEAST_WEEKS, Files, make_files
from sim.ui.share.moving import Animation
from sim.ui.share.upload import read_upload
from sim.ui.share.widgets import Copy, Drop

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
    choice = present(desk.choice.value, desk.player.session)

    def link() -> tuple[str, str]:
        try:
            return f"?run={encode(choice)}", ""
        except InputError as error:
            return "", f"There is no link to this run: {error}."

    query, problem = solara.use_memo(link, [choice])
    number = len(choice.interventions)
    done = f"{counted(number, 'intervention')} by hand" if number else "nothing done by hand"
    with solara.Div(classes=["fw-card"]):
        Heading("A link to this run", _LINK)
        rv.Html(tag="p", children=[f"{choice.title()}, seed {choice.seed}, week {frame.week}, {done}."])
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
            chosen = read_upload(sent, desk.choice.peek().seed)
        except InputError as error:
            problem.set(str(error))
        else:
            problem.set("")
            desk.choice.set(chosen)

    with solara.Div(classes=["fw-card"]):
        Heading("A scenario of your own", _BRING, left=True)
        Drop(largest=LARGEST_TEXT, event_taken=take)
        Problem(problem)
        with solara.Div(classes=["fw-share-row"]):
            solara.FileDownload(
                lambda: new_scenario_text(shipped("baseline")), filename="mine.toml", label="A file to start from"
            )
            session = desk.player.session
            solara.FileDownload(
                lambda: session.scenario().to_toml(), filename="scenario.toml", label="This run as a scenario"
            )


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
