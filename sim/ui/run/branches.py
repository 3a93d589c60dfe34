"""Up to four worlds of one visitor that go on together under the same luck: A as it went, the others another way.

A branch shares its past with the world it was forked from; a variant has assumed something else from the start, with
a burn-in of its own. Returning to a week before a branch was forked closes it, because it was the same world then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from sim.measures.words import listed
from sim.scenario.errors import InputError
from sim.ui.limits import check_size
from sim.ui.run.session import Session
from sim.ui.run.untouched import UntouchedRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.ui.run.noise import NoiseSought

LETTERS = "ABCD"
LONGEST_TITLE = 24


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the worlds.

    Attributes:
        letter: "A" for the first, then "B" to "D"; it stays while others come and go.
        title: What the visitor calls it; may be empty.
        since: Week in which it was forked; 0 for A and for variants, which differ from the start.
        parent: Letter of the world it was forked from; empty for A and for variants.
        parted: Week in which its way and that of A part; earlier than `since` where it was forked from another one.
        overrides: What a variant assumes otherwise, by dotted name.
        untouched: The same without anything done by hand, shared with the world it was forked from.
    """

    letter: str
    session: Session
    title: str = ""
    since: int = 0
    parent: str = ""
    parted: int = 0
    overrides: tuple[tuple[str, Any], ...] = ()
    untouched: UntouchedRun = field(default_factory=UntouchedRun, compare=False)


@dataclass(frozen=True, slots=True)
class Fork:
    """What makes a world beside A anew, but for A's own past; its parts are called as a branch's are.

    `interventions` are the fields of all that was done in it by hand, as pairs of name and value, in order.
    """

    letter: str
    title: str = ""
    since: int = 0
    parent: str = ""
    parted: int = 0
    overrides: tuple[tuple[str, object], ...] = ()
    interventions: tuple[tuple[tuple[str, object], ...], ...] = ()


class Branches:
    """Worlds in lock-step; one of them is shown and acted on.

    Attributes:
        lock: Held by whoever changes which worlds there are.
        notice: What happened to the worlds unasked, one sentence; empty if nothing did.
        compares: Whether the world that is shown is held against the untouched one.
    """

    def __init__(self, session: Session) -> None:
        self.lock = RLock()
        # Both at once, so that whoever looks while a world is closed sees them agree.
        self._now: tuple[tuple[Branch, ...], int] = ((Branch("A", session),), 0)
        self.notice = ""
        self.compares = True

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
    def session(self) -> Session:
        """The run that is shown and acted on."""
        return self.here.session

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The runs, A first."""
        return tuple(branch.session for branch in self.all)

    @property
    def names(self) -> tuple[str, ...]:
        """The letters of the worlds, A first."""
        return tuple(branch.letter for branch in self.all)

    @property
    def week(self) -> int:
        """Weeks of the run that have passed, in all worlds."""
        return self.all[0].session.week

    @property
    def full(self) -> bool:
        """Whether no more worlds fit."""
        return len(self.all) == len(LETTERS)

    def fork(self, title: str = "") -> None:
        """Split the world that is shown, InputError if there are four, and show and act on the new one."""
        with self.lock:
            self._check_room()
            parent = self.here
            parted = parent.parted if self.shown else self.week
            given = {"since": self.week, "parent": parent.letter, "parted": parted, "untouched": parent.untouched,
                     "overrides": parent.overrides}  # fmt: skip
            self._add(parent.session.fork(), title, **given)

    def vary(self, overrides: Mapping[str, Any], title: str = "") -> None:
        """Add a variant of A that has assumed something else from the start, with what was done to A by hand.

        InputError if there are four worlds already, or a parameter is unknown or out of range.
        """
        self._check_room()
        if not overrides:
            raise InputError("a variant needs a setting, such as structure.product_specialists=9")
        first = self.all[0].session
        scenario = first.opened.override(dict(overrides), "the variant")
        # The others may play on while its burn-in runs.
        twin = Session.begin(scenario, first.world.seed)
        twin.repeat(first.manual_actions(), first.week)
        with self.lock:
            self._check_room()
            if twin.week > self.week:
                twin.rewind(self.week)
            twin.repeat(first.manual_actions(), self.week)
            self._add(twin, title, overrides=tuple(overrides.items()))

    def forks(self) -> tuple[Fork, ...]:
        """What makes the worlds beside A anew, in the present week."""
        with self.lock:
            return tuple(
                Fork(
                    branch.letter, branch.title, branch.since, branch.parent, branch.parted, branch.overrides,
                    tuple(tuple(fields.items()) for fields in branch.session.manual_actions()),
                )
                for branch in self.all[1:]
            )  # fmt: skip

    def make_again(self, forks: Iterable[Fork], shown: str = "A") -> None:
        """Make worlds beside A, which stands alone in its last week, and show one; InputError if that is impossible."""
        with self.lock:
            first = self.all[0]
            others = [Branch(
                fork.letter, self._again(fork), _title(fork.title), fork.since, fork.parent, fork.parted,
                fork.overrides, UntouchedRun() if fork.overrides else first.untouched,
            ) for fork in forks]  # fmt: skip
            worlds = (first, *others)
            letters = [branch.letter for branch in worlds]
            if letters != sorted(set(letters)) or not set(letters) <= set(LETTERS) or shown not in letters:
                raise InputError(f"there are no worlds {', '.join(letters)} of which {shown} is shown")
            self._now = worlds, letters.index(shown)

    def _again(self, fork: Fork) -> Session:
        """The run of a world beside A, in A's week."""
        first, actions = self.all[0].session, [dict(fields) for fields in fork.interventions]
        if not 0 <= fork.parted <= fork.since <= first.week:
            raise InputError(f"world {fork.letter} was forked in week {fork.since}, which this run does not have")
        if fork.overrides:
            scenario = first.opened.override(dict(fork.overrides), "the variant")
            check_size(scenario, actions)
            twin = Session.begin(scenario, first.world.seed)
        else:
            check_size(first.opened, actions)
            twin = first.fork()
            twin.rewind(fork.parted)
        twin.repeat(actions, first.week)
        return twin

    def _check_room(self) -> None:
        if self.full:
            raise InputError(f"there are {len(LETTERS)} worlds already; close one first")

    def _add(self, session: Session, title: str, **fields: Any) -> None:
        letter = next(letter for letter in LETTERS if letter not in self.names)
        branch = Branch(letter, session, _title(title), **fields)
        worlds = tuple(sorted([*self.all, branch], key=lambda branch: branch.letter))
        self._now = worlds, worlds.index(branch)
        self.notice = ""

    def close(self, place: int) -> None:
        """Forget a world; InputError if there is none, or it is A."""
        with self.lock:
            self._check(place)
            if place == 0:
                raise InputError("A stays: the other worlds are compared with it")
            self._keep([branch for branch in self.all if branch is not self.all[place]])
            self.notice = ""

    def _keep(self, worlds: list[Branch]) -> None:
        """Close all worlds but these; A is shown if the one that was is gone."""
        self._now = tuple(worlds), worlds.index(self.here) if self.here in worlds else 0

    def show(self, place: int) -> None:
        """Show a world and act on it from now on; InputError if there is none."""
        with self.lock:
            self._check(place)
            self._now = self.all, place

    def rename(self, place: int, title: str) -> None:
        """Call a world something, in a few words; InputError if there is none."""
        with self.lock:
            self._check(place)
            renamed = replace(self.all[place], title=_title(title))
            self._now = (*self.all[:place], renamed, *self.all[place + 1 :]), self.shown

    def _check(self, place: int) -> None:
        if not 0 <= place < len(self.all):
            raise InputError(f"there is no world {place}; there are {', '.join(self.names)}")

    def compare(self, *, on: bool) -> None:
        """Hold what is shown against the untouched world or, to save its run, do not."""
        with self.lock:
            self.compares = on
            if not on:
                self._drop(self.all)

    def untouched(self) -> Session | None:
        """The world that is shown, in its week, without anything done by hand: the same luck to the last digit.

        None before anything has been done in it, and where nothing is compared.
        """
        with self.lock:
            since = self.session.touched
            if since is None or not self.compares:
                return None
            return self.here.untouched.beside(self.session, since)

    def noise(self) -> NoiseSought:
        """How far the world that is shown and its untouched twin part by luck alone, which will be known soon."""
        return self.here.untouched.noise(self.session)

    @staticmethod
    def _drop(worlds: Iterable[Branch]) -> None:
        for branch in worlds:
            branch.untouched.drop()

    def advance(self, weeks: int = 1) -> int:
        """Run all worlds some weeks, InputError if what falls due cannot be done; return how many were run."""
        with self.lock:
            end = max(session.week for session in self.sessions) + weeks
            # A world that a failure left behind catches up.
            return max(session.advance(end - session.week) for session in self.sessions)

    def reset(self) -> None:
        """Return to week 0; what was forked since is closed, and variants begin again."""
        self.rewind(0)

    def rewind(self, week: int) -> None:
        """Return to a week of the past, InputError if it is none; worlds that were forked after it are closed."""
        with self.lock:
            kept = [branch for branch in self.all if branch.since <= week]
            closed = [branch.letter for branch in self.all if branch.since > week]
            for branch in kept:
                branch.session.rewind(week)
            self._keep(kept)
            self._drop(branch for branch in kept if branch.session.touched is None)
            was = "was forked later and is" if len(closed) == 1 else "were forked later and are"
            notice = f"In week {week} there was one world only: {listed(closed)} {was} closed."
            self.notice = notice if closed else ""


def _title(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]
