"""Programs that ask: the official client over standard input and output, and what is refused."""

import json
import os
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters

from sim.cli.mcp import AskingDesk, server_of
from sim.cli.offered import KEPT_BACK
from sim.cli.questions import QUESTIONS
from tests.worlds import small

ROOT = Path(__file__).resolve().parents[3]
TINY = {"scenario": "tiny.toml", "seeds": 2, "weeks": 13}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)  # whose folder agents is in sight, and not served
    served = tmp_path / "plans"
    served.mkdir()
    (served / "tiny.toml").write_text(small({"organization.burn_in_weeks": 52}).to_toml(), encoding="utf-8")
    (tmp_path / "secret.toml").write_text('name = "secret"\n', encoding="utf-8")
    (served / "link.toml").symlink_to(tmp_path / "secret.toml")
    (served / "linked").mkdir()
    (served / "linked" / "deals.csv").symlink_to(tmp_path / "secret.toml")
    return AskingDesk(served)


def refused(desk, name, arguments):
    wrong, said = desk.call(name, arguments)
    assert wrong, said
    assert isinstance(said, str)
    return said


@pytest.mark.slow
def test_the_official_client_lists_tools_and_asks_over_standard_input(desk):
    words = ["-c", "from sim.cli.main import main; main()", "mcp", "--folder", str(desk.folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(command=sys.executable, args=words, env=environment)

    async def talk():
        async with Client(server) as client:
            listed = await client.list_tools()
            answered = await client.call_tool("retention", TINY)
            denied = await client.call_tool("run", {"scenario": "../secret.toml"})
            return listed, answered, denied

    listed, answered, denied = anyio.run(talk)
    assert {tool.name for tool in listed.tools} == {*QUESTIONS, "scenarios", "parameters", "plan"}
    assert not answered.is_error
    record = answered.structured_content
    assert json.loads(answered.content[0].text) == record
    assert record["seeds"] == [0, 1]
    assert record["tables"]["quarters"]["rows"][0]["quarter"] == 1
    assert denied.is_error
    assert "no such file in the folder" in denied.content[0].text


def test_arguments_are_described_and_do_not_say_where_runs_are_made(desk):
    tools = {tool["name"]: tool for tool in desk.tools()}
    for question in QUESTIONS:
        properties = tools[question]["input_schema"]["properties"]
        assert not set(KEPT_BACK) & set(properties)
        assert all(one["description"] for one in properties.values())
        assert tools[question]["description"]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("comparison", {}, "did you mean compare"),
        ("run", {}, "scenario is missing"),
        ("run", {"scenario": "tiny.toml", "sed": 1}, "did you mean seed"),
        ("run", {"scenario": "../secret.toml"}, "no such file in the folder"),
        ("run", {"scenario": "/etc/passwd"}, "no such file in the folder"),
        ("run", {"scenario": "link.toml"}, "no such file in the folder"),
        ("run", {"scenario": "agents"}, "no such file in the folder"),
        ("calibrate", {"source": "linked"}, "no such file in the folder"),
        ("run", {"scenario": "a\0.toml"}, "no such file in the folder"),
        ("compare", {"scenario": "baseline", "with": ["../secret.toml"]}, "no such file in the folder"),
        ("calibrate", {"source": "/etc"}, "no such file in the folder"),
        ("wheel", {"scenario": "baseline", "loop": "../secret.toml"}, "no such file in the folder"),
        ("sweep", {"study": "../secret.toml"}, "no such file in the folder"),
        ("compare", {"scenario": "baseline", "workers": 64}, "whoever serves decides"),
        ("sweep", {"study": "x.toml", "cluster": "tcp://10.0.0.1:1"}, "whoever serves decides"),
        ("compare", {"scenario": "baseline", "seeds": 501}, "at most 500"),
        ("compare", {"scenario": "baseline", "worlds": "all"}, "at most 300"),
        ("compare", {"scenario": "baseline", "worlds": "301"}, "at most 300"),
        ("run", {"scenario": "baseline", "weeks": 100000}, "at most 1,040"),
        ("run", {"scenario": "baseline", "set": ["structure.n_reps=4000"]}, "the page plays at most"),
        ("run", {"scenario": "nowhere"}, "no shipped scenario"),
        ("scenarios", {"all": True}, "it takes nothing"),
        ("parameters", {"named": "x"}, "it takes containing"),
        ("plan", {"question": "compar"}, "did you mean compare"),
        ("plan", {"question": "run", "arguments": ["baseline"]}, "arguments must be those"),
    ],
)
def test_what_may_not_be_is_refused_in_a_sentence(desk, name, arguments, told):
    assert told in refused(desk, name, arguments)


def test_names_are_found_and_a_plan_says_what_a_run_costs(desk):
    _, found = desk.call("scenarios", {})
    assert "baseline" in {one["name"] for one in found["scenarios"]}
    _, found = desk.call("parameters", {"containing": "coaching hours"})
    assert "enablement.coaching_hours_per_month" in {one["name"] for one in found["parameters"]}
    wrong, plan = desk.call("plan", {"question": "compare", "arguments": {"scenario": "tiny.toml", "seeds": 5}})
    assert not wrong
    assert plan["arguments"]["seeds"] == 5
    assert 0.0 < plan["seconds_a_run"] < 60.0


def test_what_goes_wrong_inside_is_one_sentence(desk, monkeypatch):
    def fail(*_args, **_fields):
        raise RuntimeError("the moon\nfell down")

    monkeypatch.setattr("sim.cli.mcp.ask", fail)
    assert refused(desk, "run", {"scenario": "tiny.toml"}) == "it failed: RuntimeError: the moon fell down"


def test_a_server_in_this_process_answers_too(desk):
    async def talk():
        async with Client(server_of(desk.folder)) as client:
            return await client.call_tool("run", {"scenario": "tiny.toml", "weeks": 13, "seed": 1})

    answered = anyio.run(talk)
    assert not answered.is_error, answered.content[0].text
    assert answered.structured_content["command"] == "flywheel run --seed=1 --weeks=13 -- tiny.toml"
