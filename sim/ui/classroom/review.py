"""What a class decided, played again over many lucks in the background: what is known, how far it is, stopping it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.ui.classroom.characters import labelled
from sim.ui.classroom.luck import REST, TURN, left_alone, other_seed, start_world
from sim.ui.classroom.replay import contributions, moves_of, play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sim.engine.world import World
    from sim.ui.classroom.luck import Floats, Yardstick
    from sim.ui.classroom.options import Menu, SeatDecision
    from sim.ui.classroom.replay import Move
    from sim.ui.classroom.seats import Seat

_log = logging.getLogger(__name__)

MOST_TESTED = 12  # decisions of one seat that are taken out over all lucks
Stage = Literal["idle", "waiting", "working", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class PlayedSeat:
    """What one seat did in the quarters that are closed."""

    name: str
    token: str
    taken: tuple[SeatDecision, ...]  # [quarters]
    moves: tuple[Move, ...]  # Every decision in it
    totals: tuple[float, ...]  # Net contribution from week 0 to the end of each quarter [quarters, currency]
    character: bool = False  # Whether a character played it

    @classmethod
    def of(cls, seat: Seat, menu: Menu) -> PlayedSeat:
        """Read it off a seat."""
        totals = tuple(result.total for result in seat.past[1:])
        taken = tuple(seat.taken)
        return cls(seat.name, seat.token, taken, tuple(moves_of(menu, taken)), totals, bool(seat.character))

    @property
    def label(self) -> str:
        """What lists call it."""
        return labelled(self.name, character=self.character)


@dataclass(eq=False)
class Replays:
    """What a list of decisions brought with other luck; seats that decided the same share it. Not known yet is nan."""

    taken: tuple[SeatDecision, ...]  # [quarters]
    moves: tuple[Move, ...]  # Every decision in it
    gains: Floats  # More than left alone, to the end of each quarter [lucks x quarters, currency]
    in_run: Floats  # What each decision contributed with the luck of the class [moves, currency]
    parts: Floats  # The same with other luck; nan where a decision is not tested [lucks x moves, currency]
    tested: tuple[int, ...] = ()  # Places of the moves that are taken out with other luck

    @classmethod
    def empty(cls, played: PlayedSeat, lucks: int) -> Replays:
        """Make one of which nothing is known yet."""
        count = len(played.moves)
        gains, parts = np.full((lucks, len(played.taken)), np.nan), np.full((lucks, count), np.nan)
        return cls(played.taken, played.moves, gains, np.full(count, np.nan), parts)

    @property
    def weight(self) -> float:
        """Work of one luck, with everything that is taken out. [runs]."""
        return 1.0 + 0.5 * min(len(self.moves), MOST_TESTED)

    def choose(self) -> None:
        """Decide which decisions are taken out with other luck: those that moved the run of the class most."""
        order = np.argsort(-np.nan_to_num(np.abs(self.in_run)), kind="stable")[:MOST_TESTED]
        self.tested = tuple(sorted(int(place) for place in order))


@dataclass(eq=False)
class Review:
    """The decisions of a class over many lucks; the work goes on in a thread of its own."""

    start: World  # Before week 0, with the luck of the class
    menu: Menu
    yardstick: Yardstick
    stage: Stage = "idle"
    problem: str = ""  # Why it failed, one sentence
    played: tuple[PlayedSeat, ...] = ()  # The best first
    by_moves: dict[tuple[Move, ...], Replays] = field(default_factory=dict)
    alone: tuple[float, ...] = ()  # Left alone with the luck of the class, as `PlayedSeat.totals`
    alone_lucks: Floats = field(default_factory=lambda: np.empty((0, 0)))  # Left alone [lucks x quarters, currency]
    seats_known: bool = False  # Whether every seat was played again with all lucks
    ready: set[int] = field(default_factory=set)  # Ids of the `Replays` of which everything is known
    failed: int = 0  # Runs with other luck that could not be carried out
    _done: float = 0.0  # Work that is done [runs]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def busy(self) -> bool:
        """Whether it waits or works."""
        return self.stage in ("waiting", "working")

    @property
    def share(self) -> float:
        """Share of the work that is done [0 to 1]."""
        lucks = len(self.alone_lucks)
        whole = sum(lucks * (1.0 + each.weight * bool(each.moves)) for each in self.by_moves.values())
        return min(1.0, self._done / whole) if whole else 0.0

    @property
    def gains_known(self) -> float:
        """Share of all pairs of a seat's decisions and a luck that have been played [0 to 1]."""
        known = [np.isfinite(each.gains[:, -1]) for each in self.by_moves.values()]
        return float(np.mean(known)) if known else 0.0

    def of(self, played: PlayedSeat) -> Replays:
        """What a seat's decisions brought with other luck."""
        return self.by_moves[played.moves]

    def complete(self, played: PlayedSeat) -> bool:
        """Whether everything about a seat is known."""
        return id(self.by_moves.get(played.moves)) in self.ready

    def begin(self, played: Sequence[PlayedSeat]) -> None:
        """Begin, or go on where it was stopped; nothing happens while it is busy or when it is done."""
        with self._lock:
            if self.busy or self.stage == "done":
                return
            self.stage, self.problem, self._stop = "waiting", "", threading.Event()
        self.prepare(played)
        threading.Thread(target=self._run, args=(self._stop,), daemon=True).start()

    def stop(self) -> None:
        """Ask it to stop; what is known stays."""
        self._stop.set()

    def prepare(self, played: Sequence[PlayedSeat]) -> None:
        """Lay out what will be known about some seats that played equally many quarters."""
        if self.by_moves:
            return
        lucks, quarters = len(self.yardstick.seeds), len(played[0].taken)
        self.played = tuple(sorted(played, key=lambda seat: -seat.totals[-1]))
        self.alone_lucks = self.yardstick.seeds[:, :quarters].copy()
        for seat in self.played:
            if seat.moves not in self.by_moves:
                self.by_moves[seat.moves] = Replays.empty(seat, lucks)

    def work(self, threads: int = 1) -> None:
        """Do all of it in this thread and some others, until it is stopped: all seats first, then each decision.

        Before each seat the runs of other classes have their turn.
        """
        self._done, self.failed = 0.0, 0
        lucks = range(len(self.alone_lucks))
        with self._turn() as mine:
            if mine:
                self.stage = "working"
                self._leave_alone()
                in_threads(lucks, self._play_all, self._stop, threads)
        self.seats_known |= not self._stop.is_set()
        for seat in self.played:
            replays = self.of(seat)
            if id(replays) in self.ready:
                continue
            with self._turn() as mine:
                if mine:
                    self._take_all_out(replays, threads)

    def _leave_alone(self) -> None:
        """Learn what the organization left alone brings with the luck of the class."""
        quarters = len(self.played[0].taken)
        alone = self.yardstick.alone[:quarters]
        self.alone = tuple(alone if np.isfinite(alone).all() else left_alone(self.start.snapshot(), quarters))

    def _take_all_out(self, replays: Replays, threads: int) -> None:
        """Take each decision of a list out, in the run of the class, and those that moved it most with all lucks."""
        if replays.moves:
            replays.in_run[:] = contributions(self.start.snapshot(), self.menu, replays.taken, replays.moves)
            replays.choose()
            lucks = range(len(self.alone_lucks))
            in_threads(lucks, partial(self._take_out, replays), self._stop, threads)
        if not self._stop.is_set():
            self.ready.add(id(replays))

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Have the turn of those who run many worlds for a class, unless it was stopped before."""
        while not self._stop.wait(REST):
            if TURN.acquire(timeout=REST):
                try:
                    yield not self._stop.is_set()
                finally:
                    TURN.release()
                return
        yield False

    def _run(self, stop: threading.Event) -> None:
        try:
            self.work(usable_cores() - 1)
            self.stage = "stopped" if stop.is_set() else "done"
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the page must stay usable
            self.problem = f"The debrief cannot be made. {type(error).__name__}: {error}"
            self.stage = "failed"
            if not isinstance(error, InputError):
                _log.exception("the debrief of a class failed")

    def _begin_luck(self, luck: int) -> World:
        start = self.start
        return start_world(start.scenario, other_seed(start.seed, luck))

    def _play_all(self, luck: int) -> None:
        """Play every list of decisions with one luck, beside the organization left alone."""
        start = self._begin_luck(luck)
        quarters = self.alone_lucks.shape[1]
        if not np.isfinite(self.alone_lucks[luck]).all():
            self.alone_lucks[luck] = left_alone(start.snapshot(), quarters)
        for replays in self.by_moves.values():
            if self._stop.is_set():
                return
            if not np.isfinite(replays.gains[luck]).all():
                with self._counted():
                    gains = np.asarray(play(start.snapshot(), self.menu, replays.taken)) - self.alone_lucks[luck]
                    replays.gains[luck] = gains
            self._count(1.0)

    def _take_out(self, replays: Replays, luck: int) -> None:
        """Play a list of decisions with one luck, each that is tested taken out alone."""
        tested = list(replays.tested)
        if not np.isfinite(replays.parts[luck, tested]).all():
            moves = [replays.moves[place] for place in tested]
            whole = float(self.alone_lucks[luck, -1] + replays.gains[luck, -1])
            with self._counted():
                start = self._begin_luck(luck)
                replays.parts[luck, tested] = contributions(start, self.menu, replays.taken, moves, whole)
        self._count(replays.weight)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count what cannot be carried out within, and go on."""
        try:
            yield
        except InputError:
            with self._lock:
                self.failed += 1

    def _count(self, runs: float) -> None:
        with self._lock:
            self._done += runs


def in_threads(tasks: Iterable[int], work: Callable[[int], object], stop: threading.Event, threads: int) -> None:
    """Do some work for each task in some threads that end with the program, resting so that visitors are answered.

    Raises:
        Exception: What the work raised first; nothing more is begun then.
    """
    waiting, lock, errors = iter(tasks), threading.Lock(), list[Exception]()

    def run() -> None:
        while not stop.is_set() and not errors:
            with lock:
                task = next(waiting, None)
            if task is None:
                return
            try:
                work(task)
            except Exception as error:  # noqa: BLE001 - it is raised again where the others are waited for
                errors.append(error)
            stop.wait(REST)

    running = [threading.Thread(target=run, daemon=True) for _ in range(max(1, threads))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]
