"""Where an answer goes: a folder, or one file whose suffix says in which form."""

from __future__ import annotations

import re
import secrets
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sim.answers.folder import zipped
from sim.scenario.errors import InputError, write_error
from sim.studies.folders import check_folder, check_writable
from sim.studies.storage import Folder

if TYPE_CHECKING:
    from pathlib import Path

    from sim.answers.analysis import Analysis

FORMS = {".pptx": "PowerPoint", ".xlsx": "Excel", ".html": "HTML", ".json": "JSON"}
"""Forms of a single file by its suffix; no suffix is a folder."""
NEEDS = {".pptx": ("pptx", "python-pptx"), ".xlsx": ("xlsxwriter", "XlsxWriter")}
"""What a form needs: the module and the package that brings it."""
_SUFFIX = re.compile(r"\.[A-Za-z]\w*")


def is_file(out: Path) -> bool:
    """Whether an answer goes into one file."""
    return out.suffix.lower() in FORMS


def check_place(out: Path) -> None:
    """Refuse, before anything is run, a place where an answer cannot be put, or a suffix that names no form.

    Raises:
        InputError: It is such a place, or the package that writes the form is missing.
    """
    suffix, forms = out.suffix.lower(), f"{', '.join(list(FORMS)[:-1])} or {list(FORMS)[-1]}"
    if suffix in FORMS:
        _check_file(out, suffix)
    elif out.exists() and not out.is_dir():
        raise InputError(f"{out}: this is a file; name a folder, or a file ending in {forms}")
    elif _SUFFIX.fullmatch(suffix) and not out.is_dir():
        raise InputError(f"{out}: no answer is written as {suffix}; name a file ending in {forms}, or a folder")
    else:
        check_writable(out)


def _check_file(out: Path, suffix: str) -> None:
    module, package = NEEDS.get(suffix, ("", ""))
    if module and find_spec(module) is None:
        raise InputError(f"{out}: {FORMS[suffix]} files need {package}; install it with: pip install {package}")
    if out.is_dir():
        raise InputError(f"{out} is a folder; name a file, or a folder without the suffix {suffix}")
    check_writable(out.resolve().parent)
    marks = [out.with_name(name) for name in (f"~${out.name}", f"~${out.name[2:]}", f".~lock.{out.name}#")]
    mark = next((mark for mark in marks if mark.exists()), None)
    if out.exists() and mark:
        raise InputError(f"{out} is open elsewhere ({mark.name} says so); close it there, or name another file")
    try:
        if out.exists():
            out.open("ab").close()
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror or error}; close it where it is open, or name another file"
        ) from error


def check_out(out: Path) -> None:
    """Refuse, before anything is run, a folder that holds something else than an earlier answer.

    A file has been looked at by `check_place`.

    Raises:
        InputError: It is not ours to write over.
    """
    if not is_file(out):
        check_folder(out)


def home_of(out: Path) -> Path:
    """Give the folder in which runs are kept: `out`, or that of the same name beside a file; so all forms share it."""
    return out.with_suffix("") if is_file(out) else out


def write_answer(analysis: Analysis, out: Path, *, report: bool = True) -> Path:
    """Write an answer in the form its place asks for; what was there is replaced when the new one is whole.

    Beside a file go the texts of the answer, such as a fitted scenario, which somebody goes on with.

    Args:
        analysis: What was found.
        out: A file with a suffix of `FORMS`, or a folder.
        report: Whether a folder gets a report and figures.

    Returns:
        Where it is: `out`, or a name beside it where that has been opened elsewhere in the meantime.

    Raises:
        InputError: Nothing can be written there.
    """
    if not is_file(out):
        analysis.write(out, report=report)
        return out
    content, target = content_of(analysis, out.suffix.lower()), out.resolve()
    folder_of, written = Folder(target.parent), out
    try:
        try:
            folder_of.write(target.name, content)
        except PermissionError:  # it was opened elsewhere while the runs were made
            written = out.with_name(f"{out.stem}-{secrets.token_hex(2)}{out.suffix}")
            folder_of.write(written.name, content)
        for name, text in analysis.texts.items():
            folder_of.write(text_beside(out, name).name, text.encode())
    except OSError as error:
        raise write_error(out, error) from error
    return written


def text_beside(out: Path, name: str) -> Path:
    """Where a text of an answer is put: into its folder, or beside its file under a name of its own."""
    return out.with_name(f"{out.stem}-{name}") if is_file(out) else out / name


def content_of(analysis: Analysis, suffix: str) -> bytes:
    """Give an answer as the content of one file with a suffix of `FORMS`, or its folder with `.zip`."""
    if suffix == ".zip":
        return zipped(analysis.write)
    if suffix == ".pptx":
        from sim.answers.slides import pptx_bytes  # noqa: PLC0415 - only the form that is asked for

        return pptx_bytes(analysis)
    if suffix == ".xlsx":
        from sim.answers.workbook import xlsx_bytes  # noqa: PLC0415 - as above

        return xlsx_bytes(analysis)
    return (analysis.html() if suffix == ".html" else analysis.json(whole=True) + "\n").encode()
