"""What runs elsewhere: image, services, workflows. They name files and commands that are there."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
CHECKS = ROOT / ".github" / "workflows" / "checks.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LINTERS = (
    ("hadolint", "Dockerfile"),
    ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yml"),
    *(("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)) for path in WORKFLOWS),
    ("zizmor", "--offline", ".github"),
)
"""Words of each command; what they read ships with them."""


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


def test_the_image_runs_as_nobody_of_note_from_a_base_whose_version_is_named():
    image = (ROOT / "Dockerfile").read_text("utf-8")
    (user,) = re.findall(r"^USER (\S+)$", image, re.MULTILINE)
    assert int(user) > 0, "a number, so that a cluster can see that it is not root"
    assert f"--uid {user} " in image
    (base,) = re.findall(r"^FROM (\S+)$", image, re.MULTILINE)
    newest = max(yaml.safe_load(CHECKS.read_text("utf-8"))["jobs"]["checks"]["strategy"]["matrix"]["python"])
    assert base == f"python:{newest}-slim"


def test_services_are_built_from_the_image_and_the_page_is_not_open_to_the_network():
    services = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]
    assert set(services) == {"page", "scheduler", "worker", "ask"}
    assert all(one["image"] == "sales-flywheel" for one in services.values())
    assert services["page"]["ports"] == ["127.0.0.1:8765:8765"]


def test_a_worker_waits_for_a_scheduler_that_answers_and_what_answers_is_asked():
    services = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]
    assert all(
        services[name]["depends_on"]["scheduler"]["condition"] == "service_healthy" for name in ("worker", "ask")
    )
    for name, port in (("page", 8765), ("scheduler", 8786)):
        kind, *words = services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        assert f"{port}" in services[name]["healthcheck"]["test"][-1]
        # Nothing listens on port 1: the question must end as a failure, and be a program at all.
        done = subprocess.run(
            [sys.executable, *words[1:-1], words[-1].replace(str(port), "1")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "Connection refused" in done.stderr


@pytest.mark.parametrize("words", LINTERS, ids=lambda words: f"{words[0]} {Path(words[-1]).name}")
def test_a_linter_finds_nothing(words):
    if not shutil.which(words[0]) and os.environ.get("LINTERS") != "all":
        pytest.skip(f"{words[0]} is not installed here; the job linters of checks.yml installs it")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("hadolint",), "FROM python\nRUN sudo ls\n"),
        (("check-jsonschema", "--builtin-schema", "vendor.compose-spec"), "services: {page: {imag: x}}\n"),
        (("check-jsonschema", "--builtin-schema", "vendor.github-workflows"), "on: push\njobs: {a: {steps: 3}}\n"),
        (("zizmor", "--offline"), "on: push\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ github.ref_name }}'}]}}\n"),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_a_linter_finds_what_is_wrong(words, wrong, tmp_path):
    if not shutil.which(words[0]) and os.environ.get("LINTERS") != "all":
        pytest.skip(f"{words[0]} is not installed here; the job linters of checks.yml installs it")
    (tmp_path / "wrong.yml").write_text(wrong)
    assert subprocess.run([*words, str(tmp_path / "wrong.yml")], capture_output=True, check=False).returncode


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_no_more_than_it_must(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for run in commands(workflow):
        for name in re.findall(r"(?<![\w/])(\.ci/\w+|tests/[\w/]+(?:\.py)?)", run):
            assert (ROOT / name).exists(), name


def test_checks_run_what_a_change_has_to_pass_on_every_python():
    workflow = yaml.safe_load(CHECKS.read_text("utf-8"))
    job = workflow["jobs"]["checks"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]


def test_the_newest_mesa_3_must_pass_and_mesa_4_may_fail():
    job = yaml.safe_load(CHECKS.read_text("utf-8"))["jobs"]["newest-mesa"]
    assert job["continue-on-error"] == "${{ matrix.may-fail }}"
    may_fail = {one["mesa"]: one["may-fail"] for one in job["strategy"]["matrix"]["include"]}
    assert may_fail == {"mesa<4": False, "--pre mesa>=4.0.0a0": True}
