"""From demonstration to evidence: the page's numbers are those of the command line, and the files repeat them."""

import threading
from dataclasses import replace
from pathlib import Path

import ipyvuetify
import pytest
import solara
from typer.testing import CliRunner

from sim.cli.main import app
from sim.measures.whole_run import summary_of
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.controls.evidence import Evidence, EvidenceCard, repeat
from sim.ui.controls.spread import Spread, piled, seen_text, spread_chart
from sim.ui.jobs import Job, JobStatus
from sim.ui.live.readings import read
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player
from sim.ui.run.session import Session
from sim.ui.theme import LIGHT

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


def test_every_pair_is_a_dot_and_the_run_that_was_seen_is_marked_though_its_seed_is_none_of_them():
    worlds = played()
    evidence = repeat(worlds.all[0], None, 2, job())
    spread = evidence.spread
    assert [seed for seed, _ in spread.dots] == [0, 1]
    assert (spread.measure, spread.seed, spread.weeks) == ("net_contribution", 3, 26)
    untouched = Session.begin(Scenario.from_text(SMALL), seed=3)
    untouched.advance(26)
    session = worlds.session
    session.advance(26 - session.week)
    measured = [summary_of(one.world)["net_contribution"] for one in (session, untouched)]
    assert spread.seen == pytest.approx(measured[0] - measured[1])
    assert spread.mean == pytest.approx(sum(value for _, value in spread.dots) / 2)
    own = replace(spread, seed=1, seen=spread.dots[1][1])
    points = [len(series["data"]) for series in spread_chart(spread, LIGHT)["series"]]
    assert points == [2, 3, 1]
    assert [len(series["data"]) for series in spread_chart(own, LIGHT)["series"]] == [1, 3, 1]


def test_dots_that_are_alike_are_piled_up():
    assert piled([0.0, 60.0, 0.2, 30.0, 0.4], 0.0, 60.0) == [(0.0, 0), (60.0, 0), (0.2, 1), (30.0, 0), (0.4, 2)]
    assert piled([5.0, 5.0], 5.0, 5.0) == [(5.0, 0), (5.0, 1)]


def test_it_is_said_where_the_run_that_was_seen_stands():
    dots = ((0, 2e6), (1, -1e6), (2, 3e6))
    spread = Spread("net_contribution", "USD", 156, dots, 0, 2e6, 1.3e6, 0.0, 2.6e6)
    said = "The run you saw (seed 0), carried on to week 156: +2.00 million USD, better than 1 of the 2 others."
    assert seen_text(spread) == said
    assert "better than 2 of the 3 others" in seen_text(replace(spread, seed=7, seen=2.5e6))
    costs = replace(spread, measure="cost")
    assert "better than 1 of the 2 others" in seen_text(costs), "less cost is better"


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
