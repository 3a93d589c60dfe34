"""For a room: the wheel, one chart and one sentence in large letters, and nothing else; keys go on as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.ui.live.transport import TransportMoves
from sim.ui.live.widgets import add_links_key
from sim.ui.parts import Chart, Keys, add_menu

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.ui.desk import Desk
    from sim.ui.live.wheels import Turning

KEYS = ("space", "left", "right", "shift+right", "up", "down", "f", "escape", "unfilled")


@solara.component
def Presenting(  # noqa: N802 - a component
    desk: Desk, wheel: Callable[[], Turning], charts: Mapping[str, Callable[[], object]], sentence: str
) -> None:
    """The wheel that `wheel` draws, one of the charts (options by title) and a sentence, until f or Escape."""
    player, titles, chosen = desk.player, list(charts), desk.look.presented
    title = chosen.value if chosen.value in charts else titles[0]
    frame, playing, moves = player.frame.value, player.playing.value, TransportMoves(player)

    def press(key: str) -> None:
        if key in ("f", "escape", "unfilled"):
            desk.look.presenting.set(False)
        elif key in ("up", "down"):
            step = 1 if key == "down" else -1
            chosen.set(titles[(titles.index(title) + step) % len(titles)])
        else:
            moves.press(key)

    with solara.Div(classes=["fw-presenting"]):
        Keys(wanted=list(KEYS), event_press=press)
        with solara.Div(classes=["fw-present-top"]):
            rv.Html(tag="b", children=[f"Week {frame.week}"])
            solara.Button(
                "Pause" if playing else "Play", icon_name="mdi-pause" if playing else "mdi-play",
                on_click=moves.toggle, color="primary", disabled=frame.over,
            )  # fmt: skip
            add_menu({name: name for name in titles}, title, chosen.set, label="Chart")
            solara.Div(classes=["fw-space"])
            solara.Button("Leave (f)", icon_name="mdi-close", text=True, on_click=lambda: press("f"))
        rv.Html(tag="p", class_="fw-present-said", children=[sentence])
        with solara.Div(classes=["fw-present-body"]):
            turning = wheel()
            with solara.Div(classes=["fw-present-chart"]).key(title):
                Chart(title, charts[title], size="presented")
                add_links_key(turning)
