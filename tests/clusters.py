"""A Dask scheduler and workers of it, as programs of their own that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from distributed import Client

ROOT = Path(__file__).resolve().parents[1]


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        cwd=ROOT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "5"},
    )  # fmt: skip


@contextmanager
def scheduler_without_workers(folder: Path) -> Iterator[str]:
    """Address of a scheduler that has no workers."""
    file = folder / "scheduler.json"
    process = start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    try:
        for _ in range(600):
            if file.exists() and file.stat().st_size:
                break
            time.sleep(0.1)
        yield pd.read_json(file, typ="series")["address"]
    finally:
        kill(process)


def worker_of(address: str, folder: Path) -> subprocess.Popen[str]:
    words = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder), "--name", folder.name]
    return start("dask_worker", address, *words)


def kill_at_work(address: str, process: subprocess.Popen[str], name: str, within: float) -> bool:
    """Kill the worker of a name while it has something to do; return whether it ever had, within so many seconds."""
    until = time.monotonic() + within
    with Client(address, set_as_default=False) as client:
        while time.monotonic() < until:
            named = {one["name"]: place for place, one in client.scheduler_info(n_workers=-1)["workers"].items()}
            if client.processing().get(named.get(name, "")):
                kill(process)
                return True
            time.sleep(0.01)
    return False


def kill(process: subprocess.Popen[str]) -> None:
    """End a program and its children, whatever they are at."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
