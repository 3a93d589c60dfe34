"""Where a study is kept: a folder of this machine, or one behind a URL that fsspec knows, such as s3://bucket/study.

A file is there whole or not at all: on a disk by renaming a draft that has reached it, in an object storage because a
single put is atomic there.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.scenario.errors import DiskError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/{1,3}(.*)", re.DOTALL)
_DRAFT = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")
_TRIES = 3
_LOCK = ".lock"
_LOST = 30.0  # seconds for which nobody holds a lock of a store behind a URL: he writes two small files
_PAUSE = 0.1  # seconds between two tries to take it


class Halted(DiskError):  # noqa: N818 - no wrong input, and nothing is lost
    """Runs could not go on; what is finished is kept. The message is one sentence for the user."""


class Storage(Protocol):
    """A folder: file names in it have / between their parts."""

    name: str
    """As people write it, and as another process finds it."""

    def read(self, file: str) -> bytes:
        """Read a file; FileNotFoundError if there is none."""

    def write(self, file: str, content: bytes) -> None:
        """Put a file in place whole."""

    def remove(self, file: str) -> None:
        """Remove a file, if there is one."""

    def has(self, file: str) -> bool:
        """Whether there is such a file."""

    def names(self, under: str = "") -> list[str]:
        """Names of what lies in the folder or in one of its folders, sorted; drafts are left out."""

    def size(self) -> int:
        """Bytes of all files."""

    def free(self) -> int | None:
        """Bytes that still fit; None where nobody can tell."""
        return None

    def tidy(self) -> None:
        """Remove drafts left behind by a process that was killed, where there are any."""
        return

    def locked(self) -> AbstractContextManager[None]:
        """Context in which no other process changes what the study is; without a lock that is the user's care."""
        return nullcontext()

    def lone(self) -> AbstractContextManager[bool]:
        """Context that says whether no other process of this machine runs the study here; so where nobody can tell."""
        return nullcontext(enter_result=True)


class Folder(Storage):
    """A folder of this machine, or one it shares with others."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.name = str(path)

    def read(self, file: str) -> bytes:
        """Read a file."""
        return (self.path / file).read_bytes()

    def write(self, file: str, content: bytes) -> None:
        """Write a draft, wait until the disk has it, and rename it."""
        target = self.path / file
        for tries in range(_TRIES):
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
            try:
                _to_disk(draft, content)
                draft.replace(target)
            except FileNotFoundError:  # another process has tidied up
                if tries == _TRIES - 1:
                    raise
            else:
                return
            finally:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)

    def remove(self, file: str) -> None:
        """Remove a file."""
        (self.path / file).unlink(missing_ok=True)

    def has(self, file: str) -> bool:
        """Look for a file."""
        return (self.path / file).is_file()

    def names(self, under: str = "") -> list[str]:
        """List a folder; one that is not there is empty."""
        folder = self.path / under
        if not folder.exists():
            return []
        return sorted(path.name for path in folder.iterdir() if not _DRAFT.fullmatch(path.name))

    def size(self) -> int:
        """Add up the files."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())

    def free(self) -> int | None:
        """Ask the file system."""
        return shutil.disk_usage(next(path for path in (self.path, *self.path.parents) if path.exists())).free

    def tidy(self) -> None:
        """Remove drafts."""
        for path in [*self.path.glob(".*.tmp"), *self.path.glob("*/.*.tmp")]:
            if _DRAFT.fullmatch(path.name):
                path.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other process is at it."""
        from filelock import FileLock  # noqa: PLC0415 - only when something is written

        self.path.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path / ".lock"):
            yield

    @contextmanager
    def lone(self) -> Iterator[bool]:
        """Hold a lock as long as the study runs here; killing the process gives it back."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - only when something is written

        lock = FileLock(self.path / ".running")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


class Remote(Storage):
    """A folder behind a URL."""

    def __init__(self, url: str) -> None:
        import fsspec  # noqa: PLC0415 - slow to import

        self.name = url.rstrip("/")
        try:
            system, root = fsspec.core.url_to_fs(self.name)
        except (ImportError, ValueError) as error:
            raise InputError(f"{url} cannot be used: {error}") from None
        self.system: Any = system
        self.root = str(root).rstrip("/")

    def read(self, file: str) -> bytes:
        """Get a file."""
        return bytes(self._ask("cat_file", f"{self.root}/{file}"))

    def write(self, file: str, content: bytes) -> None:
        """Put a file, in one go."""
        self._ask("pipe_file", f"{self.root}/{file}", content)

    def remove(self, file: str) -> None:
        """Remove a file."""
        with suppress(FileNotFoundError):
            self._ask("rm_file", f"{self.root}/{file}")

    def has(self, file: str) -> bool:
        """Look for a file."""
        return bool(self._ask("exists", f"{self.root}/{file}"))

    def names(self, under: str = "") -> list[str]:
        """List a folder; one that is not there is empty."""
        folder = f"{self.root}/{under}".rstrip("/")
        self.system.invalidate_cache(folder)
        try:
            paths = self._ask("ls", folder, detail=False)
        except FileNotFoundError:
            return []
        return sorted(name for path in paths if (name := str(path).rstrip("/").rpartition("/")[2]))

    def size(self) -> int:
        """Add up the files."""
        return int(self._ask("du", self.root))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold a file that only one can create; a holder that is the same for too long has been lost."""
        token = secrets.token_hex(8).encode()
        held = self._take(token)
        try:
            yield
        finally:
            if held and self._holder() == token:
                self.remove(_LOCK)

    def _take(self, token: bytes) -> bool:
        """Create the file, as soon as nobody has it; False where the store cannot refuse a second one."""
        seen, since = b"", time.monotonic()
        while True:
            try:
                self._ask("pipe_file", f"{self.root}/{_LOCK}", token, mode="create")
            except FileExistsError:
                holder = self._holder()
                if holder != seen:
                    seen, since = holder, time.monotonic()
                elif time.monotonic() - since > _LOST:
                    self.remove(_LOCK)
                time.sleep(_PAUSE)
            except NotImplementedError:
                return False
            else:
                return True

    def _holder(self) -> bytes:
        with suppress(FileNotFoundError):
            return self.read(_LOCK)
        return b""

    def _ask(self, what: str, *arguments: Any, **options: Any) -> Any:
        """Call the file system; what its library raises becomes an OSError, as a disk would raise."""
        try:
            return getattr(self.system, what)(*arguments, **options)
        except (OSError, NotImplementedError):
            raise
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}") from error


def place_of(folder: Path | str) -> Storage:
    """Give the place of a folder or URL; InputError where nothing can read such URLs."""
    url = _URL.fullmatch(str(folder))
    if not url:
        return Folder(Path(folder))
    scheme, rest = url.groups()
    return Folder(Path("/" + rest.lstrip("/"))) if scheme == "file" else Remote(f"{scheme}://{rest}")


@contextmanager
def said(place: Storage, wanted: str) -> Iterator[None]:
    """Turn what the disk or the network says into one sentence: Halted for a full disk, else DiskError.

    `wanted` is what was being done, such as "cannot be written".
    """
    try:
        yield
    except OSError as error:
        raise trouble(place, error, wanted) from error


def trouble(place: Storage, error: OSError, wanted: str) -> DiskError:
    """Say what the disk or the network said."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Halted(
            f"{place.name}: the disk is full; what is finished is kept, so make room and run the same command again"
        )
    return DiskError(f"{place.name} {wanted}: {error.strerror or str(error) or type(error).__name__}")


def _to_disk(draft: Path, content: bytes) -> None:
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
