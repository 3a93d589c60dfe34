"""What a result depends on beside its input: the versions of programs."""

import platform
import shutil
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

PROGRAMS = ("sales-flywheel", "numpy", "numba", "mesa", "pandas", "scipy")


@cache
def _versions() -> dict[str, str]:
    numbers = {"python": platform.python_version()}
    for name in PROGRAMS:
        try:
            numbers[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            numbers[name] = "not installed"
    return numbers | ({"commit": commit} if (commit := git_commit()) else {})


def versions() -> dict[str, str]:
    """Versions by program, and `commit` where the sources stand in their own git repository."""
    return dict(_versions())


def git_commit(folder: Path | None = None) -> str:
    """Commit of the sources, with a + behind it if they have been changed since; "" where there is none.

    Their root is `folder`, that of this package by default.
    """
    root = folder or Path(__file__).resolve().parents[2]
    program = shutil.which("git")
    if not program or not (root / ".git").exists():
        return ""
    texts = []
    for arguments in (["rev-parse", "HEAD"], ["status", "--porcelain", "--untracked-files=no"]):
        done = subprocess.run(  # noqa: S603 - a fixed command
            [program, "-C", str(root), *arguments], capture_output=True, text=True, check=False, timeout=20
        )
        texts.append(done.stdout.strip() if done.returncode == 0 else "")
    return f"{texts[0]}+" if all(texts) else texts[0]
