"""Where a visitor is, kept in the browser's address so that reload, Back and Forward return there.

The address is written by the browser alone: nothing of the page is drawn anew for it. It holds the run when play
pauses, and every few seconds of play; an entry of the browser's history is added where the view, the lesson's chapter
or the run becomes another one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.scenario.errors import InputError
from sim.ui.address import Asked, read_address, write_address
from sim.ui.choice import Choice, present
from sim.ui.kept import KeptRuns, kept_runs
from sim.ui.lessons.spot import PLAYING, SPOT, Spot, enter
from sim.ui.links import encode
from sim.ui.views import FIRST, LESSONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.ui.parts import Handler
    from sim.ui.run.player import Player

EVERY = 3.0  # seconds of play between two addresses
LEAST = 0.4  # seconds between two addresses at rest; browsers refuse more than three a second in the long run
UNDO_SECONDS = 20.0  # seconds in which what was given up can be had back
MOST_ENTRIES = 500  # addresses of this visit that are recognized
MOST_KEPT = 50  # runs this visit keeps on the server


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor is; `line` is the number of the line of time, another one after each reset and each other run."""

    choice: Choice
    view: str
    spot: Spot
    line: int = 0

    @property
    def entry(self) -> tuple[object, ...]:
        """What makes another entry of the browser's history."""
        return self.view, self.spot.lesson, self.spot.chapter, self.line


@dataclass(frozen=True, slots=True)
class Written:
    """An address for a new entry of the browser's history or for its present one, after so many steps in it."""

    number: int = 0
    query: str = ""
    push: bool = False
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What was given up, and the run that brings it back."""

    number: int
    text: str
    choice: Choice


@dataclass(eq=False)
class Trail:
    """One visit: what is opened and shown, and its way through the browser's history.

    Attributes:
        asked: What the address asked for.
        choice: What is opened; setting it opens another run.
        view: Name of the view that is shown.
        turn: How often the same choice was opened again.
        written: The last address for the browser.
        offer: What may be had back; None if nothing.
    """

    asked: solara.Reactive[Asked]
    choice: solara.Reactive[Choice]
    view: solara.Reactive[str]
    turn: solara.Reactive[int] = field(default_factory=lambda: solara.reactive(0))
    written: solara.Reactive[Written] = field(default_factory=lambda: solara.reactive(Written()))
    offer: solara.Reactive[Offer | None] = field(default_factory=lambda: solara.reactive(None))
    store: KeptRuns = field(default_factory=kept_runs)

    def __post_init__(self) -> None:
        asked = self.asked.peek()
        self._run: tuple[Choice, Player] | None = None
        self._wake, self._lock = threading.Event(), threading.RLock()
        self._line, self._lines, self._offers = 0, 0, 0
        self._seen, self._arrived, self._returning = 0, False, False
        self._known: OrderedDict[str, int] = OrderedDict()
        self._names: OrderedDict[str, str] = OrderedDict({asked.choice.key: asked.kept} if asked.kept else {})
        self._draft = ""
        self._wrote = -EVERY
        self._last: Place | None = Place(asked.choice, asked.view, asked.spot)

    @classmethod
    def begin(cls, search: str | None) -> Trail:
        """Begin a visit at an address."""
        asked = read_address(search)
        enter(asked.spot)
        trail = cls(solara.reactive(asked), solara.reactive(asked.choice), solara.reactive(asked.view))
        trail.know(f"?{search}" if search else "")
        return trail

    def know(self, query: str) -> None:
        """Remember which line of time an address belongs to."""
        self._known[query] = self._line
        while len(self._known) > MOST_ENTRIES:
            self._known.popitem(last=False)

    def wake(self, *_: object) -> None:
        """Look soon whether the address is to be written."""
        self._wake.set()

    def attend(self, choice: Choice, player: Player) -> Callable[[], None]:
        """Follow a run that was opened, until what is returned is called."""
        with self._lock:
            self._run = (choice, player)
        stops = [reactive.subscribe(self.wake) for reactive in (player.frame, player.playing)]
        self.wake()
        return lambda: _call_all(stops)

    def watch(self) -> Callable[[], None]:
        """Follow what is chosen, until what is returned is called."""
        stops = [reactive.subscribe(self.wake) for reactive in (self.view, self.turn, SPOT, PLAYING)]
        stops.append(self.choice.subscribe_change(self._changed))
        return lambda: _call_all(stops)

    def place(self) -> Place:
        """Where the visitor is now."""
        with self._lock:
            choice, view, run = self.choice.peek(), self.view.peek(), self._run
            if run and run[0] is choice:
                choice = present(choice, run[1].branches)
            return Place(choice, view, SPOT.peek() if view == LESSONS else Spot(), self._line)

    @property
    def playing(self) -> bool:
        """Whether anything plays."""
        return PLAYING.peek() or bool(self._run and self._run[1].playing.peek())

    def follow(self, cancel: threading.Event) -> None:
        """Write the address whenever there is a reason to, until cancelled."""
        while not cancel.is_set():
            self._wake.wait(2.0)
            self._wake.clear()
            while not cancel.is_set() and (rest := self._rest()) > 0:
                self._wake.wait(rest)
                self._wake.clear()
            if not cancel.is_set():
                self.write()

    def _rest(self) -> float:
        """Seconds until the address may be written again."""
        moved = self._last is None or (self.view.peek(), self._line) != (self._last.view, self._last.line)
        return self._wrote + (EVERY if self.playing and not moved else LEAST) - time.monotonic()

    def write(self) -> None:
        """Write where the visitor is, if that is not what the address says."""
        with self._lock:
            place = self.place()
            if self.asked.peek().problem or place == self._last:
                return
            playing = self.playing
            try:
                query = write_address(place.choice, place.view, self.asked.peek().rest, place.spot, self._keep)
            except InputError:
                return  # what is too large even to be kept has no address
            push = (self._last is None or place.entry != self._last.entry) and not self._arrived
            self._last, self._arrived, self._wrote = place, False, time.monotonic()
            self.know(query)
            self._tidy(query, playing=playing, push=push)
            self.written.set(Written(self.written.peek().number + 1, query, push, self._seen))

    def _keep(self, choice: Choice) -> str:
        """Keep a run on the server and name it."""
        if choice.key not in self._names:
            self._names[choice.key] = self.store.keep(encode(choice, kept=True))
        return self._names[choice.key]

    def _tidy(self, query: str, *, playing: bool, push: bool) -> None:
        """Drop what was kept in passing: a moment of play that no address holds any more, and the oldest of many."""
        if self._draft and not push and f"kept={self._names.get(self._draft)}" not in query:
            self.store.forget(self._names.pop(self._draft, ""))
        newest = next(reversed(self._names), "")
        self._draft = newest if playing and "kept=" in query else ""
        while len(self._names) > MOST_KEPT:
            self.store.forget(self._names.popitem(last=False)[1])

    def went(self, told: dict[str, Any]) -> None:
        """Return to where the browser has gone back or forward to.

        On the same line of time a run has only gone on, and does; else it is opened as it was left.
        """
        query = str(told.get("search", ""))
        asked = read_address(query.removeprefix("?"))
        with self._lock:
            self._seen, self._arrived = int(told.get("seen", 0)), True
            self.asked.set(asked)
            if asked.problem:
                return
            line = self._known.get(query)
            if line is None or line != self._line:
                self._line = self._next() if line is None else line
                if asked.choice != self.place().choice:
                    self._open(asked.choice)
            spot = SPOT.peek()
            if (asked.spot.lesson, asked.spot.chapter) != (spot.lesson, spot.chapter) and asked.view == LESSONS:
                enter(asked.spot)
            self.view.set(asked.view)
        self.wake()

    def _next(self) -> int:
        self._lines += 1
        return self._lines

    def _open(self, choice: Choice) -> None:
        """Open a run without offering the present one back."""
        self._returning, self._run = True, None
        try:
            self.turn.set(self.turn.peek() + 1)
            self.choice.set(choice)
        finally:
            self._returning = False

    def _changed(self, now: Choice, before: Choice) -> None:
        """Another run was chosen: it has a line of time of its own, and the one of before is offered back."""
        if self._returning or now == before:
            return
        with self._lock:
            self._line = self._next()
            if self._run and self._run[0] is before:
                self._give_up("Another run was opened.", present(before, self._run[1].branches))
        self.wake()

    def leaving(self, text: str) -> None:
        """Offer the present run back, which is about to be reset, and begin another line of time."""
        with self._lock:
            if self._run:
                self._give_up(text, present(self._run[0], self._run[1].branches))
            self._line = self._next()

    def _give_up(self, text: str, choice: Choice) -> None:
        if choice != choice.begun:
            self._offers += 1
            self.offer.set(Offer(self._offers, text, choice))

    def take_back(self) -> None:
        """Open what was given up."""
        with self._lock:
            offer = self.offer.peek()
            if offer:
                self._line = self._next()
                self._open(offer.choice)
            self.offer.set(None)
        self.wake()

    def withdraw(self, number: int) -> None:
        """Offer no more what is offered under a number."""
        offer = self.offer.peek()
        if offer and offer.number == number:
            self.offer.set(None)

    def show(self, view: str) -> None:
        """Show a view; the baseline in it, where the address could not be opened."""
        if self.asked.peek().problem:
            with self._lock:
                self._last, self._line = None, self._next()
                enter(Spot())
                self._open(Choice())
                self.view.set(view)
                self.asked.set(replace(Asked(), rest=self.asked.peek().rest))
            self.wake()
        self.view.set(view)

    def start_anew(self) -> None:
        """Open the baseline."""
        self.show(FIRST)


def _call_all(stops: Iterable[Callable[[], None]]) -> None:
    for stop in stops:
        stop()


@solara.component_vue("Address.vue")
def Address(*, written: dict[str, Any], event_went: Handler) -> None:  # noqa: N802 - a component
    """Keeps the browser's address and history; `event_went` is told where Back and Forward have led."""


@solara.component
def Footprints(trail: Trail) -> None:  # noqa: N802
    """What keeps the address; it alone is drawn anew when that changes."""
    now = trail.written.value
    solara.use_effect(trail.watch, [])
    solara.use_thread(trail.follow, dependencies=[], intrusive_cancel=False)
    written = {"number": now.number, "query": now.query, "push": now.push, "seen": now.seen}
    Address(written=written, event_went=trail.went)


@solara.component
def Undo(trail: Trail) -> None:  # noqa: N802
    """For some seconds, what was given up and the button that brings it back."""
    offer = trail.offer.value

    def expire(cancel: threading.Event) -> None:
        if offer and not cancel.wait(UNDO_SECONDS):
            trail.withdraw(offer.number)

    solara.use_thread(expire, dependencies=[offer and offer.number], intrusive_cancel=False)
    with solara.Div(classes=["fw-offer-place"], attributes={"role": "status"}):
        if offer:
            with solara.Div(classes=["fw-offer"]):
                rv.Html(tag="span", children=[offer.text])
                solara.Button("Undo", icon_name="mdi-undo", text=True, on_click=trail.take_back)
