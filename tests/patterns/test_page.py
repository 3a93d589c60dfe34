"""The page: made from stored findings alone; the committed one by this model, of the right shape."""

import ast
import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.engine.digest import _declares_record, code_only, model_digest, program
from sim.measures.words import MINUS
from sim.scenario.claims import claims, verdicts
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.studies.statistics import Interval
from tests.markdown import anchor, table
from tests.patterns.making import page as page_of
from tests.patterns.making.page import PAGE, page, write_page, written
from tests.patterns.making.pattern import Effort, Finding, Number, Robustness
from tests.patterns.making.ranges import SCENARIOS, TARGETS, judged, measured, readings_table
from tests.patterns.making.registry import patterns
from tests.patterns.making.store import FOLDER, Stored, digest_of, read, stored, write

ROW = re.compile(
    r"^\| (?P<name>[a-z0-9_]+: [^|]+ \([A-Z]+-\d+\)) \| (?P<range>[^|]+) \| (?P<model>[^|]+) \| (?P<verdict>.+) \|$"
)
PNG = b"\x89PNG"
IDS = list(patterns())


def rows(text: str) -> list[re.Match[str]]:
    return [found for line in text.splitlines() if (found := ROW.match(line))]


def finding(pattern: str = "S2", **changes: object) -> Finding:
    numbers = (
        Number("bookings", -0.012, "of base", -0.02, -0.004, 6, "below +1% of base", met=True),
        Number("buyer trust", math.nan, "share", None, None, 0, "below 0", None),
    )
    points = pd.DataFrame({"what": ["bookings"], "value": [-0.012], "low": [-0.02], "high": [math.nan]})
    one = Finding(pattern, "undecided", "It fell by 1.2% | or so.", numbers, table=points)
    return replace(one, **changes)


def kept(one: Finding, effort: Effort | None = None) -> Stored:
    return stored(one, patterns()[one.pattern], effort or Effort.quick(), 1.5, {"numba": "0.1"})


def made_up(seeds: int = 4) -> dict[str, dict[str, np.ndarray]]:
    luck = np.random.default_rng(1)
    return {name: {measure: 0.3 + 0.1 * luck.random(seeds) for measure in MEASURES} for name in SCENARIOS}


def of_reality() -> Finding:
    return Finding("R1", "fails", "So.", (), table=readings_table(made_up()))


def test_a_finding_comes_back_from_its_file_as_it_was(tmp_path: Path):
    robust = Robustness(0.5, 10, 2, 0.2, 0.8, "means")
    one = kept(finding(robustness=robust, tried="much", where="here"))
    write(tmp_path, one)
    back = read(tmp_path, "S2")
    assert back is not None
    assert (back.digest, back.seeds, back.draws, back.seconds) == (one.digest, 6, 2, 1.5)
    assert back.finding.numbers[0] == one.finding.numbers[0]
    assert math.isnan(back.finding.numbers[1].value)
    assert (back.finding.robustness, back.finding.tried, back.finding.where) == (robust, "much", "here")
    pd.testing.assert_frame_equal(back.finding.table, one.finding.table)
    assert read(tmp_path, "E1") is None


def test_the_file_holds_plain_json(tmp_path: Path):
    text = write(tmp_path, kept(finding())).read_text(encoding="utf-8")
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_a_broken_file_is_named_with_the_way_out(tmp_path: Path):
    file = write(tmp_path, kept(finding()))
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"S2\.json cannot be read as a stored finding; run: .* --pattern S2"):
        read(tmp_path, "S2")


def test_the_page_has_verdict_plan_numbers_and_how_it_was_made():
    robust = Robustness(0.5, 10, 2, 0.237, 0.763, "the mean is below 0")
    text = page({"S2": kept(finding(robustness=robust, tried="Half the hours."))})
    assert "| [S2](#s2-straight-to-the-close) | Straight to the close | **undecided** |" in text
    assert "50% of 10" in text
    assert f"| bookings | {MINUS}1.2% | {MINUS}2.0% to {MINUS}0.4% | 6 | below +1% of base | yes |" in text
    assert "| buyer trust | none |  |  | below 0 | too few replicates |" in text
    assert "50% [24% to 76%] of 10 draws of 2 seeds; a draw counts if the mean is below 0" in text
    assert "What was tried and what it means: Half the hours." in text
    assert f"| S2 | {digest_of(patterns()['S2'])} | 6 | 2 | 2 | 2 | numba 0.1 |" in text
    assert f"{len(IDS) - 1} have not been run" in text


def test_page_and_figures_are_made_again_without_a_run(tmp_path: Path):
    write(tmp_path, kept(finding()))
    write(tmp_path, kept(of_reality()))
    assert write_page(tmp_path) == tmp_path / PAGE
    text = (tmp_path / PAGE).read_text(encoding="utf-8")
    for name in ("S2", "R1"):
        assert (tmp_path / FOLDER / f"{name}.png").read_bytes().startswith(PNG)
        assert f"]({FOLDER}/{name}.png)" in text
    assert len(rows(text)) == len(TARGETS)
    assert "| baseline: cycle (CYC-02) | 30.0 to 90.0 days |" in text


def test_runs_without_a_win_do_not_spoil_the_other_reading():
    values = made_up()
    values["pmf_over_50k"]["win_rate"][:] = values["pmf_over_50k"]["win_rate_qualified"][:] = 0.0
    text = page({"R1": kept(replace(of_reality(), table=readings_table(values)))})
    line = next(line for line in text.splitlines() if line.startswith("| pmf_over_50k | 0.0%"))
    assert "no value in any run" in line


def test_a_folder_without_findings_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="holds no finding; run: flywheel validate"):
        write_page(tmp_path)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123, "of base", "+12.3%"),
        (-0.123, "share", f"{MINUS}12.3%"),
        (-1.5, "weeks", f"{MINUS}1.50"),
        (3.0, "deals", "3"),
        (None, "weeks", "none"),
    ],
)
def test_numbers_are_written_in_their_unit(value: float | None, unit: str, text: str):
    assert written(value, unit) == text


def test_bars_in_cells_do_not_part_them():
    assert table(("a", "b"), [("0 | 1", 2)]) == "| a | b |\n|---|---|\n| 0 \\| 1 | 2 |\n"


def test_links_to_headings():
    assert anchor("S2 Straight to the close") == "#s2-straight-to-the-close"
    assert anchor("A3 Process, coaching, relationship") == "#a3-process-coaching-relationship"


def test_the_digest_looks_at_programs_not_at_words():
    source = 'def f(x):\n    """Say it."""\n    return x + 1  # why\n'
    assert code_only(source) == code_only("def f(x):\n\n    '''Other words.'''\n    return (x + 1)\n")
    assert code_only(source) != code_only(source.replace("+ 1", "+ 2"))
    assert code_only(f"from here import that\n{source}") == code_only(source)
    assert program(source + "def _figure_s(x):\n    return 2\n") == program(source)
    assert model_digest(["baseline"]) != model_digest(["evil"])


def test_the_digest_leaves_out_how_a_record_is_written_down():
    declaration = "REPS = Record('reps', 'A rep', [flag('active', 'Whether it is.')])"
    assert _declares_record(ast.parse(declaration).body[0])
    kept_in = ["WEEKS = 13", "LOW, HIGH = limits(3)", "def record(): pass"]
    assert not any(_declares_record(ast.parse(text).body[0]) for text in kept_in)


def test_a_digest_belongs_to_one_pattern():
    some = [one for one in patterns().values() if one.group in ("sales", "evil", "lean")]
    tests = {(one.module, one.modules, one.scenarios) for one in some}
    assert len({digest_of(one) for one in some}) == len(tests)


def test_a_finding_of_another_model_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_of, "patterns", lambda: {name: patterns()[name] for name in ("S2", "R1")})
    write(tmp_path, kept(finding()))
    assert page_of.stale(tmp_path) == ["R1"]
    write(tmp_path, replace(kept(finding()), digest="0" * 12))
    assert page_of.stale(tmp_path) == ["S2", "R1"]


class TestCommitted:
    """What is in docs/."""

    def test_every_finding_was_made_by_this_model(self, root: Path):
        stale = page_of.stale(root / "docs")
        assert not stale, f"run: flywheel validate --pattern {','.join(stale)}"

    @pytest.mark.parametrize("name", IDS)
    def test_every_pattern_has_verdict_numbers_and_figure(self, name: str, root: Path):
        one = read(root / "docs", name)
        assert one is not None
        assert one.finding.numbers
        assert one.finding.sentence
        if one.finding.table is not None and patterns()[name].figure:
            assert (root / "docs" / FOLDER / f"{name}.png").read_bytes().startswith(PNG)

    def test_the_program_carries_the_verdicts(self, root: Path):
        kept = {name: read(root / "docs", name) for name in IDS}
        assert verdicts() == {name: one.finding.verdict for name, one in kept.items()}
        assert {name for claim in claims().values() for name in claim.patterns} <= set(verdicts())

    @pytest.mark.slow
    def test_the_page_is_what_the_findings_give(self, root: Path, tmp_path: Path):
        shutil.copytree(root / "docs" / FOLDER, tmp_path / FOLDER)
        text = write_page(tmp_path).read_text(encoding="utf-8")
        assert text == (root / "docs" / PAGE).read_text(encoding="utf-8"), "run: flywheel validate --page"

    @pytest.mark.slow
    @pytest.mark.statistics
    def test_the_baseline_is_where_the_page_says(self, root: Path):
        """Eight seeds; the range is widened by half its width at either end."""
        text = (root / "docs" / PAGE).read_text(encoding="utf-8")
        said = {row["name"] for row in rows(text) if row["verdict"] == "inside"}
        values = readings_table(measured(8, scenarios=["baseline"]))
        usual = values[values["reading"] == "usual"]
        columns = zip(usual["measure"], usual["mean"], usual["low"], usual["high"], strict=True)
        found = {("baseline", name): Interval(8, mean, low, high) for name, mean, low, high in columns}
        for one in judged(found):
            if one.target.name in said:
                low, high = one.target.range
                assert abs(one.miss) <= (high - low) / 2, f"{one.target.name}: {one.found.mean}, {one.text}"
