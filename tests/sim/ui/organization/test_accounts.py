"""Every account is in one cell of the matrix, with its contract value."""

import json

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.ui.organization.accounts import BANDS, STAGES, matrix
from sim.ui.organization.present import pursued
from sim.ui.run.session import Session

TEXT = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def session() -> Session:
    return Session.begin(Scenario.from_text(TEXT), seed=4)


def counts(cells: dict) -> np.ndarray:
    return np.array([int(cell["count"].replace(",", "") or 0) for cell in cells["cells"]]).reshape(len(BANDS), -1)


@pytest.mark.parametrize("stage", STAGES)
def test_every_account_is_counted_once(session: Session, stage: str):
    state = session.world.state
    accounts = matrix(state, stage, "EUR")
    table = counts(accounts)
    assert table.sum() == len(state.buyers)
    lines = [int((state.customer_lines == n).sum()) for n in range(1, len(state.lines) + 1)]
    assert table[:, 4:].sum(axis=0).tolist() == lines
    assert [int(column["count"].replace(",", "")) for column in accounts["columns"]] == table.sum(axis=0).tolist()
    assert max(cell["part"] for cell in accounts["cells"]) == 100
    assert json.dumps(accounts)


def test_a_customer_stands_by_satisfaction_and_a_prospect_by_trust(session: Session):
    state = Session(session.world.snapshot()).world.state
    state.customer_lines[:], state.buyer_trust[:], state.reps["n_open"] = 0, 0.5, 0
    state.customer_lines[:3] = [1, 1, 3]
    state.satisfaction[:3] = [0.9, 1.0, 0.1]
    state.installed_value[:3] = [2e3, 3e3, 1e3]
    table = counts(matrix(state, "buying_stage", "EUR"))
    assert (table[0, 4], table[4, 6], table[2, 0]) == (2, 1, len(state.buyers) - 3)
    cell = matrix(state, "buying_stage", "EUR")["cells"][4]
    assert cell["value"] == "5.0 k"
    assert cell["said"].startswith(
        "Customers, by lines: 1; satisfaction 80\N{EN DASH}100 %: 2 accounts, 5.0 k EUR a year"
    )


def test_the_logged_stage_may_differ_from_the_buyers(session: Session):
    state = Session(session.world.snapshot()).world.state
    rows = pursued(state)
    rows = rows[state.customer_lines[state.opportunities["account"][rows]] == 0]
    accounts = len(np.unique(state.opportunities["account"][rows]))
    state.opportunities["buying_stage"][rows], state.opportunities["sales_stage"][rows] = 0.1, 1.0
    assert counts(matrix(state, "buying_stage", "EUR"))[:, 1:4].sum(axis=0).tolist() == [accounts, 0, 0]
    assert counts(matrix(state, "sales_stage", "EUR"))[:, 1:4].sum(axis=0).tolist() == [0, 0, accounts]
