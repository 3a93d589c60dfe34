"""Every question that runs many organizations gives the same answer on a cluster as here."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.studies import cluster, executor
from sim.studies.chosen_cluster import chosen_cluster, on_cluster
from tests.clusters import ROOT, kill, kill_at_work, scheduler_without_workers, worker_of
from tests.sim.cli.test_forms import FILES, QUESTIONS

ANYWHERE = ("compare", "retention", "sweep", "sensitivity", "discover", "invest", "calibrate", "pilot")
WITHIN = 120.0  # s: the worker that is killed has something to do by then
OF_THIS_RUN = ("command", "started", "finished", "seconds")


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")


def answer_of(question: str, *words: str) -> dict:
    file = Path(f"{len(words)}.json")
    given = [word for word in QUESTIONS[question] if word not in ("--workers", "1") or question != "calibrate"]
    assert cli._run([*given, *words, "--out", str(file)], debug=False) == 0
    return {name: part for name, part in json.loads(file.read_text("utf-8")).items() if name not in OF_THIS_RUN}


@pytest.mark.long
@pytest.mark.parametrize("question", ANYWHERE)
def test_a_question_gives_the_same_answer_on_a_cluster(question: str, monkeypatch: pytest.MonkeyPatch):
    here, started, start = answer_of(question), [], cluster._start

    def watched(*given: object) -> object:
        started.append(given)
        return start(*given)

    monkeypatch.setattr(cluster, "_start", watched)
    assert answer_of(question, "--cluster", "local", "--workers", "1") == here
    assert started, "it ran here"


@pytest.mark.long
@pytest.mark.parametrize("question", ANYWHERE)
def test_a_question_loses_nothing_with_one_of_two_workers(
    question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    here = answer_of(question)
    with scheduler_without_workers(tmp_path) as address, ThreadPoolExecutor(1) as thread:
        workers = [worker_of(address, tmp_path / name) for name in ("lost", "kept")]
        try:
            lost = thread.submit(kill_at_work, address, workers[0], "lost", WITHIN)
            assert answer_of(question, "--cluster", address) == here
            assert lost.result(), "the worker had nothing to do"
            assert not (ROOT / "2").exists(), "runs lie beside the answer, and not where workers stand"
        finally:
            for worker in workers:
                with suppress(ProcessLookupError):
                    kill(worker)


@pytest.mark.parametrize("question", ["compare", "retention", "invest"])
def test_what_is_no_address_is_refused_before_anything_is_run(
    question: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(executor.Batch, "run", lambda *_: pytest.fail("it ran"))
    assert cli._run([*QUESTIONS[question], "--cluster", "ftp://there"], debug=False) == 2
    assert "--cluster ftp://there" in capsys.readouterr().err


def test_a_cluster_is_chosen_for_what_is_run_within_and_for_nothing_else():
    with on_cluster("tcp://10.0.0.5:8786"):
        with on_cluster(None):
            assert executor.Batch(lambda *_: 0)._cluster == "tcp://10.0.0.5:8786"
        with on_cluster("local"):
            assert chosen_cluster() == "local"
    assert chosen_cluster() is None
