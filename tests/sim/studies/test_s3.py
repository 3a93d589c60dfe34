"""Studies and comparisons in an S3 bucket, by s3fs against a server of this machine.

s3fs and moto need another python-dateutil than the rest, so that they are no part of the tests' environment:
`pip install . pytest s3fs "moto[server]"` in one of its own, then `pytest -m "" tests/sim/studies/test_s3.py`.
"""

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from sim.questions.compare.run import compare
from sim.studies.run import Study, run_study
from sim.studies.storage import place_of
from tests.studies import fake_plan, fake_run
from tests.worlds import small

pytestmark = pytest.mark.long
s3fs = pytest.importorskip("s3fs")
pytest.importorskip("moto")
CASE = {"focus": {"operations.wip_limit": 5}}


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """URL of an empty bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("moto_server", path=str(Path(sys.executable).parent))
    assert program, "moto[server] brings it"
    server = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as patch:
        here = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}  # fmt: skip
        for name, value in here.items():
            patch.setenv(name, value)
        try:
            for _ in range(300):
                with socket.socket() as asking:
                    if asking.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            s3fs.S3FileSystem().mkdir("flywheel")
            yield "s3://flywheel"
        finally:
            server.terminate()
            server.wait()


def side_by_side(work, times: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def test_the_lock_lets_one_in_at_a_time(bucket: str):
    spans: list[tuple[float, float]] = []

    def work() -> None:
        with place_of(f"{bucket}/lock").locked():
            begun = time.monotonic()
            time.sleep(0.1)
            spans.append((begun, time.monotonic()))

    side_by_side(work, 5)
    assert len(spans) == 5
    assert all(end <= begun for (_, end), (begun, _) in pairwise(sorted(spans)))
    assert place_of(f"{bucket}/lock").names() == []


def test_studies_begun_at_once_find_the_same_and_are_opened_again(bucket: str):
    plan, found = fake_plan(4, 12), []
    side_by_side(lambda: found.append(run_study(plan, f"{bucket}/study", run=fake_run, workers=1)), 3)
    alone = run_study(plan, run=fake_run)
    for study in (*found, Study.open(f"{bucket}/study")):
        pd.testing.assert_frame_equal(study.results, alone.results)


def test_a_comparison_goes_on_in_a_bucket(bucket: str):
    compare(small(), CASE, 5, weeks=26, folder=f"{bucket}/compare")
    again = compare(small(), CASE, 7, weeks=26, folder=f"{bucket}/compare")
    pd.testing.assert_frame_equal(again.per_seed, compare(small(), CASE, 7, weeks=26).per_seed)
    assert place_of(f"{bucket}/compare").has("seed-6.bin")
