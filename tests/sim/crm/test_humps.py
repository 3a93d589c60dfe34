"""Two humps of cycles: what they say of reorders, and that an organization with reorders is found again."""

import numpy as np
import pandas as pd
import pytest

from sim.crm import load_crm
from sim.crm.check import targets
from sim.crm.export import as_salesforce
from sim.crm.fit import fit
from sim.crm.humps import EFFORT, LONGER, SHARE, SHORTER, Humps
from sim.crm.segments import Segments
from sim.measures.run import simulate
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

HUMPS = Humps(10.0, 80.0, 0.4)


def test_a_reorder_takes_the_part_of_the_process_that_the_short_hump_is_of_the_long_one():
    settings = HUMPS.settings()
    assert settings[EFFORT].value == 0.125
    assert settings[SHARE].value == 0.8
    assert Humps(0.1, 80.0, 0.9).settings()[EFFORT].value == 0.01, "the least there can be"
    assert Humps(0.1, 80.0, 0.9).settings()[SHARE].value == 1.0


@pytest.mark.parametrize(
    ("tried", "found", "value"), [(0.8, 0.32, 1.0), (0.5, 0.4, 0.5), (0.8, 0.5, 0.64), (0.8, 0, 1)]
)
def test_the_share_of_short_cycles_is_in_proportion_to_reorders_and_these_are_all_at_most(
    tried: float, found: float, value: float
):
    setting = HUMPS.reorders(tried, found)
    assert setting.value == pytest.approx(value)
    assert ("more there cannot be" in setting.source) == (value == 1.0)


def test_cycles_of_a_run_are_parted_in_the_middle_between_the_humps():
    found = HUMPS.measured(pd.Series([7.0, 14.0, 70.0, 70.0, 84.0]))
    assert found[SHORTER] == pytest.approx(0.4)
    assert found[LONGER] == pytest.approx(7 * (10 - 0.5 + 1.5 / 2)), "interpolated within the week"
    assert np.isnan(HUMPS.measured(pd.Series([7.0]))[LONGER])


@pytest.mark.slow
def test_reorders_of_an_organization_are_found_again(tmp_path):
    known = {EFFORT: 0.15, SHARE: 0.7, "market.cycle_weeks": 12.0, "structure.n_reps": 16}
    scenario = Scenario.load("scale_under_15k").override(known)
    run = simulate(scenario, 5, 104)
    record = {"start_date": str(scenario.start_date), "currency": scenario.currency}
    as_salesforce(run.deals, run.open_deals, record).to_csv(tmp_path / "own.csv", index=False)
    data = load_crm(tmp_path / "own.csv")
    humps = Humps.of(data.moments)
    assert humps is not None
    assert not next(one for one in targets(data, reorders=True) if one.name == "cycle_closed_days").fitted
    match = fit(data, reorders=True)
    again = Scenario.from_text(match.text)
    assert match.agrees
    assert again[EFFORT] == pytest.approx(humps.short / humps.long)
    assert again["market.cycle_weeks"] == pytest.approx(12.0, rel=0.2)
    found = humps.measured(Segments.of(data).closed(simulate(again, 6, 104).deals)["days"])
    assert found[LONGER] == pytest.approx(humps.long, rel=0.1)
    assert found[SHORTER] == pytest.approx(humps.share, abs=0.1)


def test_an_export_with_one_hump_is_refused(tmp_path):
    rows = (f"{i},Ann,Acme,Core,Closed Won,2024-01-02,2024-02-{1 + i % 5:02d},100" for i in range(60))
    head = "Opportunity ID,Owner,Account Name,Product,Stage,Created Date,Close Date,Amount"
    (tmp_path / "one.csv").write_text("\n".join([head, *rows, ""]))
    with pytest.raises(InputError, match="two humps of cycles for reorders, and these have one hump"):
        fit(load_crm(tmp_path / "one.csv"), reorders=True)
