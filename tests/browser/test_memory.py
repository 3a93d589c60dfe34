"""Visitors who come and go leave no memory behind that keeps growing, and thirty at once fit in 3 GB."""

import asyncio
import subprocess
import time
from pathlib import Path

import pytest

from tests.browser.conftest import in_own_loop, serving
from tests.browser.kernel import Kernel
from tests.browser.visitor import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.long]

ROUNDS, VISITORS, TOGETHER = 3, 40, 10
STAYING = 6.0
"""Seconds a visitor stays, which is enough to draw the whole page."""

TRIMMED = 25.0
"""Seconds after which free memory has been given back."""

MOST_GROWTH = 1.3

CLASS, WORLDS, YEARS = 30, 4, 3
"""Visitors at once, the worlds each holds, and how far these are played."""

ANSWERING = 300.0
"""Seconds that thirty who act at the same moment may wait: not speed is measured here."""

MOST_MEMORY = 3000.0
"""What thirty visitors may take of a machine. [MB]"""


def memory_of(port: str) -> float:
    """Resident memory of the server of a port. [MB]."""
    found = subprocess.run(["pgrep", "-f", f"app --port {port}"], capture_output=True, text=True, check=True)
    status = Path(f"/proc/{found.stdout.split()[0]}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def visit(address: str) -> None:
    """Open the page, stay a while, close it as a browser does."""
    page = Kernel(address)
    async with page.opened():
        await asyncio.sleep(STAYING)
    await page.close()


def test_forty_visitors_who_come_three_times_take_no_more_than_once(tmp_path: Path):
    with serving(tmp_path) as url:
        after = []
        for _ in range(ROUNDS):
            for _ in range(VISITORS // TOGETHER):
                in_own_loop(together(url))
            time.sleep(TRIMMED)
            after.append(memory_of(url.rpartition(":")[2]))
    (tmp_path / "memory.txt").write_text(f"{after} MB")
    assert max(after[1:]) < MOST_GROWTH * after[0], after


async def together(address: str) -> None:
    await asyncio.gather(*(visit(address) for _ in range(TOGETHER)))


class Player(Kernel):
    """Somebody who forks worlds and plays them."""

    def part(self, field: str) -> str | None:
        """The part that shows this."""
        return next((comm for comm, state in self.states.items() if field in state), None)

    def button(self, text: str) -> str | None:
        """The button of a text, once it can be pressed."""
        for comm, state in self.states.items():
            if text in (state.get("children") or []) and state.get("_events") and not state.get("disabled"):
                return comm
        return None

    def week(self) -> int:
        """The week of the run on the line of time."""
        return max((state["week"] for state in self.states.values() if "marks" in state), default=0)

    def worlds(self) -> int:
        """How many worlds there are."""
        return max((len(state["worlds"]) for state in self.states.values() if "full" in state), default=0)

    async def play(self) -> None:
        """Fork until there are as many worlds as one can have, act on each, and play them for some years."""
        await self.until(lambda: self.part("full") and self.part("now_at") and self.button("Year"), ANSWERING)
        for number in range(2, WORLDS + 1):
            await self.tell(self.part("full") or "", "fork", {})
            await self.until(lambda number=number: self.worlds() == number, ANSWERING)
            lever = {"name": "structure.product_specialists", "value": 3 + number}
            await self.tell(self.part("now_at") or "", "settle", lever)
        for year in range(1, YEARS + 1):
            await self.until(lambda: self.button("Year"), ANSWERING)
            await self.tell(self.button("Year") or "", "click", {})
            await self.until(lambda year=year: self.week() == 52 * year, ANSWERING)


async def held_by(address: str) -> float:
    """What the server holds while all visitors are there. [MB]."""
    players = [Player(address, f"visitor {number}") for number in range(CLASS)]
    played = asyncio.Barrier(CLASS + 1)

    async def stay(player: Player) -> None:
        async with player.opened():
            await player.play()
            await played.wait()
            await played.wait()

    async with asyncio.TaskGroup() as group:  # one who fails ends it for all
        for player in players:
            group.create_task(stay(player))
        await played.wait()
        held = memory_of(address.rpartition(":")[2])
        await played.wait()
    return held


def test_thirty_visitors_at_once_each_with_four_worlds_of_three_years_take_three_gigabytes_at_most(tmp_path: Path):
    with serving(tmp_path) as url:
        empty = memory_of(url.rpartition(":")[2])
        held = in_own_loop(held_by(url))
    each = f"{CLASS} visitors at once, each with {WORLDS} worlds of {YEARS} years"
    figure = f"{each}: {held:,.0f} MB; {empty:,.0f} MB before\n"
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out" / "memory.txt").write_text(figure)
    assert held < MOST_MEMORY, figure
