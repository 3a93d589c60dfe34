"""Field studies replayed: their files, who is drawn, what the answers come to, and the document made of them."""

import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios import list_replays, replay_path_of
from sim.engine.world import World
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.evidence import evidence_row
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS
from tests.loops import for_each
from tests.patterns.making.page import TREE
from tests.patterns.making.pattern import Effort
from tests.patterns.making.registry import patterns
from tests.patterns.making.replay_file import (
    LEFT_OUT,
    Group,
    Published,
    Replay,
    left_out,
    read_replay,
    replay_of,
    replays,
)
from tests.patterns.making.replay_page import BEGIN, END, PAGE, made_part, studies_table, write_part
from tests.patterns.making.replays import (
    EVERYONE,
    Replayed,
    answered,
    by_lot,
    cited_by,
    judged,
    members,
    ranks,
    replayed,
    trial_of,
)
from tests.patterns.making.store import digest_of, read
from tests.patterns.replays import PATTERNS, _verdict

GUIDE = (TREE / "docs" / PAGE).read_text(encoding="utf-8")
EXAMPLE = re.search(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)[1]
ASKED = {
    *["FLY-01", "FLY-02", "FLY-03", "OVL-08", "TRN-11", "TRN-12", "MGR-05", "MGR-06", "MGR-14", "FLY-08", "TRN-15"],
    *["LEA-06", "LEA-07", "FLY-15", "OVL-15", "WIN-26", "FLY-23", "FLY-26", "TRN-01"],
}
QUICK = Effort(seeds=2, draws=0, workers=1)
MISTAKES = [
    ('title = "', 'tittle = "', r'line \d+.*"tittle" is no key of a replay; did you mean title\?'),
    ('sources = ["FLY-01"]\n', "", '"sources" is missing; it must be rows of the evidence table'),
    ('["FLY-01"]', "[]", r'line \d+.*"sources" is not allowed'),
    ('["FLY-01"]', '["FLY-99"]', r"line \d+.*FLY-99 is no row of the evidence table; did you mean FLY-"),
    ('who = "', 'who = ""  # "', '"who" is not allowed'),
    ('scenario = "baseline"', 'scenario = "basline"', "no shipped scenario basline; did you mean baseline"),
    ('"booked_quarter"', '"booked"\nx = 1', '"x" is no key of a replay'),
    ('"booked_quarter"', '"bookings"', "there is no measure bookings"),
    ("window = [13, 26]", "window = [12, 26]", "whole quarters of 13 weeks within the 26"),
    ("window = [13, 26]", "window = [13, 39]", "whole quarters of 13 weeks within the 26"),
    ('by = "lot"', 'by = "lots"', "no field lots of a rep; did you mean lot"),
    ("[[0.0, 0.5]]", "[[0.5, 0.5]]", "parts must be shares"),
    ('arm = "trained"', 'arm = "trianed"', "there is no arm trianed; did you mean trained"),
    ('value = 18.0, group = "trained"', 'value = 18.0, group = "half"', "there is no group half"),
    ("training.hours_per_quarter", "training.hours_per_year", "hours_per_year"),
    ("low = 0.0\n", "", '"published" is not allowed: it must give low and high, a central value or an order'),
    ("low = 0.0\n", "central = 0.05\n", "both ends of a range, or none"),
    ("low = 0.0\n", "low = 0.2\n", "low must be below high"),
    ("low = 0.0\n", 'low = 0.0\norder = "above 0"\n', "numbers or an order, not both"),
]


def study(**published: object) -> Replay:
    replay = replay_of(EXAMPLE, "example.toml")
    return replay.model_copy(update={"published": Published(**published, text="so")})


@for_each("name", [name for name in list_replays() if name != LEFT_OUT])
def test_every_shipped_study_has_a_head(name: str):
    replay = read_replay(replay_path_of(name))
    assert all(len(words) > 5 for words in (replay.who, replay.what, replay.how_long, replay.outcome))
    rows = [evidence_row(row) for row in replay.sources]
    central = replay.published.central
    assert central is None or central in {row.central for row in rows}
    assert replay.parameters.get("strategy.ratchet") == 0.0 or not {"MGR-05", "MGR-06"} & set(replay.sources)


class TestFiles:
    def test_the_example_of_the_guide_can_be_read(self):
        assert replay_of(EXAMPLE, "example.toml").published.range == (0.0, 0.1)

    @pytest.mark.parametrize(("old", "new", "sentence"), MISTAKES)
    def test_a_mistake_is_named_with_its_line(self, old: str, new: str, sentence: str):
        assert old in EXAMPLE
        with pytest.raises(ScenarioError, match=sentence):
            replay_of(EXAMPLE.replace(old, new, 1), "example.toml")

    def test_every_study_asked_for_is_replayed_or_listed_with_a_reason(self):
        run = Counter(row for replay in replays().values() for row in replay.sources)
        listed = Counter(row for missing in left_out() for row in missing.sources)
        assert set(run | listed) == ASKED
        assert not set(run) & set(listed)
        assert max((run + listed).values()) == 1
        assert all(missing.reason for missing in left_out())

    def test_a_default_that_cites_a_study_is_named(self):
        named = cited_by(replays()["fly_01_course_trained"])
        assert "training.gain_per_hour" in named
        assert "training.colleague_rate" in cited_by(replays()["fly_03_course_colleagues"])

    def test_files_count_in_the_digest(self, tmp_path: Path):
        (pattern,) = PATTERNS
        copy = tmp_path / "one.toml"
        copy.write_bytes(pattern.files[0].read_bytes() + b"# later\n")
        changed = type(pattern)(**{
            name: getattr(pattern, name) for name in pattern.__slots__ if name != "files"
        }, files=(copy, *pattern.files[1:]))  # fmt: skip
        assert digest_of(changed) != digest_of(pattern)


class TestMembers:
    @pytest.mark.parametrize("seed", [0, 1, 7])
    def test_the_lot_halves_each_team(self, seed: int):
        teams = np.array([0] * 10 + [1] * 9 + [2] * 8)
        first = by_lot(teams, seed) < 0.5
        assert [int(first[teams == team].sum()) for team in range(3)] == [5, 5, 4]

    def test_the_lot_is_keyed_by_the_seed(self):
        teams = np.repeat([0, 1], 10)
        np.testing.assert_array_equal(by_lot(teams, 3), by_lot(teams, 3))
        assert any(by_lot(teams, 3) != by_lot(teams, 4))

    def test_ranks_begin_with_the_lowest(self):
        np.testing.assert_allclose(ranks(np.array([3.0, 1.0, 2.0, 1.0])), [0.75, 0.0, 0.5, 0.25])

    def test_groups_are_of_seats_that_are_filled_and_parts_are_disjoint(self):
        world = World.begin(Scenario.load("baseline"), 1, 13, deals=False, tables=False)
        filled = np.flatnonzero((world.state.reps["active"] == 1) & (world.state.reps["idle"] == 0))
        for by in ("lot", "bookings", "tenure"):
            low, ends = (members(Group(by=by, parts=parts), world) for parts in ([(0.2, 0.8)], [(0, 0.2), (0.8, 1)]))
            assert sorted([*low, *ends]) == list(filled)
        best = members(Group(by="bookings", parts=[(0.8, 1)]), world)
        assert world.best_first(filled)[0] in best
        youngest = members(Group(by="tenure", parts=[(0, 0.2)]), world)
        others = np.setdiff1d(filled, youngest)
        tenure = world.state.reps["tenure"]
        assert tenure[youngest].max() <= tenure[others].min()

    def test_an_arm_treats_the_members_that_are_read(self):
        replay = replays()["fly_01_course_trained"]
        trial = trial_of(replay, 5)
        (order,) = trial.cases["course"]["interventions"]
        treated = order["target"]["agents"]
        world = World.begin(trial.loaded(), 5, 13, deals=False, tables=False)
        teams = Counter(world.state.reps["manager"][treated].tolist())
        whole = Counter(world.state.reps["manager"][world.state.reps["active"] == 1].tolist())
        assert all(abs(2 * teams[team] - size) <= 1 for team, size in whole.items())
        assert treated == list(members(replay.groups["trained"], world))
        assert treated != trial_of(replay, 6).cases["course"]["interventions"][0]["target"]["agents"]

    def test_a_course_of_38_hours_gives_38_hours(self):
        trial = trial_of(replays()["fly_01_course_trained"], 2)
        hours = []
        for case in trial.resolved().cases:
            world = World.begin(case.scenario, 2, 13, deals=False, tables=False)
            seats = trial.cases["course"]["interventions"][0]["target"]["agents"]
            hours.append(0.0)
            for _ in range(13):
                world.advance(1)
                hours[-1] += float(world.state.reps["hours_training"][seats].mean())
        assert hours[1] - hours[0] == pytest.approx(38.0, rel=0.02)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("published", "low", "high", "said"),
        [
            ({"low": 0.0, "high": 0.1}, 0.02, 0.08, "inside"),
            ({"low": 0.0, "high": 0.1}, 0.11, 0.15, "outside"),
            ({"low": 0.0, "high": 0.1}, -0.2, -0.1, "outside"),
            ({"low": 0.0, "high": 0.1}, 0.02, 0.12, "cannot be told"),
            ({"central": 0.1}, 0.06, 0.14, "inside"),
            ({"central": 0.1}, 0.01, 0.04, "outside"),
            ({"central": -0.1}, -0.14, -0.06, "inside"),
            ({"order": "above 0"}, 0.01, 0.04, "order as published"),
            ({"order": "above 0"}, -0.04, -0.01, "order reversed"),
            ({"order": "below 0"}, -0.04, -0.01, "order as published"),
            ({"order": "above 0"}, -0.01, 0.04, "cannot be told"),
            ({"order": "above 0"}, math.nan, math.nan, "cannot be told"),
        ],
    )
    def test_the_whole_interval_decides(self, published: dict, low: float, high: float, said: str):
        assert judged(Published(**published, text="so"), low, high, 60) == said
        assert judged(Published(**published, text="so"), low, high, 4) == "cannot be told"

    def test_a_miss_says_by_how_much(self):
        above, below = (Replayed(study(central=0.1), at, at - 0.01, at + 0.01, 60) for at in (0.173, 0.02))
        assert above.verdict == "outside by 2.30 points"
        assert below.verdict == "outside by 3.00 points"
        assert (above.number.met, above.number.needed) == (False, "interval within 5% to 15%")
        assert Replayed(study(order="above 0"), 0.1, 0.05, 0.15, 60).number.met is True
        assert Replayed(study(order="above 0"), 0.1, -0.05, 0.15, 60).number.met is None

    def test_an_answer_is_that_of_means_over_seeds(self):
        seeds = {AS_IS: 10.0 + np.arange(6.0), "trained": 11.0 + np.arange(6.0)}
        outcome = {arm: {"trained": values, EVERYONE: 2.0 * values} for arm, values in seeds.items()}
        result = answered(study(order="above 0"), outcome)
        assert result.value == pytest.approx(13.5 / 12.5 - 1.0)
        assert result.low < result.value < result.high
        assert result.n == 6

    def test_one_gain_is_taken_off_another_and_divided(self):
        replay = replays()["fly_02_course_share"]
        values = {AS_IS: 1.0, "few trained": 1.01, "many trained": 1.06}
        outcome = {arm: {"never": np.full(5, value)} for arm, value in values.items()}
        assert answered(replay, outcome).value == pytest.approx(0.05 / 5.0)

    def test_studies_that_cannot_be_told_keep_the_whole_from_holding(self):
        assert _verdict([True, True]) == "holds"
        assert _verdict([True, None]) == "holds in part"
        assert _verdict([False, None]) == "fails"
        assert _verdict([None, None]) == "undecided"


class TestRuns:
    def test_the_example_of_the_guide_runs(self):
        result = replayed(replay_of(EXAMPLE, "example.toml"), QUICK)
        assert math.isfinite(result.value)
        assert result.verdict == "cannot be told"

    def test_one_seed_is_refused(self):
        with pytest.raises(InputError, match="1 seeds are not allowed"):
            replayed(replay_of(EXAMPLE, "example.toml"), Effort(seeds=1, workers=1))

    @pytest.mark.slow
    def test_every_study_runs_and_few_seeds_decide_nothing(self):
        (pattern,) = PATTERNS
        finding = pattern.test(QUICK)
        assert finding.verdict == "undecided"
        assert all(math.isfinite(number.value) for number in finding.numbers)
        assert pattern.figure(finding).axes


class TestDocument:
    @pytest.fixture
    def frame(self) -> pd.DataFrame:
        values = {name: Replayed(replay, 0.01, 0.005, 0.015, 60) for name, replay in replays().items()}
        return studies_table(values)

    def test_every_study_stands_in_the_part_that_is_made(self, frame: pd.DataFrame):
        text = made_part(frame)
        assert all(replay.title in text and replay.who in text for replay in replays().values())
        assert all(missing.reason in text for missing in left_out())
        assert "+10% alone; taken as +5.0% to +15.0%, half of it on either side" in text

    def test_what_is_written_by_hand_stays(self, frame: pd.DataFrame, tmp_path: Path):
        file = tmp_path / PAGE
        write_part(tmp_path, frame)
        assert not file.exists()
        file.write_text(f"before\n{BEGIN}as it was\n{END}after\n", encoding="utf-8")
        write_part(tmp_path, frame)
        write_part(tmp_path, frame)
        text = file.read_text(encoding="utf-8")
        assert text.startswith("before\n")
        assert text.endswith("after\n")
        assert text.count(made_part(frame)) == 1
        assert "as it was" not in text

    def test_the_committed_document_is_that_of_the_stored_finding(self):
        kept = read(TREE / "docs", "V2")
        assert made_part(kept.finding.table) in GUIDE

    def test_the_pattern_is_in_the_registry(self):
        assert patterns()["V2"].group == "responses"
