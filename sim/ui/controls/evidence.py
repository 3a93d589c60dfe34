"""From demonstration to evidence: what was done by hand, repeated with many seeds against the same run without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.studies.cases import OWN
from sim.ui.parts import Heading, Working

if TYPE_CHECKING:
    from sim.questions.compare.comparison import Comparison
    from sim.ui.jobs import Job
    from sim.ui.run.branches import Branch
    from sim.ui.run.player import Player
    from sim.ui.run.session import Session

SEEDS = 50
"""Paired seeds unless the visitor says otherwise."""

MOST = 500
"""Most of them on a page that others use too."""

AS_OPENED = ""
"""What a world is compared with: itself without what was done by hand."""

HINT = (
    "One run shows what can happen; many show what a decision does. The run is repeated with other luck, each time "
    "with and without what was done by hand, and the differences are told with 95% intervals."
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the repeated run says.

    Attributes:
        title: What was compared with what.
        sentences: The answer, and how sure it is.
        rows: Measure, its value as is, difference, interval, and verdict as mark and word, for each headline measure.
        report: The report as one HTML file.
        files: Scenario files by name, which repeat it on the command line.
        command: The command that does.
    """

    title: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str, str], ...]
    report: str
    files: dict[str, str]
    command: str


def seeds_of(text: str) -> int:
    """Read a number of seeds.

    Raises:
        InputError: It is no whole number from 2 to `MOST`.
    """
    if not text.strip().isascii() or not text.strip().isdigit() or not 2 <= int(text.strip()[:9]) <= MOST:
        raise InputError(f'seeds = "{text[:20]}" is not allowed; it must be a whole number from 2 to {MOST}')
    return int(text)


def repeat(branch: Branch, rival: Branch | None, seeds: int, job: Job[Evidence]) -> Evidence:
    """Repeat a world with many seeds; for the background.

    Args:
        branch: The world.
        rival: The world it is compared with; None for itself as it was opened.
        seeds: Pairs of runs.
        job: Told how far it is.

    Raises:
        InputError: There is nothing to compare.
    """

    def tell(done: int, total: int) -> None:
        job.tell(done, total, "pairs of runs")

    from sim.questions.compare.run import compare  # noqa: PLC0415 - slow to import, and seldom needed

    job.tell(0, seeds, "pairs of runs")
    made = _against_itself(branch.session) if rival is None else _against(branch, rival)
    other = "itself as it was opened" if rival is None else f"world {rival.letter}"
    question = f"What does world {branch.letter} change against {other}?"
    result = compare(made.base, made.cases, seeds, weeks=made.weeks, from_start=made.from_start, progress=tell,
                     workers=max(1, usable_cores() - 1))  # fmt: skip
    command = f"{made.command} --seeds {seeds}"
    return _found(result, question, command, made.files)


@dataclass(frozen=True, slots=True)
class _Made:
    """What is compared, and how the command line says it."""

    base: Any
    cases: dict[str, Any]
    weeks: int
    files: dict[str, str]
    command: str
    from_start: bool = False


def _against_itself(session: Session) -> _Made:
    deeds = session.deeds()
    if not deeds:
        raise InputError("nothing was done by hand in this world yet; move a lever or cause a shock first")
    whole, given = session.scenario(), session.as_given()
    name = f"{_plain(whole.name)}-session.toml"
    files = {name: whole.to_toml()}
    command = f"flywheel compare {name}"
    if given.interventions:
        opened = f"{_plain(whole.name)}-opened.toml"
        files[opened] = given.to_toml()
        command = f"flywheel compare {opened} --with {name}"
    return _Made(given, {OWN: {"interventions": deeds}}, int(whole["organization.weeks"]), files, command)


def _against(branch: Branch, rival: Branch) -> _Made:
    base, other = rival.session.scenario(), branch.session.scenario()
    if base == other:
        raise InputError(f"worlds {rival.letter} and {branch.letter} are the same so far; do something in one of them")
    weeks = max(int(one["organization.weeks"]) for one in (base, other))
    first, second = (f"{_plain(base.name)}-{one.letter}.toml" for one in (rival, branch))
    files = {first: base.to_toml(), second: other.to_toml()}
    command = f"flywheel compare {first} --with {second} --weeks {weeks}"
    return _Made(base, {f"world {branch.letter}": other}, weeks, files, command, from_start=True)


def _found(result: Comparison, question: str, command: str, files: dict[str, str]) -> Evidence:
    from sim.answers.compare.gather import material_of  # noqa: PLC0415
    from sim.answers.compare.words import answer, confidence, effect_rows  # noqa: PLC0415 - figures are slow to import
    from sim.answers.html import report_html  # noqa: PLC0415

    material = material_of(result, question, command)
    rows = tuple(
        (
            row.label,
            row.as_is,
            row.cells[0].difference,
            row.cells[0].interval,
            f"{row.cells[0].mark} {row.cells[0].verdict}",
        )
        for row in effect_rows(material)
        if row.headline
    )
    title = f"{question.removesuffix('?')}: {len(material.seeds)} pairs of runs of {result.weeks} weeks"
    sentences = (answer(material), confidence(material), *material.notes)
    return Evidence(title, sentences, rows, report_html(material), files, command)


def _plain(name: str) -> str:
    """A name that may be part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name)[:40].strip("-") or "scenario"


@solara.component
def EvidenceButton(player: Player) -> None:  # noqa: N802 - a component
    """The button that opens the card in front of everything."""
    shown = solara.use_reactive(False)
    status = player.evidence.status.value
    label = f"{status.done} of {status.total}" if status.busy and status.total else "Evidence"
    with solara.Div():
        solara.Button(
            label, icon_name="mdi-check-decagram", text=True, small=True, color="primary",
            on_click=lambda: shown.set(True), attributes={"title": HINT},
        )  # fmt: skip
        with rv.Dialog(v_model=shown.value, on_v_model=shown.set, max_width=920, scrollable=True):
            if shown.value:
                with solara.Div(classes=["fw-card", "fw-evidence"]):
                    EvidenceCard(player)
                    solara.Button("Close", on_click=lambda: shown.set(False), text=True)


@solara.component
def EvidenceCard(player: Player) -> None:  # noqa: N802
    """Repeat the world that is shown with many seeds, see how far it is, and what it says."""
    seeds, rival, problem = solara.use_reactive(str(SEEDS)), solara.use_reactive(AS_OPENED), solara.use_reactive("")
    _ = player.frame.value  # another week, or another world
    branches, job = player.branches, player.evidence
    here = branches.here
    others = {one.letter: one for one in branches.all if one is not here}
    against = others.get(rival.value)

    def start() -> None:
        try:
            count = seeds_of(seeds.value)
            problem.set("")
            job.start(lambda job: repeat(here, against, count, job))
        except InputError as error:
            problem.set(str(error))

    with solara.Div(classes=["fw-panel-in"]):
        Heading("From demonstration to evidence", HINT)
        with solara.Div(classes=["fw-evidence-ask"]):
            items = [
                {"text": "itself, nothing done by hand", "value": AS_OPENED},
                *({"text": f"world {letter}", "value": letter} for letter in others),
            ]
            solara.Text(f"World {here.letter} against")
            rv.Select(
                items=items,
                v_model=rival.value if against else AS_OPENED,
                on_v_model=rival.set,
                dense=True,
                hide_details=True,
            )
            rv.TextField(
                v_model=seeds.value,
                on_v_model=seeds.set,
                label="Seeds",
                dense=True,
                hide_details=True,
                class_="fw-seed",
            )
            solara.Button(
                "Repeat it", icon_name="mdi-repeat", color="primary", on_click=start, disabled=job.status.value.busy
            )
        if problem.value:
            rv.Html(tag="strong", class_="fw-evidence-wrong", attributes={"role": "alert"}, children=[problem.value])
        Working(job)
        if job.status.value.stage == "done" and job.status.value.result:
            Result(job.status.value.result)


@solara.component
def Result(found: Evidence) -> None:  # noqa: N802
    """What the repeated run says, and the files that hold and repeat it."""
    with solara.Div(classes=["fw-panel-in"]):
        rv.Html(tag="h3", children=[found.title])
        for sentence in found.sentences:
            rv.Html(tag="p", children=[sentence])
        head = ("Measure", "As is", "Difference", "95% interval", "")
        with rv.Html(tag="table", class_="fw-table"):
            with rv.Html(tag="thead"), rv.Html(tag="tr"):
                for text in head:
                    rv.Html(tag="th", children=[text])
            with rv.Html(tag="tbody"):
                for row in found.rows:
                    with rv.Html(tag="tr"):
                        for text in row:
                            rv.Html(tag="td", children=[text])
        with solara.Div(classes=["fw-evidence-files"]):
            solara.FileDownload(found.report, filename="report.html", label="Report", mime_type="text/html")
            for name, text in found.files.items():
                solara.FileDownload(text, filename=name, label=name, mime_type="application/toml")
        solara.Text("The same on the command line:", classes=["fw-muted"])
        rv.Html(tag="code", children=[found.command])
