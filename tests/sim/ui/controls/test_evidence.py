"""From demonstration to evidence: the page's numbers are those of the command line, and the files repeat them."""

import threading
from pathlib import Path

import ipyvuetify
import pytest
import solara
from typer.testing import CliRunner

from sim.cli.main import app
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.controls.evidence import Evidence, EvidenceCard, repeat
from sim.ui.jobs import Job, JobStatus
from sim.ui.live.readings import read
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player
from sim.ui.run.session import Session

pytestmark = pytest.mark.usefixtures("drawn_once")

LEVER = "structure.product_specialists"
SIZE = "n_reps = 6\nproduct_specialists = 1"
SMALL = f'name = "small"\n[structure]\n{SIZE}\n[organization]\nburn_in_weeks = 26\nweeks = 26\n'
OWN = '[[interventions]]\nweek = 3\nparameter = "strategy.stretch"\nvalue = 0.2\n'


def played(text: str = SMALL) -> Branches:
    """A run with a lever and a shock, one of them undone."""
    worlds = Branches(Session.begin(Scenario.from_text(text), seed=3))
    worlds.advance(4)
    worlds.session.intervene({"event": "demand_shock", "arguments": {"factor": 0.6}, "label": "Market falls"})
    worlds.session.pull(LEVER, 4)
    worlds.advance(5)
    worlds.session.undo("1" if OWN in text else "0")
    worlds.advance(2)
    return worlds


def job() -> Job[Evidence]:
    return Job(solara.reactive(JobStatus()))


def repeated(evidence: Evidence, folder: Path) -> dict[str, tuple[str, str]]:
    """Difference and interval by measure, as the command line's report has them, from the files."""
    for name, text in evidence.files.items():
        (folder / name).write_text(text)
    words = [str(folder / word) if word.endswith(".toml") else word for word in evidence.command.split()[1:]]
    done = CliRunner().invoke(app, [*words, "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output
    report = (folder / "out" / "report.html").read_text()
    return {
        label: (difference, span)
        for label, _, difference, span, _ in evidence.rows
        if difference in report and span in report
    }


@pytest.mark.parametrize("own", ["", OWN])
def test_the_command_line_repeats_it(own: str, tmp_path: Path):
    worlds = played(SMALL + own)
    evidence = repeat(worlds.all[0], None, 3, job())
    assert len(evidence.files) == (2 if own else 1)
    assert repeated(evidence, tmp_path) == {row[0]: row[2:4] for row in evidence.rows}
    assert evidence.rows[0][0] == "Net contribution"
    assert "<html" in evidence.report


def test_a_world_is_compared_with_another(tmp_path: Path):
    worlds = played()
    worlds.fork("More")
    with pytest.raises(InputError, match="worlds A and B are the same so far"):
        repeat(worlds.all[1], worlds.all[0], 3, job())
    worlds.session.pull(LEVER, 9)
    worlds.advance(20)
    evidence = repeat(worlds.all[1], worlds.all[0], 3, job())
    assert list(evidence.files) == ["small-A.toml", "small-B.toml"]
    assert repeated(evidence, tmp_path) == {row[0]: row[2:4] for row in evidence.rows}


def test_without_actions_there_is_nothing_to_repeat():
    worlds = Branches(Session.begin(Scenario.from_text(SMALL), seed=3))
    with pytest.raises(InputError, match="nothing was done by hand in this world yet"):
        repeat(worlds.all[0], None, 3, job())


def test_the_card_tells_what_was_found():
    worlds = played()
    session = worlds.session
    values = {"frame": read(session), "playing": False, "pace": "fast", "problem": ""}
    given = {name: solara.reactive(value) for name, value in values.items()}
    player = Player(worlds, **given, drawn=threading.Event())
    evidence = repeat(worlds.all[0], None, 2, job())
    player.evidence.status.set(JobStatus("done", result=evidence))
    _, context = solara.render(EvidenceCard(player), handle_error=False)
    code = [element.children for element in context.find(ipyvuetify.Html, tag="code").widgets]
    cells = [element.children[0] for element in context.find(ipyvuetify.Html, tag="td").widgets]
    context.close()
    assert code == [[evidence.command]]
    assert tuple(cells[:5]) == evidence.rows[0]
