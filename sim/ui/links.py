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
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.engine.digest import model_digest
from sim.scenario.checks import show
from sim.scenario.errors import InputError
from sim.scenario.seeds import LARGEST_SEED, longest
from sim.studies.programs import versions
from sim.ui.choice import FIRST, Choice
from sim.ui.kept import LONGEST_KEPT
from sim.ui.limits import MOST_INTERVENTIONS, PAGE
from sim.ui.run.branches import LETTERS, LONGEST_TITLE, Fork

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1

LONGEST = 16_000  # characters of a link; servers and mail programs pass on about as many

LARGEST = 1_000_000  # bytes of what it holds, once it is expanded


LARGEST_KEPT = 4_000_000  # bytes of what such a file holds, once it is expanded

DEEPEST = 8  # levels of what it holds

_FORM = re.compile(r"(\d{1,6})\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)")
_MOST_DIGITS = 20  # of a whole number


_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class _Fork(BaseModel):
    """A world beside the run's own."""

    model_config = _STRICT

    letter: str = Field(pattern="^[B-D]$")
    title: str = Field("", max_length=LONGEST_TITLE)
    since: int = Field(0, ge=0, le=longest())
    parent: str = Field("", pattern="^[A-D]?$")
    parted: int = Field(0, ge=0, le=longest())
    overrides: dict[str, str | int | float | bool] = Field({}, max_length=PAGE.names)
    interventions: list[dict[str, Any]] = Field([], max_length=MOST_INTERVENTIONS)

    def fork(self) -> Fork:
        """The same as the page's worlds know it."""
        return Fork(**self.model_dump(exclude={"overrides", "interventions"}), overrides=tuple(self.overrides.items()),
                    interventions=tuple(tuple(fields.items()) for fields in self.interventions))  # fmt: skip


class _Content(BaseModel):
    """What a link holds; the descriptions say what each part must be."""

    model_config = _STRICT

    scenario: str = Field(FIRST, description="the name of a shipped scenario")
    text: str = Field("", description="the text of a scenario")
    seed: int = Field(0, ge=0, le=LARGEST_SEED, description=f"a whole number from 0 to {LARGEST_SEED}")
    overrides: dict[str, str | int | float | bool] = Field(
        {}, max_length=PAGE.names,
        description=f"a table of at most {PAGE.names} parameters, each with a number, a word, true or false",
    )  # fmt: skip
    interventions: list[dict[str, Any]] = Field(
        [], max_length=MOST_INTERVENTIONS, description=f"a list of at most {MOST_INTERVENTIONS} tables"
    )
    weeks: int = Field(0, ge=0, le=longest(), description=f"a whole number from 0 to {longest()}")
    forks: list[_Fork] = Field(
        [], max_length=len(LETTERS) - 1, description=f"a list of at most {len(LETTERS) - 1} worlds, each with its parts"
    )
    shown: str = Field("A", pattern="^[A-D]$", description="the letter of a world")
    version: str = Field("", max_length=100, description="a word of at most 100 characters")
    model: str = Field("", max_length=100, description="a word of at most 100 characters")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: what is run, and the version of the program that made the link."""

    choice: Choice
    version: str
    model: str  # digest of the rules and of every number of its scenario there

    def difference(self) -> str:
        """Say so if rules or numbers differ from those the link was made with; InputError if it cannot be loaded."""
        return "" if self.model == stamp(self.choice) else f"{self._maker()}, so numbers may differ from what was sent."

    def reason(self) -> str:
        """Say that the rules differ, for a link whose run cannot be opened; empty if they do not."""
        return "" if self.model.partition("-")[0] == model_digest(()) else f"{self._maker()}."

    def _maker(self) -> str:
        if self.version == _version():
            return f"This link was made with version {self.version} too, but its rules or numbers have changed since"
        made = show(self.version)[1:-1] or "unknown"
        return f"This link was made with version {made} of the program; this is {_version()}"


def encode(choice: Choice, *, kept: bool = False) -> str:
    """Write a choice as a link's text; InputError if it cannot be loaded, or is too large for a link, or to be kept."""
    content = {
        **({"text": choice.text} if choice.text else {"scenario": choice.scenario}), "seed": choice.seed,
        "overrides": dict(choice.overrides), "interventions": choice.manual_actions(), "weeks": choice.weeks,
        "version": _version(), "model": stamp(choice),
    }  # fmt: skip
    if choice.forks:
        content |= {"forks": [_parts(fork) for fork in choice.forks], "shown": choice.shown}
    return pack(content, kept=kept)


def _parts(fork: Fork) -> dict[str, object]:
    """What a link holds of a world beside the run's own."""
    return {
        "letter": fork.letter, "title": fork.title, "since": fork.since, "parent": fork.parent, "parted": fork.parted,
        "overrides": dict(fork.overrides), "interventions": [dict(fields) for fields in fork.interventions],
    }  # fmt: skip


def pack(content: Mapping[str, object], *, kept: bool = False) -> str:
    """Write what a link holds as its text; InputError if it is too large, or holds what JSON cannot."""
    try:
        data = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"this run cannot be written as a link ({error})") from error
    text = base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")
    link = f"{FORMAT}.{_check(data)}.{text}"
    if len(link) > (LONGEST_KEPT if kept else LONGEST) or len(data) > (LARGEST_KEPT if kept else LARGEST):
        raise InputError(
            f"this run is too large for a link ({len(link):,} characters; at most {LONGEST:,} travel well); download "
            "the scenario and pass on the file"
        )
    return link


def decode(text: str, *, kept: bool = False) -> Link:
    """Read a link's text; InputError if it is damaged, of another format, or holds what no link may."""
    content = _validated(_tree(_expand(text, *((LONGEST_KEPT, LARGEST_KEPT) if kept else (LONGEST, LARGEST)))))
    overrides = tuple(content.overrides.items())
    interventions = tuple(tuple(fields.items()) for fields in content.interventions)
    forks = tuple(fork.fork() for fork in content.forks)
    choice = Choice(
        content.scenario, content.text, content.seed, overrides, interventions, content.weeks, forks, content.shown
    )
    return Link(choice, content.version, content.model)


def stamp(choice: Choice) -> str:
    """Hash rules and numbers of a choice: the same stamp gives the same run; InputError if it cannot be loaded."""
    return f"{model_digest(())}-{_digest(choice.begun)}"


@lru_cache(maxsize=16)
def _digest(choice: Choice) -> str:
    """A short hash of the numbers of a choice; the page asks for it every few seconds."""
    return choice.load().digest()[:12]


def _version() -> str:
    return versions()["sales-flywheel"]


def _check(data: bytes) -> str:
    return blake2b(data, digest_size=4).hexdigest()


def _damaged(why: str) -> NoReturn:
    raise InputError(f"the link is damaged: {why}; copy it again, from its beginning to its end")


def _expand(text: str, most: int, largest: int) -> bytes:
    """Take the text apart and expand it, no further than a link may reach: so many characters, and so many bytes."""
    if len(text) > most:
        raise InputError(f"the link has {len(text):,} characters; a link has at most {most:,}")
    form = _FORM.fullmatch(text)
    if form is None:
        _damaged("it is not written as links are")
    number, check, packed = form.groups()
    if int(number) != FORMAT:
        raise InputError(f"the link is of format {int(number)}; this program reads format {FORMAT}")
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), largest + 1)
    except (binascii.Error, ValueError, zlib.error):
        _damaged("some of it was changed")
    if len(data) > largest:
        raise InputError(f"the link expands to more than {largest:,} bytes; no run needs as many")
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
        inside = (part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list))
        level = list(chain.from_iterable(inside))
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
    raise InputError(f"the link is wrong: its {place} must be {_Content.model_fields[place].description}")
