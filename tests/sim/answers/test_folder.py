"""A folder that only looks like that of a run is refused in a sentence."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.answers.folder import read_record
from sim.cli.data import DealFormat, export_text
from sim.measures.run import simulate
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

RECORD = {"start_date": "2025-01-06", "currency": "EUR", "weeks": 4}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[]", "{", json.dumps(RECORD | {"start_date": 5}), json.dumps(RECORD | {"start_date": "x"})]
)
def test_a_record_that_is_none_is_refused(tmp_path: Path, text: str):
    (tmp_path / "analysis.json").write_text(text)
    with pytest.raises(InputError, match=r"analysis\.json (cannot be read|is not the record of a run)"):
        read_record(tmp_path)


@pytest.mark.parametrize("form", DealFormat)
def test_deals_of_another_program_are_refused(tmp_path: Path, form: DealFormat):
    (tmp_path / "analysis.json").write_text(json.dumps(RECORD))
    for name in ("deals", "open_deals"):
        pd.DataFrame({"a": [1]}).to_parquet(tmp_path / f"{name}.parquet")
    with pytest.raises(InputError, match="not those of a run; they have no column"):
        export_text(tmp_path, form)


def test_deals_with_values_of_another_kind_are_refused(tmp_path: Path):
    (tmp_path / "analysis.json").write_text(json.dumps(RECORD))
    small = {"structure.n_reps": 3, "market.accounts_per_rep": 10, "organization.burn_in_weeks": 13}
    run = simulate(Scenario.load("baseline").override(small), weeks=4)
    run.deals.to_parquet(tmp_path / "deals.parquet")
    run.open_deals.assign(created="x").to_parquet(tmp_path / "open_deals.parquet")
    with pytest.raises(InputError, match=r"not those of a run \(invalid literal"):
        export_text(tmp_path, DealFormat.CSV)


def test_a_folder_of_csv_files_alone_is_told_what_it_lacks(tmp_path: Path):
    (tmp_path / "analysis.json").write_text(json.dumps(RECORD))
    with pytest.raises(InputError, match=r"has no deals\.parquet; make it anew with flywheel run --out$"):
        export_text(tmp_path, DealFormat.CSV)
