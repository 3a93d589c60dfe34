"""Play, pause, step, rewind and reset: buttons, keys and the line of time."""

import solara
from solara.alias import rv

from agents.machinery.clock import WEEKS_PER_YEAR
from sim.ui.live.readings import Frame, last_shown
from sim.ui.live.widgets import Timeline
from sim.ui.parts import Keys, add_menu
from sim.ui.run.player import PACES, Player

KEYS = (
    "Keys: space plays and pauses, right arrow is a week, shift and right arrow a quarter, "
    "left arrow goes back a week, f shows only the wheel and one chart, in large letters on the full screen, "
    "and leaves that as Escape does; there up and down choose the chart."
)


PRESENTER = "Only the wheel and one chart, in large letters for a room (f); f or Escape leaves."


class TransportMoves:
    """What a visitor can do with time; each shows what it did."""

    def __init__(self, player: Player) -> None:
        self.player, self.branches = player, player.branches

    def toggle(self) -> None:
        """Play or pause."""
        if not self.player.frame.value.over:
            self.player.playing.set(not self.player.playing.value)

    def week(self) -> None:
        """Run a week."""
        self.player.do(self.branches.advance)

    def quarter(self) -> None:
        """Run to the end of the quarter."""
        self.player.do(lambda: self.branches.advance(self.branches.session.to_quarter_end))

    def year(self) -> None:
        """Run 52 weeks."""
        self.player.do(lambda: self.branches.advance(WEEKS_PER_YEAR))

    def rewind(self, week: int) -> None:
        """Pause and return to a week of the past."""
        self.player.playing.set(False)
        if (now := self.player.session.week) - int(week) > 1:
            self.player.leaving(f"The run went back from week {now} to week {int(week)}.")
        self.player.do(lambda: self.branches.rewind(int(week)))

    def reset(self) -> None:
        """Pause and return to the start."""
        self.player.playing.set(False)
        self.player.leaving(f"The run was reset from week {self.player.session.week}.")
        self.player.do(self.branches.reset)

    def press(self, key: str) -> None:
        """Do what a key stands for."""
        steps = {"right": self.week, "shift+right": self.quarter}
        if key == "space":
            self.toggle()
        elif key == "left" and self.player.session.week > 0:
            self.rewind(self.player.session.week - 1)
        elif key in steps and not (self.player.playing.value or self.player.frame.value.over):
            steps[key]()


@solara.component
def Transport(player: Player, presenting: solara.Reactive[bool]) -> None:  # noqa: N802 - a component
    """Buttons for time, the pace, and the date; `presenting` is set where only the wheel and a chart are wanted."""
    frame = player.frame.value
    with solara.Div(classes=["fw-group", "fw-transport"]):
        Buttons(player, presenting, over=frame.over, fresh=frame.week == 0 and not frame.entries)
        solara.Div(classes=["fw-space"])
        Clock(frame)


@solara.component
def Buttons(  # noqa: N802
    player: Player, presenting: solara.Reactive[bool], *, over: bool, fresh: bool
) -> None:  # fmt: skip
    """Buttons for time, and the pace; a run that is over goes no further, a fresh one cannot be reset."""
    playing, moves = player.playing.value, TransportMoves(player)

    def press(key: str) -> None:
        if key == "f":
            presenting.set(True)
        else:
            moves.press(key)

    with solara.Div(classes=["fw-group"]):
        solara.Button(
            "Pause" if playing else "Play", icon_name="mdi-pause" if playing else "mdi-play", on_click=moves.toggle,
            color="primary", classes=["fw-play"], disabled=over, attributes={"title": "Space bar"},
        )  # fmt: skip
        with solara.Div(classes=["fw-steps"]):
            for label, step, title in (
                ("Week", moves.week, "Run a week (right arrow)"),
                ("Quarter", moves.quarter, "Run to the end of the quarter (shift and right arrow)"),
                ("Year", moves.year, "Run 52 weeks"),
            ):
                solara.Button(
                    label, on_click=step, outlined=True, disabled=playing or over, attributes={"title": title}
                )
        solara.Button(
            "Reset", on_click=moves.reset, text=True, disabled=fresh,
            attributes={"title": "Return to week 0 and undo everything"},
        )  # fmt: skip
        add_pace(player.pace)
        solara.Button(
            icon_name="mdi-presentation", text=True, on_click=lambda: presenting.set(True), classes=["fw-present"],
            attributes={"title": f"Presenter mode. {PRESENTER}", "aria-label": "Presenter mode"},
        )  # fmt: skip
        Keys(wanted=["space", "left", "right", "shift+right", "f"], event_press=press)


def add_pace(pace: solara.Reactive[str]) -> None:
    """A menu of paces."""
    texts = {name: name.capitalize() for name in PACES}
    add_menu(texts, pace.value, pace.set, label="Pace", style="fw-pace")


@solara.component
def Past(player: Player) -> None:  # noqa: N802
    """The line of time, on which a past week can be chosen."""
    frame = player.frame.value
    marks = sorted({entry.week for entry in frame.entries if entry.week})
    Timeline(week=frame.week, end=last_shown(frame.week), marks=marks, event_rewind=TransportMoves(player).rewind)


@solara.component
def Clock(frame: Frame) -> None:  # noqa: N802
    """Week of the run and its date."""
    year, week = divmod(frame.week, WEEKS_PER_YEAR)
    end = " (the end)" if frame.over else ""
    with solara.Div(
        classes=["fw-clock"], attributes={"title": f"{year} years and {week} weeks after the start. {KEYS}"}
    ):
        rv.Html(tag="b", children=[f"Week {frame.week}{end}"])
        rv.Html(tag="span", children=[f"{frame.date:%d %b %Y}"])
