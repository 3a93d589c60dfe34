"""What no export tells: said or assumed, with a range, in the file, the quality report and the notes of an answer."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main as cli
from sim.crm import CrmData, RepairKind, load_crm
from sim.crm.assumed import SETTLING_WEEKS
from sim.crm.fit import usual_text
from sim.crm.unknown import KEYS, lost_per_year, open_per_seller, read_answers, unknowns
from sim.questions.compare.run import leaning
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.parameters import parameter
from sim.scenario.scenario import Scenario

RENEWAL = "renewal (loss a year)"
HEADER = "Opportunity ID,Owner,Account Name,Product,Stage,Created Date,Close Date,Amount\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> CrmData:
    """Thirteen deals of one seller in one quarter, each open for 28 days, the last of another seller."""
    days = pd.date_range("2024-02-01", periods=13, freq="3D")
    rows = [
        f"{i},{'Bo' if i == 12 else 'Ann'},Acme {i},Core,Closed {'Won' if i % 2 else 'Lost'},"
        f"{day - pd.Timedelta(days=28):%Y-%m-%d},{day:%Y-%m-%d},100"
        for i, day in enumerate(days)
    ]
    file = tmp_path_factory.mktemp("crm") / "deals.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return load_crm(file)


@pytest.mark.parametrize(
    ("renewing", "churn", "kept"),
    [
        (1.0, 0.1, math.exp(-0.1)),
        (1.0, 0.0, 1.0),
        (0.5, math.log(2.0), 1.0 / 3.0),  # 0.5 x (1/2 + 1/4 + ...) = 0.5 renewals an order, as 1/3 + 1/9 + ...
        (0.2, math.log(1.25), 4.0 / 9.0),  # 0.2 x 4 = 0.8 renewals an order, 0.8 / 1.8 kept
        (0.0, 0.1, 0.0),  # sold once
        (0.001, 3.0, 5.2393e-5),  # 0.001 x e^-3 / (1 - e^-3) renewals an order
    ],
)
def test_a_mix_of_what_renews_and_what_does_not_is_one_loss(renewing: float, churn: float, kept: float):
    assert math.exp(-lost_per_year(renewing, churn)) == pytest.approx(kept, abs=1e-9)


def test_the_ends_of_the_range_are_ordered():
    losses = [lost_per_year(share, 0.1) for share in (1.0, 0.9, 0.5, 0.1, 0.01, 0.0)]
    assert losses == sorted(losses)
    assert lost_per_year(1.0, 5e-324) >= 0.0


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("renews", "yes", 1.0),
        ("renews", " NO ", 0.0),
        ("renews", "30%", 0.3),
        ("gross_margin", "0.4", 0.4),
        ("gross_margin", "40%", 0.4),
        ("pay", "90000", 90_000.0),
        ("policy", "mixed", "mixed"),
        ("wip", "0", 0.0),
        ("churn", "0", 0.0),
    ],
)
def test_answers_are_read(key: str, text: str, value: object):
    assert read_answers({key: text, "installed_base": None}) == {key: pytest.approx(value) if value else value}


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("renews", "maybe", "--renews maybe: it must be yes, no, or a share from 0 to 1 such as 0.3 or 30%"),
        ("renews", "1.5", "--renews 1.5: it must be yes, no, or a share"),
        ("renews", "", "--renews : it must be yes"),
        ("gross_margin", "75", "--gross-margin 75: it must be a number from 0 to 1"),
        ("gross_margin", "nan", "--gross-margin nan: it must be"),
        ("gross_margin", "-0.1", "--gross-margin -0.1: it must be"),
        ("churn", "inf", "--churn inf: it must be a number from 0 to 3"),
        ("pay", "12 €", "--pay 12 €: it must be a number from 1,000"),
        ("manager_cost", "1e99", "--manager-cost 1e99: it must be"),
        ("policy", "carrot", "--policy carrot: it must be one of none, overlay"),
        ("wip", "many", "--wip many: it must be a number from 0 to 500"),
    ],
)
def test_a_bad_answer_gets_one_sentence(key: str, text: str, sentence: str):
    with pytest.raises(InputError) as error:
        read_answers({key: text})
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_answers_that_contradict_each_other_are_refused():
    with pytest.raises(InputError, match="with --renews no nothing renews"):
        read_answers({"renews": "no", "churn": "0.1"})


def test_what_is_not_said_is_assumed_with_a_range(data: CrmData):
    band = Scenario.load("scale_under_15k")
    items = {item.name: item for item in unknowns(data, band)}
    assert list(items) == ["gross margin", RENEWAL, "installed base", "pay", "managers", "policy", "WIP"]
    assert items[RENEWAL].value == items[RENEWAL].high == parameter("buyers.churn_per_year").high
    assert items["policy"].value == "none"
    assert items["pay"].low < float(band["talent.on_target_earnings"]) == items["pay"].value < items["pay"].high
    for item in items.values():
        assert all(parameter(item.parameter).allows(value) for value in (item.value, item.low, item.high)), item.name
        assert "say it with --" in item.text


def test_what_is_said_is_taken_and_not_varied(data: CrmData):
    said = read_answers({"churn": "0.2", "gross_margin": "30%", "wip": "9", "policy": "train"})
    items = {item.name: item for item in unknowns(data, Scenario.load("baseline"), said)}
    assert items["churn"].said
    assert items[RENEWAL].said, "who says how much is lost at renewals says that there are some"
    assert items["churn"].value == pytest.approx(0.2)
    assert (items["gross margin"].value, items["WIP"].value, items["policy"].value) == (0.3, 9.0, "train")
    assert "said with --gross-margin" in items["gross margin"].text
    assert not items["pay"].said


def test_little_tells_how_many_are_open(data: CrmData):
    assert open_per_seller(data) == 8.0, "a few deals a quarter are fewer than anybody would allow"


def test_a_scenario_keeps_the_ranges_of_what_nobody_has_said(data: CrmData):
    scenario = Scenario.from_text(usual_text(data, read_answers({"renews": "yes", "pay": "90000"})))
    assert {item.parameter: item.money_only for item in scenario.unknowns} == {
        "organization.gross_margin": True, "buyers.churn_per_year": False, "market.initial_installed_share": False,
        "management.cost": True, "management.response": False, "operations.wip_limit": False,
    }  # fmt: skip
    assert scenario["talent.on_target_earnings"] == 90_000.0
    assert scenario["buyers.churn_per_year"] == pytest.approx(0.1)
    assert (scenario["management.response"], scenario["organization.burn_in_weeks"]) == ("none", SETTLING_WEEKS)
    assert Scenario.from_text(scenario.to_toml()).unknowns == scenario.unknowns
    assert scenario == Scenario.from_text(usual_text(data, read_answers({"renews": "yes", "pay": "90000"})))


def test_what_is_sold_once_keeps_nobody_by_satisfaction(data: CrmData):
    scenario = Scenario.from_text(usual_text(data))
    assert (scenario["buyers.churn_per_year"], scenario["buyers.churn_sensitivity"]) == (30.0, 0.0)


def test_each_is_named_in_the_quality_report(data: CrmData):
    usual_text(data, read_answers({"gross_margin": "0.5"}))
    unknown = {finding.where for finding in data.quality.of(RepairKind.UNKNOWN)}
    assert {RENEWAL, "installed base", "pay", "managers", "policy", "WIP"} <= unknown
    assert "gross margin" in {finding.where for finding in data.quality.of(RepairKind.NOTED)}


def test_an_answer_names_what_it_leans_on(data: CrmData):
    scenario = Scenario.from_text(usual_text(data))
    (money,) = leaning(scenario, "net_contribution")
    (deals,) = leaning(scenario, "bookings")
    assert "gross margin 0.75 (0.4 to 0.9)" in money
    assert "pay" in money
    assert "pay" not in deals
    assert "policy none (none to mixed)" in deals
    chosen = scenario.override({"management.response": "train"}, origin="--set")
    assert "policy" not in next(iter(leaning(chosen, "bookings")))
    assert list(leaning(Scenario.load("baseline"), "net_contribution")) == []


def test_the_command_lists_them_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rows = "".join(f"{i},Ann,Acme,Core,Closed Won,2024-01-0{i},2024-02-0{i},100\n" for i in range(1, 9))
    (tmp_path / "deals.csv").write_text(HEADER + rows, encoding="utf-8")
    out = tmp_path / "mine.toml"
    words = ["crm", str(tmp_path / "deals.csv"), "--no-fit", "--json", "--renews", "40%", "--out", str(out)]
    assert cli._run(words, debug=False) == 0
    said = json.loads(capsys.readouterr().out)
    listed = {row["name"]: row for row in said["unknowns"]}
    assert set(listed) == {"gross margin", "churn", "installed base", "pay", "managers", "policy", "WIP"}
    assert listed["gross margin"] | {"low": 0.4, "high": 0.9, "value": 0.75} == listed["gross margin"]
    assert RENEWAL in {row["where"] for row in said["quality"]}
    head = out.read_text(encoding="utf-8").split("name = ")[0]
    assert "# Could not be known: gross margin: taken as 0.75, plausible 0.4 to 0.9" in head
    assert "# Said: renewal (loss a year): taken as" in head


UNKNOWN = '[[unknowns]]\nname = "pay"\nparameter = "talent.on_target_earnings"\nlow = 1000.0\nhigh = 2000.0\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (UNKNOWN.replace("earnings", "earning"), "did you mean talent.on_target_earnings?"),
        (UNKNOWN.replace("1000.0", "-1.0"), "-1.0 is not allowed; it must be a number from 1,000"),
        (UNKNOWN.replace("2000.0", '"much"'), '"much" is not allowed'),
        (UNKNOWN + UNKNOWN, "stands there 2 times"),
    ],
)
def test_wrong_ranges_are_told(text: str, said: str):
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(text)
    assert said in str(error.value)


def test_ranges_change_no_result():
    assert Scenario.from_text(UNKNOWN).digest() == Scenario.from_text("").digest()


def test_every_question_has_an_option_of_the_command():
    source = (Path(__file__).resolve().parents[3] / "sim" / "cli" / "data.py").read_text(encoding="utf-8")
    assert all(f"    {key}: Annotated[" in source for key in KEYS)
