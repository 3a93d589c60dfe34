"""Why a measure is missed in plausible worlds: counts and spreads by hand, with answers that are made up."""

import json
from types import SimpleNamespace

import pytest

from sim.answers.analysis import Analysis
from sim.answers.why.worlds import causes_table, said, with_worlds
from sim.measures.words import MINUS
from sim.questions.why import deals as in_worlds
from sim.questions.why.deals import why_worlds
from sim.scenario.scenario import Scenario
from sim.studies.statistics import Interval
from sim.studies.worlds import PlausibleWorld

PRICE = "market.price_gap"
CAUSES = {
    "w1": (("skill", 0.3, 0.1), ("alignment", 0.2, 0.1)),
    "w2": (("alignment", 0.5, 0.1), ("skill", 0.1, 0.2)),
    "w3": (("skill", 0.2, 0.1), ("alignment", -0.2, 0.1)),
    "w4": (),
}
"""What the causes of attainment recover in each world, with the half-width of the interval; in the last it is met."""


def made(name, scenario, sign=1):
    causes = [SimpleNamespace(name=cause, recovered=Interval(8, mean, mean - half, mean + half))
              for cause, mean, half in CAUSES[name]]  # fmt: skip
    whole = 0.1 * int(name[1:])
    return SimpleNamespace(
        scenario=scenario, measure="attainment", unit="ratio", sign=sign, weeks=52,
        verdict="missed" if causes else "met", recovered=Interval(8, whole, whole - 0.1, whole + 0.1),
        levels=[SimpleNamespace(name="attainment", causes=causes)] if causes else [],
        ends=[SimpleNamespace(path=("attainment", causes[0].name))] if causes else [],
    )  # fmt: skip


@pytest.fixture
def why():
    return made("w1", Scenario.load("baseline"))


@pytest.fixture
def asked(monkeypatch):
    """Questions that were asked, by world."""
    seen = {}

    def explain(scenario, measure, **options):
        name = str(scenario.origins[PRICE]).split()[-1]
        seen[name] = (measure, scenario[PRICE], options)
        return made(name, scenario)

    monkeypatch.setattr(in_worlds, "explain", explain)
    chosen = [PlausibleWorld(name, {PRICE: 0.01 * number}) for number, name in enumerate(CAUSES, start=1)]
    monkeypatch.setattr(in_worlds, "worlds", lambda count: chosen[:count])
    return seen


def test_the_same_is_asked_in_every_world(why, asked):
    told = []
    over = why_worlds(
        why, 4, workers=1, reference="healthy", goal=1.0, progress=lambda done, total: told.append((done, total))
    )
    options = {"seeds": 8, "weeks": 52, "workers": 1, "reference": "healthy", "goal": 1.0}
    assert asked == {name: ("attainment", pytest.approx(0.01 * at), options) for at, name in enumerate(CAUSES, start=1)}
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert over.verdicts() == {"missed": 3, "met": 1, "undecided": 0}
    assert (over.ends(), over.explained()) == ({"skill": 2, "alignment": 1}, 3)
    assert over.recovered() == pytest.approx((0.25, 0.1075, 0.3925))


@pytest.mark.usefixtures("asked")
def test_a_cause_is_counted_where_it_surely_helps_hurts_and_is_largest(why):
    table = why_worlds(why, 4).causes().set_index("cause")
    assert table.loc["skill", ["worlds", "helps", "hurts", "first"]].tolist() == [3, 2, 0, 2]
    assert table.loc["alignment", ["worlds", "helps", "hurts", "first"]].tolist() == [3, 2, 1, 1]
    assert table["recovered"].to_dict() == pytest.approx({"skill": 0.2, "alignment": 1 / 6})
    assert (table.loc["skill", "low"], table.loc["skill", "high"]) == pytest.approx((0.105, 0.295))


@pytest.mark.usefixtures("asked")
def test_the_answer_says_where_the_chain_ends_and_how_often_as_here(why):
    over = why_worlds(why, 4)
    text = " ".join(said(why, over))
    assert "Over 4 plausible worlds with 8 pairs each, attainment is missed in 3 and met in 1: " in text
    assert "it would change by +0.25 on average (+0.11 to +0.39 in nineteen of twenty worlds)" in text
    assert "the chain ends at skill of the reps in 2 and stages in step with the buyer in 1." in text
    assert "As here, it ends at skill of the reps in 2 of 3." in text
    assert text.endswith("is no probability.")
    assert causes_table(why, over).rows[0][:5] == ["skill of the reps", "attainment", "3", "2 · 0", "2"]
    answer = with_worlds(Analysis("why", why.scenario, "Why?", ["So."], [], {}, range(8), 52), why, over)
    record = json.loads(answer.json())["worlds"]
    assert (record["verdicts"]["missed"], record["ends"]["skill"], len(record["causes"])) == (3, 2, 2)
    assert len(answer.tables["worlds"]) == 6
    assert answer.charts[0].series[0].points == [2.0, 1.0]
    assert "In plausible worlds" in answer.html()


@pytest.mark.usefixtures("asked")
def test_of_a_measure_of_which_less_is_better_the_change_is_told_with_its_own_sign():
    why = made("w1", Scenario.load("baseline"), sign=-1)
    assert f"it would change by {MINUS}0.25 on average ({MINUS}0.39 to {MINUS}0.11 in" in " ".join(
        said(why, why_worlds(why, 4))
    )


@pytest.mark.usefixtures("asked")
def test_where_it_is_met_everywhere_nothing_is_explained(why, monkeypatch):
    for name in CAUSES:
        monkeypatch.setitem(CAUSES, name, ())
    over = why_worlds(why, 4)
    assert over.causes().empty
    assert "is missed in 0 and met in 4" in " ".join(said(why, over))
    assert "the chain ends" not in " ".join(said(why, over))
    assert with_worlds(Analysis("why", why.scenario, "Why?", ["So."], [], {}, range(8), 52), why, over).html()


@pytest.mark.usefixtures("asked")
def test_one_that_is_stopped_keeps_the_worlds_that_are_finished(why, monkeypatch):
    explain, stop = in_worlds.explain, iter([False, True, True])

    def stopping(*arguments, **options):
        if next(stop):
            raise KeyboardInterrupt
        return explain(*arguments, **options)

    monkeypatch.setattr(in_worlds, "explain", stopping)
    over = why_worlds(why, 4)
    assert (list(over.found), over.interrupted) == (["w1"], True)
    assert "It was stopped: 1 of 4 plausible worlds are finished" in " ".join(said(why, over))
    with pytest.raises(KeyboardInterrupt):
        why_worlds(why, 4)
