"""A kept study that was damaged, changed or mixed up is refused by name, and the way out that is named leads out."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim.scenario.errors import InputError
from sim.studies.parts import Sheet, read_sheet, sheet_of, to_bytes
from sim.studies.plan import StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.storage import place_of
from tests.studies import fake_plan, fake_run


def keep(plan: StudyPlan, folder: Path, **options) -> Study:
    return run_study(plan, folder, run=fake_run, workers=2, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 5 cases and 6 seeds with weekly measures."""
    folder = tmp_path_factory.mktemp("made") / "study"
    keep(fake_plan(keep=("weekly",)), folder)
    return folder


@pytest.fixture
def kept(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "study")


def changed(file: str, **fields: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        record = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps(record | fields))

    return change


def first_part(folder: Path) -> Path:
    return min((folder / "results").glob("*.parquet"))


def cut(folder: Path) -> None:
    part = first_part(folder)
    part.write_bytes(part.read_bytes()[:-20])


def emptied(folder: Path) -> None:
    first_part(folder).write_bytes(b"")


def rewritten(folder: Path) -> None:
    pd.read_parquet(first_part(folder)).to_parquet(first_part(folder))


def with_facts_kept(column: str, value: object) -> Callable[[Path], None]:
    """Change a value and leave what the file says of itself.

    With a tuple of values, the first that differs from what is there is put in, and the content hash is made new.
    """

    def change(folder: Path) -> None:
        part = first_part(folder)
        sheet = read_sheet(place_of(folder), f"results/{part.name}", "")
        rows = sheet.frame()
        others = value if isinstance(value, tuple) else (value,)
        rows.loc[0, column] = next(other for other in others if other != rows.loc[0, column])
        new = sheet_of(rows, sheet.facts)
        facts = new.facts if isinstance(value, tuple) else sheet.facts
        part.write_bytes(to_bytes(Sheet(new.table, facts)))

    return change


def other_cases(folder: Path) -> None:
    rows = read_sheet(place_of(folder), "cases.parquet", "").frame()
    rows.loc[1, "operations.wip_limit"] = 17
    (folder / "cases.parquet").write_bytes(to_bytes(sheet_of(rows, {"format": 1})))


def swapped(folder: Path) -> None:
    part = first_part(folder)
    part.rename(part.with_name("part-0123456789abcdef.parquet"))


def a_stranger_part(folder: Path) -> None:
    other = folder.with_name("other")
    keep(fake_plan(keep=("weekly",), weeks=14), other)
    shutil.copy(first_part(other), folder / "results")


TAMPERED = {
    "study.json cut": (
        lambda folder: (folder / "study.json").write_text('{"program"'),
        r"study/study\.json is damaged .*; delete this file and run the same command again",
    ),
    "study.json of something else": (
        changed("study.json", kind="compare"),
        r"study\.json is not what is kept for this: kind = 'compare', not 'study'; ask anew into another folder",
    ),
    "study.json is a list": (
        lambda folder: (folder / "study.json").write_text("[]"),
        r"study\.json is not what is kept for this: kind = 'None', not 'study'",
    ),
    "study.json too deep": (
        lambda folder: (folder / "study.json").write_text("[" * 100_000),
        r"study\.json is damaged \(.*\); delete this file",
    ),
    "more seeds than there can be": (
        changed("study.json", seeds=[[0, 10**30], [10**30, 0]]),
        r"study\.json is damaged \(seeds = .* is not allowed: .*more than 10,000,000 seeds",
    ),
    "seeds that are no stretch": (changed("study.json", seeds=[[0]]), r"damaged \(seeds\.0 = \[0\] is not allowed"),
    "something more": (changed("study.json", extra="x" * 10_000), r"damaged \(extra = 'x{40,60} is not allowed"),
    "no weeks": (changed("study.json", weeks="x"), r"weeks = 'x' is not allowed"),
    "other weeks": (changed("study.json", weeks=14), r"study\.json has been changed: world = \w+, but what it lists"),
    "other format": (
        changed("study.json", format=99),
        r"format = 99, but this program has format = 1; .*another folder",
    ),
    "other model": (changed("study.json", model="abc"), r"model = abc, but this program has model = \w+; "),
    "other scenario": (
        lambda folder: (folder / "study.json").write_text(
            (folder / "study.json").read_text().replace("n_reps = 6", "n_reps = 7")
        ),
        r"study\.json has been changed: scenario_digest = \w+, but scenario_toml makes \w+",
    ),
    "cases changed": (other_cases, r"cases\.parquet has been changed: its cases make the digest \w+, but study\.json"),
    "cases gone": (lambda folder: (folder / "cases.parquet").unlink(), r"cases\.parquet is missing"),
    "part cut": (cut, r"results/part-\w+\.parquet is damaged and cannot be read \(.*\); delete it and run the same"),
    "part empty": (emptied, r"results/part-\w+\.parquet is damaged and cannot be read"),
    "part written anew": (rewritten, r"part-\w+\.parquet was not written by this program, or has been written again"),
    "number changed": (with_facts_kept("bookings", 1e9), r"part-\w+\.parquet has been changed: its content hash is"),
    "run of another seed": (
        with_facts_kept("seed", (4, 5)),
        r'run = \w+, but case "c\d" with seed [45] is \w+; delete it',
    ),
    "unknown case": (with_facts_kept("case", ("zz",)), r'case "zz" is not in study\.json'),
    "part renamed": (swapped, r"part-0123456789abcdef\.parquet: the file has the name of other runs"),
    "part of another study": (a_stranger_part, r"part-\w+\.parquet: world = \w+, but the study has \w+; delete it"),
    "file among the parts": (
        lambda folder: (folder / "results" / "notes.txt").write_text("mine"),
        r"results/notes\.txt is not a part of this study; move it elsewhere",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_folder_that_is_not_what_it_was_is_refused(kept: Path, what: str):
    change, sentence = TAMPERED[what]
    change(kept)
    before = {one: one.read_bytes() for one in kept.rglob("*") if one.is_file()}
    for use in (Study.open, lambda folder: keep(fake_plan(keep=("weekly",)), folder)):
        with pytest.raises(InputError, match=sentence) as error:
            use(kept)
        assert "\n" not in str(error.value)
    assert {one: one.read_bytes() for one in kept.rglob("*") if one.is_file()} == before


@pytest.mark.parametrize("what", ["part cut", "number changed", "part of another study", "study.json cut"])
def test_the_way_out_that_is_named_leads_out(kept: Path, what: str):
    TAMPERED[what][0](kept)
    plan = fake_plan(keep=("weekly",))
    with pytest.raises(InputError) as error:
        keep(plan, kept)
    Path(str(error.value).split(" ")[0].rstrip(":")).unlink()
    assert len(keep(plan, kept).results) == 30
    pd.testing.assert_frame_equal(Study.open(kept).results, run_study(plan, run=fake_run).results)


def test_seeds_taken_out_are_missed_and_come_back(kept: Path):
    changed("study.json", seeds=[[0, 3]])(kept)
    with pytest.raises(InputError, match=r"part-\w+\.parquet: seed \d is not in study\.json; delete it"):
        Study.open(kept)
    run_study(fake_plan(keep=("weekly",)), kept, run=fake_run)
    assert len(Study.open(kept).results) == 30


def test_weekly_measures_that_were_changed_or_lost_are_refused(kept: Path):
    study = Study.open(kept)
    part = min((kept / "weekly").iterdir())
    content = part.read_bytes()
    part.write_bytes(sorted((kept / "weekly").iterdir())[1].read_bytes())
    with pytest.raises(InputError, match=r"weekly/part-\w+\.parquet has been changed: .*delete results/part-"):
        study.weekly  # noqa: B018
    part.unlink()
    with pytest.raises(InputError, match=r"weekly/part-\w+\.parquet is missing; delete results/part-"):
        study.weekly  # noqa: B018
    part.write_bytes(content)
    assert len(study.weekly) == 13 * 27


def test_tables_that_are_not_kept_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match="does not keep deals; plan it with keep="):
        keep(fake_plan(1, 1), tmp_path / "s").deals  # noqa: B018


@pytest.mark.slow
def test_a_bit_that_flips_in_the_head_is_told_or_changes_nothing(kept: Path):
    head = kept / "study.json"
    whole, plan = head.read_bytes(), Study.open(kept).plan
    draws = random.Random(5)  # noqa: S311 - it damages a file
    codes = Counter()
    for _ in range(150):
        place = draws.randrange(len(whole))
        head.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << draws.randrange(8)]) + whole[place + 1 :])
        error = refusal(kept)
        codes[error.exit_code if error else 0] += 1
        assert Study.open(kept).plan == plan if error is None else str(kept) in str(error)
    assert codes[1] > 10
    assert codes[2] <= 3, "what cannot be told from another program's folder, or from another version's"


def refusal(folder: Path) -> InputError | None:
    """Why a study cannot be opened; None where it can."""
    try:
        Study.open(folder)
    except InputError as error:
        return error
    return None
