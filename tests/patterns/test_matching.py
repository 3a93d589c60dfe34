"""The match: implausibility by hand, surrogates on functions that are known, stages that stop and go on."""

import json
import math
from concurrent.futures import Executor, Future

import numpy as np
import pytest

from scenarios import WORLDS
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from tests.patterns.matching import match as matching
from tests.patterns.matching.match import SEEDS, Match, MatchEffort, verdict
from tests.patterns.matching.outputs import OF_RANGE, Output, evaluated, needed, outputs
from tests.patterns.matching.page import MARK, write_page
from tests.patterns.matching.points import Space
from tests.patterns.matching.running import Kept, run_missing, run_point
from tests.patterns.matching.shipped import judged, keep_standing, read_shipped, write_worlds
from tests.patterns.matching.surrogate import FEWEST, learn, quadratic
from tests.patterns.matching.waves import CUT, Wave, not_ruled_out

RNG = np.random.default_rng(1)


class AtOnce(Executor):
    """Runs a task when it is handed over."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def output(low, high, discrepancy=0.1, **more):
    return Output("x", "what", "made up", lambda means: means["as_is"]["x"], low, high, discrepancy, **more)


def test_how_far_a_value_lies_outside_counts_from_the_nearer_end():
    both = output(1.0, 2.0)
    assert both.outside(np.array([0.5, 1.0, 1.5, 2.0, 2.25])).tolist() == [0.5, 0.0, 0.0, 0.0, 0.25]
    assert output(1.0, None).outside(5.0) == 0.0 == output(None, 1.0).outside(-5.0)


def test_a_place_is_judged_by_its_second_largest_implausibility():
    outs = [Output(n, n, "made up", lambda m, n=n: float(m["as_is"][n]), 0.0, 1.0, 0.1) for n in "abc"]
    runs = [{"made up": {"as_is": {"a": 3.0, "b": 1.2, "c": 0.5}}}] * 4
    stood = _judged(outs, runs)
    assert stood.second == pytest.approx(0.2 / math.sqrt(0.04 / 4 + 0.01))
    assert (stood.inside, stood.stands) == (1, True)
    runs = [{"made up": {"as_is": {"a": 3.0, "b": 2.0, "c": 0.5}}}] * 4
    assert not _judged(outs, runs).stands


def test_where_the_model_may_be_twice_as_wrong_more_stands():
    outs = [Output(n, n, "made up", lambda m, n=n: float(m["as_is"][n]), 0.0, 1.0, 0.1) for n in "abc"]
    runs = [{"made up": {"as_is": {"a": 3.0, "b": 1.5, "c": 0.5}}}] * 4
    assert not _judged(outs, runs).stands
    doubled = _judged(outs, runs, wrong=2.0)
    assert doubled.second == pytest.approx(0.5 / math.sqrt(0.04 / 4 + 0.04))
    assert doubled.stands


def _judged(outs, runs, **how):
    luck = dict.fromkeys("abc", 0.04)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.patterns.matching.outputs.outputs", lambda **_: tuple(outs))
        return verdict(outs, runs, luck, **how)


def test_a_level_is_compared_on_the_logarithm():
    level = output(math.log(2.0), math.log(4.0), logarithmic=True)
    value, _ = level.of({"as_is": {"x": np.array([2.0, 4.0, 3.0])}})
    assert value == pytest.approx(math.log(3.0))


def test_what_cannot_be_computed_is_no_number():
    broken = Output("x", "what", "t", lambda _: 1 / 0, 0.0, 1.0, 0.1)
    assert all(map(math.isnan, broken.of({"as_is": {"x": np.array([1.0, 2.0])}})))


def test_the_middle_of_the_space_is_the_defaults_and_every_place_is_allowed():
    space = Space.whole()
    scenario = Scenario.load("baseline")
    for name, value in space.values(space.middle).items():
        assert value == pytest.approx(float(scenario[name]), rel=1e-5)
    for place in space.sobol(16, 3):
        scenario.override(space.values(place))


def test_a_longer_screening_begins_like_a_shorter_one():
    space = Space.whole()
    assert (space.sobol(10, 5) == space.sobol(100, 5)[:10]).all()


def test_every_output_is_a_matched_row_or_a_level_of_the_baseline():
    kinds = {one.id.startswith("level: ") for one in outputs()}
    assert kinds == {True, False}
    assert all(one.discrepancy >= OF_RANGE * (one.high - one.low) for one in outputs()
               if not one.logarithmic and one.low is not None and one.high is not None)  # fmt: skip


@pytest.mark.slow
def test_only_what_some_output_asks_for_is_run_and_all_of_it():
    runs = run_point({}, 1)
    assert runs.keys() == needed().keys()
    found = evaluated([runs, run_point({}, 2)])
    assert all(math.isfinite(value) and math.isfinite(error) for value, error in found.values())
    assert "training" not in runs["baseline"]  # held aside: never asked for


def test_a_surrogate_learns_a_bent_function_and_knows_how_wrong_it_is():
    places = RNG.random((400, 6))
    truth = 3.0 * places[:, 0] ** 2 - places[:, 1] * places[:, 2]
    fitted = learn(places[:, :4], truth + RNG.normal(0.0, 0.1, 400), 0.01)
    new = RNG.random((200, 6))
    error = fitted.predict(new[:, :4], quadratic(new[:, :4])) - (3.0 * new[:, 0] ** 2 - new[:, 1] * new[:, 2])
    assert np.sqrt(np.mean(error**2)) < 0.05
    assert fitted.explained > 0.9
    assert 0.8 < fitted.covered < 0.97


def test_a_surrogate_needs_enough_points():
    with pytest.raises(InputError, match=f"needs {FEWEST} points"):
        learn(RNG.random((10, 1)), np.ones(10), 0.0)


def test_a_quadratic_has_lines_squares_and_products():
    assert quadratic(np.array([[1.0, 0.0]])).tolist() == [[1.0, -1.0, 1.0, -1.0, 1.0]]


def made_wave(low, high):
    places = RNG.random((300, 4))
    one = output(low, high, discrepancy=0.01)
    fitted = learn(places[:, :2], places[:, 0] + places[:, 1], 1e-6)
    return Wave((one,), (0, 1), {"x": fitted}, {"x": fitted}, {"x": 1e-6})


def test_places_that_are_not_ruled_out_keep_the_range_and_are_spread_over_it():
    wave = made_wave(1.7, 1.8)
    found, left = not_ruled_out(wave, 4, 200, 3, key=3)
    total = found[:, 0] + found[:, 1]
    assert (total > 1.7 - 3 * 0.05).all()
    assert left == pytest.approx(0.06, abs=0.04)  # the corner above 1.7 is .045 of the square
    assert found[:, 2].std() == pytest.approx(12**-0.5, abs=0.05)  # what is not active is anywhere
    assert found[:, 0].std() > 0.04


@pytest.mark.slow
def test_where_nothing_is_left_it_is_said():
    with pytest.raises(InputError, match="no set of values is left"):
        not_ruled_out(made_wave(5.0, 6.0), 4, 10, 3, key=3)


@pytest.mark.parametrize("spoilt", [b'{"point":0,"se', b"[1]", b'{"point":0,"seed":\xff}', b"\0"])
def test_a_run_cut_short_is_run_again_and_nothing_twice(tmp_path, spoilt):
    file = tmp_path / "runs.jsonl"
    file.write_bytes(b'{"point":0,"seed":0,"runs":{}}\n' + spoilt)
    kept = Kept(file)
    assert kept.missing(2, (0, 1)) == [(0, 1), (1, 0), (1, 1)]


def test_a_run_that_breaks_off_is_kept_with_its_reason(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("tests.patterns.matching.running.run_point", broken)
    kept = Kept(tmp_path / "runs.jsonl")
    assert run_missing(kept, lambda _: {}, (0,), 2, pool=AtOnce(), workers=1, until=math.inf)
    assert kept.runs == {0: {0: None}, 1: {0: None}}
    assert "ZeroDivisionError" in (tmp_path / "runs.jsonl").read_text(encoding="utf-8")


@pytest.fixture
def made_up(monkeypatch):
    """Runs that cost nothing: the answer is a few of the values themselves."""
    outs = tuple(
        Output(name, name, "t", lambda m, name=name: float(m["as_is"][name]), 0.4, 0.9, 0.05) for name in ("a", "b")
    )

    def run(values, seed, **_):
        first, second, *_ = values.values()
        luck = math.sin(37.0 * seed + 100.0 * first) * 0.02
        scaled = [
            value / float(item.default) / 1.5 for value, item in zip((first, second), Space.whole().items, strict=False)
        ]
        return {"t": {"as_is": {"a": scaled[0] + luck, "b": scaled[1] - luck}}}

    for module in ("match", "outputs"):
        monkeypatch.setattr(f"tests.patterns.matching.{module}.outputs", lambda **_: outs)
    monkeypatch.setattr("tests.patterns.matching.running.run_point", run)


@pytest.mark.slow
@pytest.mark.usefixtures("made_up")
def test_a_match_stops_goes_on_and_ends_with_worlds_that_stand(tmp_path):
    effort = MatchEffort(128, 70, 20, 5, 10)
    stages = []

    def tell(stage, *_):
        stages.append(stage)

    first = Match(tmp_path / "m", effort)
    assert first.go_on(AtOnce(), 1, -math.inf, tell) is None
    assert first.go_on(AtOnce(), 1, math.inf, tell)
    again = Match(tmp_path / "m", effort)
    verdicts = again.go_on(AtOnce(), 1, -math.inf, tell)  # everything is there: no time is needed
    assert list(dict.fromkeys(stages)) == list(SEEDS)
    assert 1 <= len(verdicts) <= 10
    assert any(one.stands for one in verdicts.values())
    assert all(one.second <= CUT or not one.stands for one in verdicts.values())
    facts = matching.summary(again, verdicts)
    assert json.loads(json.dumps(facts["stages"]))["screening"] == {"places": 128, "seeds": 1, "left": 1.0}
    assert set(facts["outputs"]) == {"a", "b"}

    count = write_worlds(again, verdicts, tmp_path / "worlds")
    record, names, values = read_shipped(tmp_path / "worlds")
    assert record["worlds"] == count == len(names) == sum(one.stands for one in verdicts.values())
    assert values[0].keys() == set(again.space.names)
    page = tmp_path / "page.md"
    page.write_text(f"before\n{MARK}\nold", encoding="utf-8")
    write_page(page, record)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{MARK}\n\n**{count} of {len(verdicts)} finalists stand**")
    assert "old" not in text

    keep_standing(tmp_path / "worlds", record | {"evenly": {}}, names, names[:1], "new")
    record, left, _ = read_shipped(tmp_path / "worlds")
    assert "evenly" not in record  # it was found under other rules
    assert (left, record["model"], record["rechecked"]) == (names[:1], "new", {"of": count, "stand": 1})


def test_the_page_says_what_would_stand_were_the_model_twice_as_wrong(tmp_path):
    page, (record, *_) = tmp_path / "page.md", read_shipped(WORLDS)
    page.write_text(MARK, encoding="utf-8")
    write_page(page, record | {"evenly": {"places": 8, "seeds": 4, "stand": {"as it is": 3, "doubled": 5}}})
    text = page.read_text(encoding="utf-8")
    assert "Of 8 places spread evenly over the space 3 stand by 4 runs" in text
    assert "twice as wrong as was fixed, 5 would" in text


def test_a_folder_of_another_match_is_refused(tmp_path):
    Match(tmp_path / "m", MatchEffort(128, 1, 1, 1, 1))
    with pytest.raises(InputError, match="wave 1 there, 2 here"):
        Match(tmp_path / "m", MatchEffort(128, 2, 1, 1, 1))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="the folder holds other files"):
        Match(tmp_path / "other", MatchEffort())


def test_a_folder_in_which_worlds_were_only_judged_is_taken_for_a_match(tmp_path):
    (tmp_path / "runs-judging-0123456789ab.jsonl").write_text("", encoding="utf-8")
    assert Match(tmp_path, MatchEffort(128, 1, 1, 1, 1)).folder == tmp_path


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="nothing can be written there"):
        Match(tmp_path / "mine", MatchEffort())


def test_rows_held_aside_are_counted_by_row_and_by_world():
    rows = [Output(name, name, "t", lambda _: 0.0, 0.0, 1.0, 0.1) for name in ("a", "b")]
    found = {"defaults": {"a": 0.5, "b": 2.0}, "w001": {"a": 0.5, "b": 0.5}, "w002": {"a": math.nan, "b": 0.5}}
    told = judged(found, rows)
    assert told["rows"] == {"a": 0.5, "b": 1.0}
    assert told["worlds"] == {"w001": 1.0, "w002": 0.5}
    assert (told["defaults"], told["defaults_out"]) == (0.5, ["b"])


def test_a_page_without_a_mark_is_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="has no line"):
        write_page(page, {})
    assert page.read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_rows_held_aside_are_read_with_only_what_they_ask_for():
    found = evaluated([run_point({}, seed, held=True) for seed in (1, 2)], held=True)
    assert all(math.isfinite(value) for value, _ in found.values())
    assert found.keys() == {one.id for one in outputs(held=True)}
    assert not found.keys() & {one.id for one in outputs()}
