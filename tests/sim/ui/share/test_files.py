"""The files of a run are those of the run that was seen, and other programs open them."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from sim.scenario.scenario import Scenario
from sim.ui.choice import Choice
from sim.ui.jobs import JobStopped
from sim.ui.run.session import Session
from sim.ui.share.files import Files, make_files, same

FIGURES = ("bookings_by_quarter", "attainment_by_quarter", "rep_trust", "buyer_trust", "hours", "stages", "losses")
SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def session() -> Session:
    session = Choice(text=SMALL, seed=3).open()
    session.advance(5)
    session.pull("structure.product_specialists", 4)
    session.advance(25)
    return session


@pytest.fixture(scope="module")
def files(session: Session) -> Files:
    return make_files(session, lambda *_: None)


def test_the_archive_holds_every_table_twice(files: Files):
    tables = {
        f"{name}.{end}"
        for name in ("summary", "weekly", "deals", "open_deals", "reps", "managers")
        for end in ("csv", "parquet")
    }
    with zipfile.ZipFile(io.BytesIO(files.archive)) as archive:
        drawn = {f"{name}.{end}" for name in FIGURES for end in ("png", "svg")}
        assert set(archive.namelist()) == drawn | {*tables, "analysis.json", "scenario.toml", "report.html"}
    assert files.week == 30


def test_tables_are_those_of_the_run_that_was_seen(files: Files, session: Session):
    weekly = pd.read_parquet(io.BytesIO(files.read("weekly.parquet")))
    first = session.world.burn_in + 1
    weeks = session.world.state.weekly[first : first + 30]
    assert np.array_equal(weekly["bookings"], weeks["bookings"])
    assert np.array_equal(pd.read_csv(io.BytesIO(files.read("weekly.csv")))["week"], np.arange(30))
    for name in ("deals", "reps", "managers"):
        as_csv, as_parquet = (
            pd.read_csv(io.BytesIO(files.read(f"{name}.csv"))),
            pd.read_parquet(io.BytesIO(files.read(f"{name}.parquet"))),
        )
        assert list(as_csv.columns) == list(as_parquet.columns)
        assert len(as_csv) == len(as_parquet) > 0


def test_the_scenario_has_what_was_done_by_hand(files: Files, session: Session):
    scenario = Scenario.from_text(files.read("scenario.toml").decode())
    assert scenario == session.scenario()
    assert [(intervention.week, intervention.value) for intervention in scenario.interventions] == [(5, 4)]
    record = json.loads(files.read("analysis.json"))
    assert (record["seed"], record["weeks"]) == (3, 30)
    assert "flywheel run scenario.toml --seed 3 --weeks 30" in files.read("report.html").decode()


def test_it_can_be_stopped(session: Session):
    def stop(*_: object) -> None:
        raise JobStopped

    with pytest.raises(JobStopped):
        make_files(session, stop)


def test_numbers_that_differ_are_not_handed_out(session: Session):
    other = Session(session.world.snapshot())
    other.world.state.weekly["bookings"][-5:] += 1e-9
    rows = session.world.state.weekly
    assert same(rows, rows.copy())
    assert not same(rows, other.world.state.weekly)
    other.world.state.weekly["bookings"][30] += 1e-9
    with pytest.raises(RuntimeError, match="differs from the run shown"):
        make_files(other, lambda *_: None)
