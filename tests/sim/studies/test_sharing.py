"""The burn-in of a seed is run once for all that begins at week 0 or later, and changes no number."""

import pytest

from sim.engine.state import packed
from sim.engine.world import World
from sim.questions.compare.run import compare
from sim.studies import work
from sim.studies.cases import AS_IS, read_cases
from sim.studies.plan import StudyPlan
from sim.studies.replicate import SeedJob
from sim.studies.run import run_study
from tests.worlds import small

CASES = {"as_is": {}} | {f"wip{n}": {"operations.wip_limit": n} for n in range(17, 27)}
LATER = [{"week": 0, "parameter": "operations.wip_limit", "value": 4}, {"week": 14, "event": "star_leaves"}]


def bytes_of(world: World) -> bytes:
    return b"".join(array.tobytes() for array in (*packed(world.state), *world.closed))


@pytest.fixture
def burned_in(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds of the burn-ins that studies run."""
    seeds: list[int] = []
    begin = work.begin
    monkeypatch.setattr(work, "_BASES", work._Bases())
    monkeypatch.setattr(work, "begin", lambda plan, case, seed: (seeds.append(seed), begin(plan, case, seed))[1])
    return seeds


@pytest.mark.parametrize("workers", [1, 3])
def test_all_chunks_of_a_seed_share_its_burn_in(workers: int, burned_in: list[int]):
    plan = StudyPlan.of(small(), CASES, 3, weeks=26)
    shared = run_study(plan, workers=workers).results
    assert sorted(burned_in) == [0, 1, 2]
    for case in plan.cases[:2]:
        for seed in plan.seeds:
            world = World.begin(plan.scenario, seed, 26, deals=False, tables=False).fork(dict(case.changes))
            alone = work.summary_of(world.finish())
            row = shared[(shared["case"] == case.name) & (shared["seed"] == seed)].iloc[0]
            assert row[list(alone)].astype(float).to_numpy().tobytes() == work.np.array(list(alone.values())).tobytes()


def test_what_may_be_held_is_limited_and_changes_nothing(burned_in: list[int], monkeypatch: pytest.MonkeyPatch):
    plan = StudyPlan.of(small(), CASES, 2, weeks=13)
    held = run_study(plan, workers=1).results
    monkeypatch.setattr(work, "_HELD", 0)
    monkeypatch.setattr(work, "_BASES", work._Bases())
    assert run_study(plan, workers=1).results.equals(held)
    assert not work._BASES._found
    assert len(burned_in) > 4, "chunks of one seed burn in for themselves"


def test_from_the_start_every_run_has_a_burn_in_of_its_own(burned_in: list[int]):
    run_study(StudyPlan.of(small(), CASES, 2, weeks=13, from_start=True), workers=2)
    assert len(burned_in) == 2 * len(CASES)


def test_a_burn_in_that_breaks_is_told_by_every_run_of_its_seed(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> World:
        raise ValueError("no luck")

    monkeypatch.setattr(work, "_BASES", work._Bases())
    monkeypatch.setattr(work, "begin", broken)
    errors = run_study(StudyPlan.of(small(), CASES, 2, weeks=13), workers=2).results["error"]
    assert errors.str.startswith("ValueError: no luck (broken, line ").all()
    assert not work._BASES._found


def test_interventions_share_a_burn_in_even_from_the_start_and_give_the_same_bytes():
    base = small()
    cases = read_cases(base, {"later": LATER, "other": {"operations.wip_limit": 5}}, from_start=True)
    assert [case.always for case in cases] == [False, False, True]
    done = SeedJob(cases, 39, frozenset([7]))(7, work.threading.Event())
    for case in cases:
        alone = World.begin(case.scenario, 7, 39).finish()
        assert bytes_of(done.runs[case.name].world) == bytes_of(alone), case.name
    assert bytes_of(done.runs[AS_IS].world) != bytes_of(done.runs["later"].world)


def test_a_comparison_says_which_cases_cannot_share_it():
    cases = {"later": LATER, "other": {"operations.wip_limit": 5}}
    said = compare(small(), cases, 2, weeks=13, from_start=True).notes
    assert "Other has a burn-in of its own: what differs there holds from its beginning, not from week 0." in said
    assert compare(small(), cases, 2, weeks=13).notes == []
