"""Plausible worlds held against what was measured: hand-worked distances, what remains, and the file of it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sim.answers.conditioned import analysis_of, answer
from sim.questions.calibrate.plan import CalibrationPlan, CalibrationTarget, Prior
from sim.questions.calibrate.worlds import condition, values_in
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.executor import RunStopped
from sim.studies.worlds import PlausibleWorld, how_found, worlds, worlds_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULE = import_module("sim.questions.calibrate.worlds")
CYCLE, RIVALS, SIZE = "market.cycle_weeks", "market.competitor_strength", "market.deal_size"
LUCK = (-1.0, 1.0, -1.0, 1.0)
"""Luck of the four seeds of a world: mean 0, standard deviation the root of 4/3."""

FAR = math.sqrt(2.0**2 + 4.0 / 3.0 + 4.0 / 3.0 / 4.0)
"""Standard deviation of a distance: the target's 2, the luck of what was measured, that of the mean of four runs."""


def toy(points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> pd.DataFrame:
    """Cycle in days is ten times the buyers' pace; where it is 9 no run has a win rate; turnover is always .2."""
    rows = []
    for point, seed in zip(points, seeds, strict=True):
        pace = point[CYCLE]
        win_rate = math.nan if pace == 9.0 else 0.3
        row = {"error": "", "cycle_days": 10.0 * pace + LUCK[seed % 4], "win_rate": win_rate, "turnover": 0.2}
        rows.append(row)
    return pd.DataFrame(rows)


def made(*paces: float) -> tuple[PlausibleWorld, ...]:
    shipped = worlds(len(paces))
    return tuple(
        replace(world, assumed={**world.assumed, CYCLE: pace}) for world, pace in zip(shipped, paces, strict=True)
    )


@pytest.fixture
def plan() -> CalibrationPlan:
    targets = [CalibrationTarget("cycle_days", 50.0, 2.0), CalibrationTarget("win_rate", 0.3, 0.01)]
    return CalibrationPlan.of(
        Scenario.load("baseline"), targets, [Prior(CYCLE, 1.0, 20.0, "given")], weeks=13,
        checks=[CalibrationTarget("turnover", 0.4, 0.01)],
    )  # fmt: skip


def use(monkeypatch: pytest.MonkeyPatch, *paces: float) -> None:
    monkeypatch.setattr(MODULE, "worlds", lambda _: made(*paces))


def test_a_world_is_as_far_as_its_mean_in_all_that_may_make_up_for_it(plan, monkeypatch):
    use(monkeypatch, 5.0, 5.5, 6.0, 4.0, 9.0)
    found = condition(plan, 5, simulate=toy)
    assert found.luck["cycle_days"] == pytest.approx(math.sqrt(4.0 / 3.0))
    far = found.implausibility["cycle_days"].to_numpy()
    assert far == pytest.approx(np.array([0.0, 5.0, 10.0, 10.0, 40.0]) / FAR)
    assert found.implausibility["win_rate"].tolist() == [0.0, 0.0, 0.0, 0.0, math.inf]
    assert found.remains.tolist() == [True, True, False, False, False], "5 / 2.38 is below 3, 10 / 2.38 is not"
    assert [world.name for world in found.remaining] == [world.name for world in worlds(2)]


def test_every_world_meets_the_same_luck_and_each_its_own_values(plan, monkeypatch):
    use(monkeypatch, *np.linspace(4.0, 6.0, 11))
    asked = []

    def run(points, seeds):
        asked.extend(zip(points, seeds, strict=True))
        return toy(points, seeds)

    told = []
    found = condition(plan, 11, key=2, simulate=run, progress=lambda done, total: told.append((done, total)))
    assert told == [(32, 44), (44, 44)]
    assert [seed for _, seed in asked] == [30_000_000 + number for _ in range(11) for number in range(4)]
    assert [point[CYCLE] for point, _ in asked[::4]] == pytest.approx(np.linspace(4.0, 6.0, 11))
    assert found.means.index.tolist() == [world.name for world in worlds(11)]


def test_what_is_fitted_moves_with_the_world_even_where_the_scenario_sets_it(plan):
    scenario = plan.scenario.override({CYCLE: 4.0, RIVALS: -0.5, SIZE: 7000.0})
    own = replace(plan, scenario=scenario, priors=(*plan.priors, Prior(RIVALS, -2.0, 2.0, "given")))
    default = {name: float(Scenario.from_text("")[name]) for name in (CYCLE, RIVALS, SIZE)}
    world = PlausibleWorld("w1", {CYCLE: 1.5 * default[CYCLE], RIVALS: default[RIVALS] + 0.25, SIZE: 1.0})
    assert values_in(world, own) == pytest.approx({CYCLE: 6.0, RIVALS: -0.25}), "deal size is set and not fitted"
    far = PlausibleWorld("w2", {CYCLE: 1e9})
    assert values_in(far, own)[CYCLE] <= 1e4, "within what is allowed"


def test_the_table_counts_what_each_target_rules_out_and_judges_what_was_not_asked(plan, monkeypatch):
    use(monkeypatch, 5.0, 5.5, 6.0, 4.0, 9.0)
    table = condition(plan, 5, simulate=toy).targets_table().set_index("measure")
    assert table["out"].to_dict() == {"cycle_days": 3, "win_rate": 1, "turnover": 0}
    assert table["alone"].to_dict() == {"cycle_days": 2, "win_rate": 0, "turnover": 0}
    assert table["asked"].tolist() == [True, True, False]
    assert table["inside"].to_dict() == {"cycle_days": True, "win_rate": True, "turnover": False}


def test_the_assumption_that_the_data_tell_is_narrowed_and_named(plan, monkeypatch):
    use(monkeypatch, *np.linspace(2.0, 8.0, 61))
    monkeypatch.setattr(MODULE, "how_found", lambda: {**how_found(), "active": [RIVALS, CYCLE]})
    found = condition(plan, 61, simulate=toy)
    table = found.assumptions_table()
    assert table["parameter"].tolist() == [CYCLE, RIVALS]
    first = table.iloc[0]
    assert (first["low"], first["high"]) == pytest.approx((2.3, 7.7))
    assert 4.28 < first["left_low"] < first["left_high"] < 5.72, "within 3 x 2.38 days"
    assert first["narrower"] > 0.7
    assert [name for name, *_ in found.apart()] == [CYCLE]
    text = " ".join(answer(found))
    assert "Of 61 plausible worlds 15 remain" in text
    assert "Most worlds are ruled out by sales cycle: 46, 46 of them alone." in text
    assert "Worlds that remain have " in text
    assert f"{CYCLE}) of mostly 4." in text
    assert "outside: turnover" in text
    assert "is no probability" in text


def test_where_none_remains_the_nearest_is_told_and_no_file_is_written(plan, monkeypatch):
    use(monkeypatch, 7.0, 8.0)
    analysis = analysis_of(condition(plan, 2, simulate=toy))
    assert analysis.answer[0].startswith("None of 2 plausible worlds could have given what was measured.")
    assert f"Nearest is {worlds(1)[0].name}" in analysis.answer[0]
    assert f"{20.0 / FAR:.1f} standard deviations away" in analysis.answer[0]
    assert analysis.texts == {}
    assert analysis.html()


def test_what_remains_is_taken_again_by_every_question(plan, monkeypatch, tmp_path):
    use(monkeypatch, 9.0, 5.0, 8.0, 5.1)
    file = tmp_path / "worlds.json"
    shipped = worlds(4)
    monkeypatch.setattr(MODULE, "worlds", lambda _: shipped)

    def by_place(points, seeds):
        paces = {tuple(sorted(values_in(world, plan).items())): pace
                 for world, pace in zip(shipped, (9.0, 5.0, 8.0, 5.1), strict=True)}  # fmt: skip
        return toy([{CYCLE: paces[tuple(sorted(point.items()))]} for point in points], seeds)

    analysis = analysis_of(condition(plan, 4, simulate=by_place))
    file.write_text(analysis.texts["worlds.json"], encoding="utf-8")
    assert worlds(file) == (shipped[1], shipped[3])
    assert worlds(str(file)) == worlds(file)
    assert json.loads(analysis.json())["remaining"] == [shipped[1].name, shipped[3].name]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"model": "other"}, "names plausible worlds of other rules"),
        ({"values": "other"}, "names plausible worlds of other rules"),
        ({"worlds": ["w001", "w999"]}, "names plausible worlds of other rules"),
        ({"worlds": []}, "is no file of plausible worlds"),
        ({"worlds": ["w001", "w001"]}, "is no file of plausible worlds"),
        ({"worlds": [["w001"]]}, "is no file of plausible worlds"),
        ({"worlds": 7}, "is no file of plausible worlds"),
        ({"kind": "run"}, "is no file of plausible worlds"),
    ],
)
def test_a_file_that_is_not_of_these_worlds_is_refused(change, sentence, tmp_path):
    file = tmp_path / "worlds.json"
    file.write_text(json.dumps({**json.loads(worlds_text(worlds(1), "why")), **change}), encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        worlds(file)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"[1]", b" " * (2**20 + 1)])
def test_a_file_that_is_no_record_is_refused(content, tmp_path):
    file = tmp_path / "worlds.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match="is no file of plausible worlds"):
        worlds(file)
    with pytest.raises(InputError, match="is no file of plausible worlds"):
        worlds(tmp_path / "absent.json")


def test_one_that_is_stopped_judges_the_worlds_that_were_run(plan, monkeypatch):
    use(monkeypatch, *np.linspace(4.0, 6.0, 11))
    asked = iter([True, False])

    def run(points, seeds):
        if not next(asked):
            raise RunStopped
        return toy(points, seeds)

    found = condition(plan, 11, simulate=run)
    assert (len(found.worlds), found.interrupted) == (8, True)
    assert "Stopped with Ctrl-C: only the worlds that were run count." in analysis_of(found).notes
    with pytest.raises(KeyboardInterrupt):
        condition(plan, 11, simulate=lambda *_: (_ for _ in ()).throw(RunStopped))


def test_runs_that_break_are_left_out_and_told(plan, monkeypatch):
    use(monkeypatch, 5.0, 5.0)

    def run(points, seeds):
        rows = toy(points, seeds)
        rows.loc[0, ["error", "cycle_days", "win_rate", "turnover"]] = ["it broke", np.nan, np.nan, np.nan]
        return rows

    found = condition(plan, 2, simulate=run)
    assert found.means["cycle_days"].tolist() == pytest.approx([50.0 + 1.0 / 3.0, 50.0])
    assert "1 run broke and were left out; the first with it broke" in analysis_of(found).notes


def test_a_key_that_cannot_be_is_refused(plan):
    with pytest.raises(InputError, match="the key of a calibration"):
        condition(plan, 2, key=10**9, simulate=toy)
