"""Up to four worlds of one visitor that go on together under the same luck: A as it went, the others another way.

A branch shares its past with the world it was forked from; a variant has assumed something else from the start, with
a burn-in of its own. Returning to a week before a branch was forked closes it, because it was the same world then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.ui.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS = "ABCD"
LONGEST_TITLE = 24


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the worlds.

    Attributes:
        letter: "A" for the first, then "B" to "D"; it stays while others come and go.
        session: Its run.
        title: What the visitor calls it; may be empty.
        since: Week in which it was forked; 0 for A and for variants, which differ from the start.
        parent: Letter of the world it was forked from; empty for A and for variants.
        parted: Week in which its way and that of A part; earlier than `since` where it was forked from another one.
        overrides: What a variant assumes otherwise, by dotted name.
    """

    letter: str
    session: Session
    title: str = ""
    since: int = 0
    parent: str = ""
    parted: int = 0
    overrides: tuple[tuple[str, Any], ...] = ()


class Branches:
    """Worlds in lock-step; one of them is shown and acted on.

    Attributes:
        lock: Held by whoever changes which worlds there are.
        notice: What happened to the worlds unasked, one sentence; empty if nothing did.
    """

    def __init__(self, session: Session) -> None:
        self.lock = RLock()
        # Both at once, so that whoever looks while a world is closed sees them agree.
        self._now: tuple[tuple[Branch, ...], int] = ((Branch("A", session),), 0)
        self.notice = ""

    @property
    def all(self) -> tuple[Branch, ...]:
        """The worlds, A first."""
        return self._now[0]

    @property
    def shown(self) -> int:
        """Which of them is shown and acted on, by place."""
        return self._now[1]

    @property
    def here(self) -> Branch:
        """The world that is shown and acted on."""
        worlds, shown = self._now
        return worlds[shown]

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The runs, A first."""
        return tuple(one.session for one in self.all)

    @property
    def names(self) -> tuple[str, ...]:
        """The letters of the worlds, A first."""
        return tuple(one.letter for one in self.all)

    @property
    def session(self) -> Session:
        """The run that is shown and acted on."""
        return self.here.session

    @property
    def week(self) -> int:
        """Weeks of the run that have passed, in all worlds."""
        return self.all[0].session.week

    @property
    def over(self) -> bool:
        """Whether the runs are as long as runs can be."""
        return self.all[0].session.over

    @property
    def full(self) -> bool:
        """Whether no more worlds fit."""
        return len(self.all) == len(LETTERS)

    def fork(self, title: str = "") -> None:
        """Split the world that is shown, now; the new one is shown and what is done next is done to it.

        Raises:
            InputError: There are four already.
        """
        with self.lock:
            self._check_room()
            parent = self.here
            parted = parent.parted if self.shown else self.week
            self._add(parent.session.fork(), title, since=self.week, parent=parent.letter, parted=parted)

    def vary(self, overrides: Mapping[str, Any], title: str = "") -> None:
        """Add a variant of A that has assumed something else from the start, with what was done to A by hand.

        Args:
            overrides: Parameters by dotted name.
            title: What to call it.

        Raises:
            InputError: There are four worlds already, or a parameter is unknown or out of range.
        """
        self._check_room()
        if not overrides:
            raise InputError("a variant needs a setting, such as structure.product_specialists=9")
        first = self.all[0].session
        scenario = first.opened.override(dict(overrides), "the variant")
        # The others may play on while its burn-in runs.
        twin = Session.begin(scenario, first.world.seed, deeds=first.deeds(), weeks=first.week)
        with self.lock:
            self._check_room()
            if twin.week > self.week:
                twin.rewind(self.week)
            twin.repeat(first.deeds(), self.week)
            self._add(twin, title, overrides=tuple(overrides.items()))

    def _check_room(self) -> None:
        if self.full:
            raise InputError(f"there are {len(LETTERS)} worlds already; close one first")

    def _add(self, session: Session, title: str, **fields: Any) -> None:
        letter = next(one for one in LETTERS if one not in self.names)
        branch = Branch(letter, session, _title(title), **fields)
        worlds = tuple(sorted([*self.all, branch], key=lambda one: one.letter))
        self._now = worlds, worlds.index(branch)
        self.notice = ""

    def close(self, place: int) -> None:
        """Forget a world; A stays.

        Raises:
            InputError: There is no such world, or it is A.
        """
        with self.lock:
            self._check(place)
            if place == 0:
                raise InputError("A stays: the other worlds are compared with it")
            seen = self.here
            worlds = tuple(one for number, one in enumerate(self.all) if number != place)
            self._now = worlds, worlds.index(seen) if seen in worlds else 0
            self.notice = ""

    def show(self, place: int) -> None:
        """Show a world and act on it from now on.

        Raises:
            InputError: There is no such world.
        """
        with self.lock:
            self._check(place)
            self._now = self.all, place

    def rename(self, place: int, title: str) -> None:
        """Call a world something, in a few words.

        Raises:
            InputError: There is no such world.
        """
        with self.lock:
            self._check(place)
            new = replace(self.all[place], title=_title(title))
            self._now = (*self.all[:place], new, *self.all[place + 1 :]), self.shown

    def _check(self, place: int) -> None:
        if not 0 <= place < len(self.all):
            raise InputError(f"there is no world {place}; there are {', '.join(self.names)}")

    def advance(self, weeks: int = 1) -> int:
        """Run all worlds some weeks; return how many were run.

        Raises:
            InputError: An intervention that falls due cannot be carried out.
        """
        with self.lock:
            end = max(one.week for one in self.sessions) + weeks
            # A world that a failure left behind catches up.
            return max(one.advance(end - one.week) for one in self.sessions)

    def reset(self) -> None:
        """Return to week 0; what was forked since is closed, and variants begin again."""
        self.rewind(0)

    def rewind(self, week: int) -> None:
        """Return to a week of the past; worlds that were forked after it are closed.

        Raises:
            InputError: The week lies in the future or before the start.
        """
        with self.lock:
            seen = self.here.letter
            gone = [one.letter for one in self.all if one.since > week]
            for one in self.all:
                if one.letter not in gone:
                    one.session.rewind(week)
            worlds = tuple(one for one in self.all if one.letter not in gone)
            places = [place for place, one in enumerate(worlds) if one.letter == seen]
            self._now = worlds, places[0] if places else 0
            self.notice = _closed(gone, week) if gone else ""


def _title(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def _closed(gone: list[str], week: int) -> str:
    names = " and ".join(gone) if len(gone) < 3 else f"{', '.join(gone[:-1])} and {gone[-1]}"
    was = "was forked later and is" if len(gone) == 1 else "were forked later and are"
    return f"In week {week} there was one world only: {names} {was} closed."
