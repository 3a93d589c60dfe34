"""Twin worlds: up to four of them side by side, their differences from A, and the deals that ended differently."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.measures.words import amount
from sim.scenario.errors import InputError
from sim.scenario.settings import read_settings
from sim.ui.controls.evidence import EvidenceCard
from sim.ui.controls.view import Controls
from sim.ui.live.present import Presenting
from sim.ui.live.readings import wheel_of
from sim.ui.live.view import Beat, running
from sim.ui.live.wheel import WhichWheel
from sim.ui.live.wheels import kind_of
from sim.ui.live.widgets import add_links_key, turning_wheel
from sim.ui.parts import Chart, Handler, Heading, Quiet, TextField, TextTable, boxed_vue
from sim.ui.theme import use_theme
from sim.ui.twin.charts import difference_chart
from sim.ui.twin.flips import Flipped, GivenUp, flipped
from sim.ui.twin.readings import COMPARED, TwinReading, held_against, read, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.ui.desk import Desk
    from sim.ui.live.wheels import Turning
    from sim.ui.run.branches import Branch, Branches
    from sim.ui.run.player import Player

ALONE = (
    "There is one world. Fork it, and a second one goes on beside it: the same people, buyers and past, and the same "
    "luck from now on. Move a lever in one of them: whatever differs then was caused by it. The other way is a variant "
    "that assumed something else from the start."
)
FLIPS_HINT = (
    "A deal flips if only one of the two worlds wins it. Chance is the same in both, so that something led to it: the "
    "first noticeable difference between the two stories of the deal, followed week by week."
)
WHEELS_HINT = "The wheel of each world. Grey rims are those of the world it was forked from; of a variant, those of A."
VARIANT_HINT = (
    "Another organization in the same market with the same luck: parameters changed before its burn-in, then the same "
    "weeks with what was done to A by hand. Write settings as key=value, separated by commas."
)


@boxed_vue("Cards.vue", "cards")
def Cards(  # noqa: N802 - a component
    *, cards: Sequence[dict[str, Any]], event_show: Handler, event_shut: Handler, event_rename: Handler
) -> None:
    """One card a world, with its numbers and their differences from A."""


@solara.component
def Twin(desk: Desk) -> None:  # noqa: N802 - a component
    """Worlds side by side."""
    player = desk.player
    if desk.look.presenting.value:
        Presented(desk)
        return
    with running(desk), solara.Div(classes=["fw-twin"]):
        Controls(player)
        Side(desk)


@solara.component
def Presented(desk: Desk) -> None:  # noqa: N802
    """The wheel of the world that is shown and one chart of what differs, for a room."""
    player, theme = desk.player, use_theme()
    frame = player.frame.value
    reading = read(player.branches)
    charts = {item.label: partial(difference_chart, reading, item, theme) for item in COMPARED}

    def wheel() -> Turning:
        with solara.Div(classes=["fw-present-wheel", "fw-twin-presented"]):
            TurnedWheel(desk, player.branches.here, large=True)
        turning: Turning = frame.wheels[desk.look.wheel.value]
        return turning

    with solara.Div(classes=["fw-live"]):
        Presenting(desk, wheel, charts, sentences(reading)[0])
        Beat(player)


@solara.component
def Side(desk: Desk) -> None:  # noqa: N802
    """What the worlds show."""
    player = desk.player
    _ = player.frame.value  # whatever happens ends in a frame
    branches = player.branches
    reading = read(branches)
    with solara.Div(classes=["fw-twin-side"]):
        if branches.notice:
            rv.Html(tag="p", class_="fw-twin-notice", attributes={"role": "status"}, children=[branches.notice])
        if len(reading.letters) > 1:
            Repeated(player)
        Wheels(desk)
        Cards(
            cards=reading.cards,
            event_show=lambda place: player.do(lambda: branches.show(int(place))),
            event_shut=lambda place: player.do(lambda: branches.close(int(place))),
            event_rename=lambda given: player.do(lambda: branches.rename(int(given["at"]), str(given["title"]))),
        )
        if len(reading.letters) == 1:
            with solara.Div(classes=["fw-card", "fw-twin-alone"]):
                solara.Text(ALONE)
                solara.Button("Fork this world", icon_name="mdi-source-fork", color="primary",
                              on_click=lambda: player.do(branches.fork))  # fmt: skip
        else:
            Differences(reading)
            Flips(player)
        Variant(player)
        if len(reading.letters) == 1:
            Repeated(player)


@solara.component
def Repeated(player: Player) -> None:  # noqa: N802
    """The same with many seeds: above the worlds as soon as there are two."""
    with solara.Div(classes=["fw-card", "fw-evidence", "fw-flat"]):
        EvidenceCard(player)


@solara.component
def Wheels(desk: Desk) -> None:  # noqa: N802
    """A wheel of every world; grey rims show the world it was forked from."""
    chosen = desk.look.wheel
    with solara.Div(classes=["fw-card", "fw-twin-turning"]):
        with solara.Div(classes=["fw-head"]):
            AboutWheels(desk.player, chosen.value)
            WhichWheel(chosen)
        worlds = desk.player.branches.all
        with solara.Div(classes=["fw-twin-wheels", f"fw-twin-wheels-{len(worlds)}"]):
            for world in worlds:
                TurnedWheel(desk, world).key(world.letter)
        WheelsKey(desk.player, chosen.value)


@solara.component
def AboutWheels(player: Player, wheel: str) -> None:  # noqa: N802
    """What the wheels show."""
    Heading("Wheels", f"{WHEELS_HINT}\n{player.frame.value.wheels[wheel].about}")


@solara.component
def WheelsKey(player: Player, wheel: str) -> None:  # noqa: N802
    """What the arrows of the wheels mean."""
    add_links_key(player.frame.value.wheels[wheel])


@solara.component
def TurnedWheel(desk: Desk, world: Branch, *, large: bool = False) -> None:  # noqa: N802
    """The wheel that is chosen, of a world."""
    player, kind = desk.player, kind_of(desk.look.wheel.value)
    frame, other = player.frame.value, held_against(world, player.branches.all)
    with solara.Div(classes=["fw-twin-wheel", f"fw-{world.letter}"]):
        rv.Html(tag="b", class_="fw-letter", children=[world.letter])
        turning_wheel(
            wheel_of(world.session, kind), wheel_of(other.session, kind) if other else None, begun=frame.week > 0,
            playing=player.playing.value, week=frame.week, than=f"in {other.letter}" if other else "untouched",
            large=large,
        )  # fmt: skip


@solara.component
def Differences(reading: TwinReading) -> None:  # noqa: N802
    """A chart of each measure, with A as the zero line."""
    theme = use_theme()
    with solara.Div(classes=["fw-twin-charts"]):
        for item in COMPARED:
            with solara.Div(classes=["fw-card", "fw-chart"]).key(item.name):
                Heading(item.label, f"Difference from A: each line is another world less A.\n{item.doc}")
                Chart(f"{item.label}, difference from A", partial(difference_chart, reading, item, theme))
        with solara.Div(classes=["fw-card", "fw-chart", "fw-twin-said"]):
            Heading("What it says", "Where each world stands now, against A.")
            for sentence in sentences(reading):
                rv.Html(tag="p", children=[sentence])


def sentences(reading: TwinReading) -> list[str]:
    """Where each world stands against A, in words."""
    texts = []
    for card in reading.cards[1:]:
        changes = {row["label"]: row["change"] for row in card["numbers"]}
        if set(changes.values()) <= {"same", ""}:
            texts.append(f"{card['letter']} goes as A does: nothing that was done has made a difference yet.")
        else:
            listed = ", ".join(f"{label[0].lower()}{label[1:]} {change}" for label, change in changes.items())
            texts.append(f"{card['letter']} against A: {listed}.")
    return [*texts, "One run is a demonstration; above it is repeated with many seeds."]


@solara.component
def Variant(player: Player) -> None:  # noqa: N802
    """Add a world that assumed something else from the start."""
    text, busy = solara.use_reactive(""), solara.use_reactive(False)
    branches = player.branches

    def add() -> None:
        settings = read_settings([part for part in text.value.split(",") if part.strip()], "the variant")
        branches.vary(settings, text.value)

    def work() -> None:
        try:
            if player.do(add):
                text.set("")
        finally:
            busy.set(False)

    def start() -> None:
        busy.set(True)
        threading.Thread(target=work, daemon=True).start()

    with solara.Div(classes=["fw-card", "fw-twin-variant"]):
        Heading("Variant from the start", VARIANT_HINT)
        TextField(
            label="Settings of the variant", v_model=text.value, on_v_model=text.set,
            placeholder="structure.product_specialists=9, operations.wip_limit=8",
        )  # fmt: skip
        solara.Button(
            "Preparing" if busy.value else "Add it", icon_name="mdi-plus", color="primary", on_click=start,
            disabled=busy.value or branches.full or not text.value.strip(),
        )  # fmt: skip


@solara.component
def Flips(player: Player) -> None:  # noqa: N802
    """Deals that only one of two worlds won, followed again whenever play pauses."""
    branches, playing = player.branches, player.playing.value
    other, last = solara.use_reactive(""), solara.use_ref(None)
    _ = player.frame.value  # another week, or another world
    others = {branch.letter: branch for branch in branches.all[1:]}
    letter = other.value if other.value in others else next(iter(others), "")
    # What is done now changes no deal of the past: only another week or another world asks for another search.
    quiet = playing or not others  # the last of them may just have been closed
    wanted = None if quiet else (letter, id(others[letter].session), branches.week)

    def work(cancel: threading.Event) -> Flipped | str | None:
        return follow(branches, letter, cancel) if wanted else None

    result = solara.use_thread(work, dependencies=[wanted], intrusive_cancel=False)
    if isinstance(result.value, Flipped):
        last.current = result.value  # stays on the page while another one is made
    kept = last.current if isinstance(last.current, Flipped) and last.current.letters[1] == letter else None
    with solara.Div(classes=["fw-card", "fw-flips"]):
        with solara.Div(classes=["fw-group"]):
            Heading("Flipped deals", FLIPS_HINT)
            for name in others:
                chosen = name == letter
                solara.Button(
                    f"{name} against A", text=not chosen, outlined=chosen, small=True, on_click=partial(other.set, name)
                )
            Quiet(_state(result.state, kept, playing))
        if isinstance(result.value, str):
            solara.Text(result.value)
        elif kept:
            Deals(kept, branches.all[0].session.world.scenario.currency)


def _state(state: solara.ResultState, kept: Flipped | None, playing: bool) -> str:  # noqa: FBT001
    if playing:
        return f"As of week {kept.week}; pause to go on." if kept else "Pause to follow the deals."
    return "Following every deal week by week." if state == solara.ResultState.RUNNING else ""


def follow(branches: Branches, letter: str, cancel: threading.Event) -> Flipped | str | None:
    """Find the flips of a world against A, or say why there are none to be found."""
    worlds = {branch.letter: branch for branch in branches.all}
    if letter not in worlds or worlds[letter].session.week == worlds[letter].parted:
        return "Play on: the two worlds have just parted."
    try:
        return flipped(worlds["A"], worlds[letter], cancel)
    except InputError as error:
        return f"{error}."
    except GivenUp:
        return None


@solara.component
def Deals(flips: Flipped, currency: str) -> None:  # noqa: N802
    """How many deals flipped, why, and the largest of them."""
    first, other = flips.letters
    text = (
        f"By week {flips.week}, {other} has won {flips.gained} deals that {first} has not "
        f"({money(flips.gained_amount, currency)}), and {first} {flips.lost} that {other} has not "
        f"({money(flips.lost_amount, currency)}). A deal may still be won by the other later."
    )
    if not flips.gained + flips.lost:
        text = f"By week {flips.week} both worlds have won the same deals."
    with solara.Div(classes=["fw-panel-in"]):
        rv.Html(tag="p", children=[text])
        if flips.deals:
            Tables(flips, currency)


@solara.component
def Tables(flips: Flipped, currency: str) -> None:  # noqa: N802
    """The reasons added up, the largest deals, and all of them to take along."""
    first, other = flips.letters
    reasons = [(way, reason, str(count), money(size, currency)) for way, reason, count, size in flips.reasons[:8]]
    deals = [(way, deal, money(size, currency), ends, parted) for way, deal, size, ends, parted in flips.deals]
    with solara.Div(classes=["fw-panel-in"]):
        with solara.Div(classes=["fw-flips-tables"]):
            TextTable(("Which", "First difference", "Deals", "Amount"), reasons)
            TextTable(("Which", "Deal", "Amount", "How it ended", "First difference"), deals)
        name = f"flipped-{other}-{first}-w{flips.week}.csv"
        solara.FileDownload(flips.table.to_csv(index=False), filename=name, label="All of them (CSV)")


def money(value: float, currency: str) -> str:
    """Write an amount, short."""
    return short(amount(value, "currency", currency))
