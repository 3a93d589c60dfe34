"""What runs elsewhere: image, services, workflows. They name files and commands that are there."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def commands(workflow):
    for job in workflow["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)


def test_the_image_copies_what_is_there_and_lets_through_what_it_copies():
    copied = [line.split()[1:-1] for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if "COPY " in line]
    passed = (ROOT / ".dockerignore").read_text("utf-8").split()
    names = [name for line in copied for name in line]
    assert {"agents", "sim", "scenarios", "pyproject.toml"} <= set(names)
    for name in names:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in passed, name


def test_what_the_wheel_needs_is_in_the_image():
    copied = (ROOT / "Dockerfile").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included
    assert all(name in copied for name in included)
    assert re.search(r"^USER (?!root)\w+$", copied, re.MULTILINE), "it must not run as root"


def test_services_are_built_from_the_image_and_the_page_is_not_open_to_the_network():
    services = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]
    assert set(services) == {"page", "scheduler", "worker", "ask"}
    assert all(one["image"] == "sales-flywheel" for one in services.values())
    assert services["page"]["ports"] == ["127.0.0.1:8765:8765"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_no_more_than_it_must(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for run in commands(workflow):
        for name in re.findall(r"(?<![\w/])(\.ci/\w+|tests/[\w/]+(?:\.py)?)", run):
            assert (ROOT / name).exists(), name


def test_checks_run_what_a_change_has_to_pass_on_every_python():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text("utf-8"))
    job = workflow["jobs"]["checks"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]


def test_the_newest_mesa_3_must_pass_and_mesa_4_may_fail():
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text("utf-8"))["jobs"]["newest-mesa"]
    assert job["continue-on-error"] == "${{ matrix.may-fail }}"
    may_fail = {one["mesa"]: one["may-fail"] for one in job["strategy"]["matrix"]["include"]}
    assert may_fail == {"mesa<4": False, "--pre mesa>=4.0.0a0": True}
