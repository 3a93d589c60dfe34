"""A visitor of a class without a browser, who joins, predicts, proposes and decides."""

import asyncio
import contextlib
import random
import time
from typing import Any

from tests.browser.kernel import Content, Kernel

OPENING = 60.0  # s
ANSWERING = 20.0  # s
PARTS = {
    "keep": "value",
    "joining": "teams",
    "deciding": "budget",
    "results": "numbers",
    "roster": "members",
    "board": "rows",
}
"""Parts of the page by a field that only they show."""
COMES = {"deciding": "open a quarter", "asked": "ask", "board": "reveal the leaderboard"}
"""What a trainer has done when a part comes."""
TURNS = {"closed": "close predictions", "revealed": "reveal what came true"}
"""What a trainer has done when a question has this."""


class Wire(Kernel):
    """One visitor.

    Attributes:
        shown: What each part of the page shows now, by name.
        waits: Seconds until each action was answered, with the action's name.
        turns: Moments at which it was seen what the trainer had done. [s, monotonic]
    """

    def __init__(self, address: str, code: str, name: str, seed: int, team: str = "") -> None:
        super().__init__(address, name)
        self.code = code
        self.joins = {"name": name, "team": team} if team else {"name": name}
        self.shown: dict[str, Any] = {}
        self.waits: list[tuple[str, float]] = []
        self.turns: list[tuple[str, float]] = []
        self.draws = random.Random(seed)  # noqa: S311 - it plays
        self._parts: dict[str, str] = {}
        self._comms: dict[str, str] = {}

    async def visit(self, until: asyncio.Event) -> None:
        """Join, then predict, propose and decide until told to stop."""
        began = time.monotonic()
        async with self.opened(f"/?class={self.code}"):
            await self.until(lambda: "keep" in self.shown, OPENING)
            self.waits.append(("open", time.monotonic() - began))
            await self._join()
            while not until.is_set():
                await self._play()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(until.wait(), self.draws.uniform(0.5, 2.5))

    async def _join(self) -> None:
        await self._act("keep", {"found": ""})
        await self.until(lambda: "joining" in self.shown, OPENING)
        await self._timed("join", "joining", self.joins, lambda: "joining" not in self.shown)

    async def _play(self) -> None:
        """Predict what is asked, and else move a slider, take a proposal over, or decide now and then."""
        asked, screen = self.shown.get("asked"), self.shown.get("deciding")
        if asked and asked["chosen"] is None and not asked["revealed"] and not asked["closed"]:
            await self._timed("predict", "asked", self._guess(asked), self._predicted, "guess")
        elif screen is None:
            return
        elif (proposed := self._proposed()) and not screen["changed"] and self.draws.random() < 0.5:
            deed = {"take": self.draws.choice(proposed)}
            await self._timed("take over", "roster", deed, lambda: self._screen("changed", gone=True))
        elif self.draws.random() < 0.25 and not screen["over"] and (screen["changed"] or not screen["decided"]):
            await self._timed(screen["verbs"][0].lower(), "deciding", {"decide": True}, self._decided)
        else:
            await self._move(self.draws.choice(screen["paid"] + screen["free"]))

    async def _move(self, one: dict) -> None:
        if len(one["texts"]) < 2:
            return
        near = min(one["home"] + 1, len(one["texts"]) - 1)
        at = one["home"] if one["at"] != one["home"] else near if near != one["home"] else one["home"] - 1
        deed = {"name": one["name"], "at": at}
        await self._timed("move", "deciding", deed, lambda: self._stands(one["name"]) in (at, None))

    def _guess(self, asked: dict) -> float:
        if asked["options"]:
            return self.draws.randrange(len(asked["options"]))
        return round(self.draws.uniform(asked["low"], asked["high"]))

    def _predicted(self) -> bool:
        asked = self.shown.get("asked")
        return asked is None or asked["chosen"] is not None or asked["revealed"] or asked["closed"]

    def _proposed(self) -> list[int]:
        """Places of what members propose that a captain may take over."""
        members = self.shown.get("roster", {"members": []})["members"]
        return [at for at, one in enumerate(members) if one["take"] and "nothing changed" not in one["text"]]

    def _screen(self, field: str, *, gone: bool) -> Any:
        """What the screen on which it decides shows; `gone` where its quarter was closed meanwhile."""
        return self.shown["deciding"][field] if "deciding" in self.shown else gone

    def _decided(self) -> bool:
        decided = self._screen("decided", gone=True) and not self._screen("changed", gone=False)
        return decided or bool(self._screen("problem", gone=False))

    def _stands(self, name: str) -> int | None:
        screen = self.shown.get("deciding")
        if screen is None:
            return None
        return next((one["at"] for one in screen["paid"] + screen["free"] if one["name"] == name), None)

    async def _timed(self, name: str, part: str, deed: object, answered: Any, event: str = "act") -> None:
        began = time.monotonic()
        await self._act(part, deed, event)
        await self.until(answered, ANSWERING)
        self.waits.append((name, time.monotonic() - began))

    async def _act(self, part: str, deed: object, event: str = "act") -> None:
        if part in self._parts:
            await self.tell(self._parts[part], event, deed)

    def sees(self) -> str:
        """The parts it sees."""
        return f"it sees {sorted(self.shown)}"

    def see(self, comm: str, before: Content) -> None:
        """Take note of a part of a class."""
        shown = self.states[comm]
        name, before = ("asked", before) if "chosen" in shown else ("", {})
        if isinstance(shown.get("shown"), dict):
            shown = shown["shown"]
            name = next((name for name, field in PARTS.items() if field in shown), "")
        if not name:
            return
        if name in COMES and (name not in self.shown or shown.get("question") != self.shown[name].get("question")):
            self._turned(COMES[name])
        for field, what in TURNS.items():
            if name == "asked" and shown[field] and not before.get(field):
                self._turned(what)
        self._parts[name], self._comms[comm], self.shown[name] = comm, name, shown

    def lose(self, comm: str) -> None:
        """Take note that a part of a class is gone."""
        name = self._comms.pop(comm, None)
        if name and self._parts.get(name) == comm:
            del self._parts[name], self.shown[name]
            if name == "deciding":
                self._turned("close a quarter")

    def _turned(self, what: str) -> None:
        self.turns.append((what, time.monotonic()))
