"""Links: a run written into an address, and read back from one that anybody may have made.

The text is `FORMAT.CHECK.CONTENT`: the number of the format, a short checksum, and JSON, compressed, in the alphabet of
addresses. Reading evaluates nothing and reads no file but a shipped scenario.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.engine.digest import model_digest
from sim.scenario.checks import show
from sim.scenario.errors import InputError
from sim.scenario.seeds import LARGEST_SEED, longest
from sim.studies.programs import versions
from sim.ui.choice import FIRST, Choice
from sim.ui.limits import MOST_INTERVENTIONS, MOST_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1

LONGEST = 16_000
"""Characters of a link; servers and mail programs pass on about as many."""

LARGEST = 1_000_000
"""Bytes of what it holds, once it is expanded."""

DEEPEST = 8
"""Levels of what it holds."""

_FORM = re.compile(r"(\d{1,6})\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)")
_MOST_DIGITS = 20  # of a whole number


class _Content(BaseModel):
    """What a link holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    scenario: str = FIRST
    text: str = ""
    seed: int = Field(default=0, ge=0, le=LARGEST_SEED)
    overrides: dict[str, str | int | float | bool] = Field(default={}, max_length=MOST_KEYS)
    interventions: list[dict[str, Any]] = Field(default=[], max_length=MOST_INTERVENTIONS)
    weeks: int = Field(default=0, ge=0, le=longest())
    version: str = Field(default="", max_length=100)
    model: str = Field(default="", max_length=100)


_MUST = {
    "scenario": "the name of a shipped scenario",
    "text": "the text of a scenario",
    "seed": f"a whole number from 0 to {LARGEST_SEED}",
    "overrides": f"a table of at most {MOST_KEYS} parameters, each with a number, a word, true or false",
    "interventions": f"a list of at most {MOST_INTERVENTIONS} tables",
    "weeks": f"a whole number from 0 to {longest()}",
    "version": "a word of at most 100 characters",
    "model": "a word of at most 100 characters",
}
"""What each part of a link must be."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says.

    Attributes:
        choice: What is run.
        version: Version of the program that made the link.
        model: Digest of the rules and of every number of its scenario there.
    """

    choice: Choice
    version: str
    model: str

    def difference(self) -> str:
        """Say that rules or numbers differ from those the link was made with; empty if the run is the same.

        Raises:
            InputError: The scenario cannot be loaded.
        """
        return "" if self.model == stamp(self.choice) else f"{self._maker()}, so numbers may differ from what was sent."

    def reason(self) -> str:
        """Say that the rules differ, for a link whose run cannot be opened; empty if they do not."""
        return "" if self.model.partition("-")[0] == model_digest(()) else f"{self._maker()}."

    def _maker(self) -> str:
        if self.version == _version():
            return f"This link was made with version {self.version} too, but its rules or numbers have changed since"
        made = show(self.version)[1:-1] or "unknown"
        return f"This link was made with version {made} of the program; this is {_version()}"


def encode(choice: Choice) -> str:
    """Write a choice as a link's text.

    Raises:
        InputError: It cannot be loaded, or is too large for a link.
    """
    content = {
        **({"text": choice.text} if choice.text else {"scenario": choice.scenario}),
        "seed": choice.seed,
        "overrides": dict(choice.overrides),
        "interventions": [dict(one) for one in choice.interventions],
        "weeks": choice.weeks,
        "version": _version(),
        "model": stamp(choice),
    }
    return pack(content)


def pack(content: Mapping[str, object]) -> str:
    """Write what a link holds as its text.

    Raises:
        InputError: It is too large, or holds what JSON cannot.
    """
    try:
        data = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"this run cannot be written as a link ({error})") from error
    text = base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")
    link = f"{FORMAT}.{_check(data)}.{text}"
    if len(link) > LONGEST or len(data) > LARGEST:
        raise InputError(
            f"this run is too large for a link ({len(link):,} characters; at most {LONGEST:,} travel well); download "
            "the scenario and pass on the file"
        )
    return link


def decode(text: str) -> Link:
    """Read a link's text.

    Raises:
        InputError: It is damaged, of another format, or holds what no link may; one sentence says what.
    """
    content = _validated(_tree(_expand(text)))
    choice = Choice(
        scenario=content.scenario,
        text=content.text,
        seed=content.seed,
        overrides=tuple(content.overrides.items()),
        interventions=tuple(tuple(one.items()) for one in content.interventions),
        weeks=content.weeks,
    )
    return Link(choice, content.version, content.model)


def stamp(choice: Choice) -> str:
    """Hash the rules and every number of a choice's scenario: links with the same stamp give the same run.

    Raises:
        InputError: The scenario cannot be loaded.
    """
    return f"{model_digest(())}-{choice.load().digest()[:12]}"


def _version() -> str:
    return versions()["sales-flywheel"]


def _check(data: bytes) -> str:
    return blake2b(data, digest_size=4).hexdigest()


def _damaged(why: str) -> NoReturn:
    raise InputError(f"the link is damaged: {why}; copy it again, from its beginning to its end")


def _expand(text: str) -> bytes:
    """Take the text apart and expand it, no further than a link may reach."""
    if len(text) > LONGEST:
        raise InputError(f"the link has {len(text):,} characters; a link has at most {LONGEST:,}")
    form = _FORM.fullmatch(text)
    if form is None:
        _damaged("it is not written as links are")
    number, check, packed = form.groups()
    if int(number) != FORMAT:
        raise InputError(f"the link is of format {int(number)}; this program reads format {FORMAT}")
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), LARGEST + 1)
    except (binascii.Error, ValueError, zlib.error):
        _damaged("some of it was changed")
    if len(data) > LARGEST:
        raise InputError(f"the link expands to more than {LARGEST:,} bytes; no run needs as many")
    if not inflate.eof:
        _damaged("its end is missing")
    if inflate.unused_data or _check(data) != check:
        _damaged("some of it was changed")
    return data


def _tree(data: bytes) -> Any:
    """Read JSON: finite numbers of a sensible length, each name once, a few levels."""
    try:
        tree = json.loads(
            data.decode(), parse_constant=_no_constant, parse_int=_whole, parse_float=_fraction,
            object_pairs_hook=_once,
        )  # fmt: skip
        # Half a character of two can be written in JSON, and shown nowhere.
        json.dumps(tree, ensure_ascii=False).encode()
        deep = _depth(tree) > DEEPEST
    except (UnicodeError, json.JSONDecodeError):
        _damaged("it holds no text that can be read")
    except RecursionError:
        deep = True
    if deep:
        raise InputError(f"the link holds more than {DEEPEST} levels; no run needs as many")
    return tree


def _no_constant(name: str) -> NoReturn:
    raise InputError(f"the link holds {name}, which is no number")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise InputError(f"the link holds a number of {len(digits):,} digits; no run needs as many")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if abs(number) == float("inf"):
        raise InputError("the link holds a number too large to compute with")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise InputError("the link holds a name twice")
    return table


def _depth(tree: Any) -> int:
    """Levels of a tree."""
    level, depth = [tree], 0
    while level:
        depth += 1
        inside = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [one for part in inside for one in part]
    return depth


def _validated(tree: Any) -> _Content:
    if not isinstance(tree, dict):
        raise InputError("the link holds no run")
    try:
        return _Content.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    place = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        raise InputError(f"the link holds {show(place)}, which this program does not know")
    raise InputError(f"the link is wrong: its {place} must be {_MUST[place]}")
