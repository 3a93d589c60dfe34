"""From demonstration to evidence: what was done by hand, repeated with many seeds against the same run without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.scenario.errors import InputError
from sim.studies.cases import OWN
from sim.ui.controls.spread import Spread, seen_text, spread_chart, spread_of
from sim.ui.forms.work import read_whole, workers
from sim.ui.parts import Chart, Heading, Quiet, TextField, TextTable, Working, add_menu, add_sentences
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.questions.compare.comparison import Comparison
    from sim.scenario.scenario import Scenario
    from sim.ui.jobs import Job
    from sim.ui.run.branches import Branch
    from sim.ui.run.player import Player
    from sim.ui.run.session import Session

SEEDS, MOST = 50, 500  # paired seeds unless the visitor says otherwise, and most of them on a page that others use too

AS_OPENED = ""
"""What a world is compared with: itself without what was done by hand."""

HINT = (
    "One run shows what can happen; many show what a decision does. The run is repeated with other luck, each time "
    "with and without what was done by hand, and the differences are told with 95% intervals."
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the repeated run says, and the files and the command that repeat it.

    Attributes:
        spread: Where every pair of runs came out.
        rows: Measure, its value as is, difference, interval, and verdict as mark and word, for each headline measure.
        report: The report as one HTML file.
        files: Scenario files by name.
    """

    title: str
    sentences: tuple[str, ...]
    spread: Spread
    rows: tuple[tuple[str, str, str, str, str], ...]
    report: str
    files: dict[str, str]
    command: str


def repeat(branch: Branch, rival: Branch | None, seeds: int, job: Job[Evidence]) -> Evidence:
    """Repeat a world against a rival or, if None, itself as it was opened; InputError if nothing differs."""
    from sim.questions.compare.run import compare  # noqa: PLC0415 - slow to import, and seldom needed

    def tell(done: int, total: int) -> None:
        job.tell(done, total, "pairs of runs")

    tell(0, seeds)
    asked, files, command = _against_itself(branch.session) if rival is None else _against(branch, rival)
    result = compare(**asked, seeds=seeds, progress=tell, workers=workers())
    base = branch.session.as_given() if rival is None else rival.session.scenario()
    spread = spread_of(result, branch.session.world.seed, base, branch.session.scenario())
    other = "itself as it was opened" if rival is None else f"world {rival.letter}"
    return _evidence(
        result, spread, f"What does world {branch.letter} change against {other}?", f"{command} --seeds {seeds}", files
    )


def _against_itself(session: Session) -> tuple[dict[str, Any], dict[str, str], str]:
    """What is compared, the files of its scenarios, and how the command line says it."""
    actions = session.manual_actions()
    if not actions:
        raise InputError("nothing was done by hand in this world yet; move a lever or cause a shock first")
    whole, given = session.scenario(), session.as_given()
    name, opened = _file_name(whole, "session"), _file_name(whole, "opened")
    files, command = {name: whole.to_toml()}, f"flywheel compare {name}"
    if given.interventions:
        files[opened] = given.to_toml()
        command = f"flywheel compare {opened} --with {name}"
    cases, weeks = {OWN: {"interventions": actions}}, int(whole["organization.weeks"])
    return {"scenario": given, "cases": cases, "weeks": weeks}, files, command


def _against(branch: Branch, rival: Branch) -> tuple[dict[str, Any], dict[str, str], str]:
    base, other = rival.session.scenario(), branch.session.scenario()
    if base == other:
        raise InputError(f"worlds {rival.letter} and {branch.letter} are the same so far; do something in one of them")
    weeks = max(int(scenario["organization.weeks"]) for scenario in (base, other))
    first, second = (_file_name(base, world.letter) for world in (rival, branch))
    files = {first: base.to_toml(), second: other.to_toml()}
    command = f"flywheel compare {first} --with {second} --weeks {weeks}"
    cases = {f"world {branch.letter}": other}
    return {"scenario": base, "cases": cases, "weeks": weeks, "from_start": True}, files, command


def _evidence(
    result: Comparison, spread: Spread, question: str, command: str, files: dict[str, str]
) -> Evidence:  # fmt: skip
    from sim.answers.compare.gather import material_of  # noqa: PLC0415
    from sim.answers.compare.report import analysis_of  # noqa: PLC0415
    from sim.answers.compare.words import answer, confidence, effect_rows  # noqa: PLC0415 - figures are slow to import

    material = material_of(result, question, command)
    headlines = [(row, row.cells[0]) for row in effect_rows(material) if row.headline]
    rows = tuple(
        (row.label, row.as_is, cell.difference, cell.interval, f"{cell.mark} {cell.verdict}") for row, cell in headlines
    )
    title = f"{question.removesuffix('?')}: {len(material.seeds)} pairs of runs of {result.weeks} weeks"
    sentences = (answer(material), seen_text(spread), confidence(material), *material.notes)
    return Evidence(title, sentences, spread, rows, analysis_of(material).html(), files, command)


def _file_name(scenario: Scenario, what: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", scenario.name)[:40].strip("-") or "scenario"
    return f"{plain}-{what}.toml"


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
    others = {branch.letter: branch for branch in branches.all if branch is not here}
    against = others.get(rival.value)

    def start() -> None:
        try:
            count = read_whole(seeds.value, "seeds", 2, MOST)
            problem.set("")
            job.start(lambda job: repeat(here, against, count, job))
        except InputError as error:
            problem.set(str(error))

    with solara.Div(classes=["fw-panel-in"]):
        Heading("From demonstration to evidence", HINT)
        with solara.Div(classes=["fw-evidence-ask"]):
            solara.Text(f"World {here.letter}")
            rivals = {AS_OPENED: "itself, nothing done by hand"} | {letter: f"world {letter}" for letter in others}
            add_menu(rivals, rival.value if against else AS_OPENED, rival.set, label="Compared with")
            TextField(label="Seeds", v_model=seeds.value, on_v_model=seeds.set, class_="fw-seed")
            solara.Button(
                "Repeat it", icon_name="mdi-repeat", color="primary", on_click=start, disabled=job.status.value.busy
            )
        if problem.value:
            rv.Html(tag="strong", class_="fw-evidence-wrong", attributes={"role": "alert"}, children=[problem.value])
        Working(job)
        if job.status.value.result and not job.status.value.busy:
            Result(job.status.value.result)


@solara.component
def Result(evidence: Evidence) -> None:  # noqa: N802
    """What the repeated run says, and the files that hold and repeat it."""
    theme = use_theme()
    with solara.Div(classes=["fw-panel-in"]):
        add_sentences(evidence.sentences[:2], first=True)
        with solara.Div(classes=["fw-spread"]):
            Chart(f"{evidence.title}: every pair", lambda: spread_chart(evidence.spread, theme))
        with rv.Html(tag="details", class_="fw-more"):
            rv.Html(tag="summary", children=["All measures, files, and the command that repeats it"])
            Whole(evidence)


@solara.component
def Whole(evidence: Evidence) -> None:  # noqa: N802
    """Everything the repeated run says beside its main measure."""
    with solara.Div(classes=["fw-panel-in"]):
        rv.Html(tag="h3", children=[evidence.title])
        add_sentences(evidence.sentences[2:])
        TextTable(("Measure", "As is", "Difference", "95% interval", ""), evidence.rows)
        with solara.Div(classes=["fw-evidence-files"]):
            solara.FileDownload(evidence.report, filename="report.html", label="Report", mime_type="text/html")
            for name, text in evidence.files.items():
                solara.FileDownload(text, filename=name, label=name, mime_type="application/toml")
        Quiet("The same on the command line:")
        rv.Html(tag="code", children=[evidence.command])
