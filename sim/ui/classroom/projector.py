"""A class on the wall, to be read from the back row: how to join, the clock, everybody's line, and the podium.

It shows nothing but what everybody may see: results up to the quarter that was revealed last.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.answers import palette
from sim.measures.words import axis_unit, interval
from sim.ui.classroom import words
from sim.ui.classroom.cast import MARK, cast_text
from sim.ui.classroom.findings import find
from sim.ui.classroom.hidden import demand_told
from sim.ui.classroom.joining import JoinForm
from sim.ui.classroom.lesson_room import LessonRoom
from sim.ui.classroom.lesson_seat import LessonWall
from sim.ui.classroom.news import LISTENING, resting, use_news
from sim.ui.classroom.pace import LEAST_BETWEEN, Pace
from sim.ui.classroom.paths import paths_of
from sim.ui.classroom.predicting import histogram
from sim.ui.classroom.returning import Gone, Returned
from sim.ui.classroom.trainer import Wall
from sim.ui.classroom.visitor import find_room
from sim.ui.classroom.widgets import Podium
from sim.ui.live.charts import FONT, line
from sim.ui.parts import Chart, Keys
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.ui.classroom.findings import ClassFinding, SeatFinding
    from sim.ui.classroom.paths import ClassPaths
    from sim.ui.classroom.room import Room
    from sim.ui.classroom.standings import Standing
    from sim.ui.theme import Theme

LETTERS = 24  # of the chart, which makes them a fifth larger where it is wide [px]
NAMED = 3  # of the seats, the best ones, that are named beside their lines; in a small class all are
SMALL = 6  # seats of a small class
COLOURS = (palette.VERMILLION, palette.GREEN, palette.PURPLE, palette.ORANGE, palette.SKY)  # of those behind the first


@solara.component
def WallPage(code: str) -> None:  # noqa: N802 - a component
    """What the projector's link opens."""
    found, problem = solara.use_memo(lambda: find_room(code), [code])
    if found is None:
        JoinForm(problem)
    else:
        Returned(found, lambda room: LessonWall(room) if isinstance(room, LessonRoom) else OnWall(room))


@solara.component
def OnWall(room: Room) -> None:  # noqa: N802
    """A class as everybody sees it."""
    turn = use_news(
        room,
        lambda: (
            room.turns,
            len(room.seats),
            answers(room),
            room.review.seats_known,
            bool(math.isfinite(room.yardstick.alone[-1])),
        ),
        lambda _: room.wait(LISTENING, version=room.version),
        resting(LEAST_BETWEEN),
    )
    if room.gone:
        Gone(room)
        return
    with room.lock:
        revealed, asked = room.revealed, room.question
        paths, podium = paths_of(room, revealed), podium_shown(room) if room.phase == "over" else None
    Keys(wanted=[], event_press=lambda _: None)
    with solara.Div(classes=["fw-wall"]):
        with rv.Html(tag="header", class_="fw-wall-head"):
            rv.Html(tag="h1", children=[words.quarter_text(room)])
            Pace(room)
            rv.Html(tag="span", class_="fw-wall-code", children=[room.code])
        if asked:
            histogram(room, asked)
            return
        if podium:
            Podium(podium)
        if revealed:
            Lines(paths, room.terms.scenario.currency, turn)
        else:
            with solara.Div(classes=["fw-wall-join"]):
                Wall(room.code)
                rv.Html(tag="p", class_="fw-wall-text", children=[joined_text(room)])


@solara.component
def Lines(paths: ClassPaths, currency: str, turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - as Running
    """Everybody's line, with the organization left alone and the median; another turn is drawn anew."""
    theme = use_theme()
    sizes = [abs(one) for path in paths.seats for one in paths.gains(path.totals) if math.isfinite(one)]
    scale, unit = axis_unit("currency", max(sizes, default=0.0), currency)
    rules = f" ({MARK} decides by a rule)" if any(path.character for path in paths.seats) else ""
    title = f"More than left alone so far, {unit}{rules}"
    with solara.Div(classes=["fw-wall-chart"]):
        rv.Html(tag="h2", children=[title])
        Chart(title, lambda: lines_option(paths, scale, theme))


def answers(room: Room) -> tuple[float, ...]:
    """What is predicted now, as a stamp: another one is drawn anew."""
    asked = room.question
    return tuple(asked.guesses.values()) if asked else ()


def joined_text(room: Room) -> str:
    """Who is there, in a few words."""
    names = [seat.name for seat in room.people]
    there = f"Joined so far: {len(names)}. {', '.join(names[-12:])}" if names else "Nobody has joined yet."
    return f"{there} {cast_text(room)}".strip()


def lines_option(paths: ClassPaths, scale: float, theme: Theme) -> dict[str, Any]:
    """A line for each seat from 0 at the start, that of the median, and the organization left alone at 0."""
    people = [path for path in paths.seats if not path.character]
    small, series, cast = len(paths.seats) <= SMALL, [], len(people) < len(paths.seats)

    def drawn(name: str, totals: tuple[float, ...], colour: str, width: float, *, named: bool) -> dict[str, Any]:
        points = [0.0, *(one / scale for one in paths.gains(totals))]
        rounded = [round(one, 4) if math.isfinite(one) else None for one in points]
        label = {
            "show": named, "formatter": "{a}", "color": colour, "fontFamily": FONT, "fontSize": LETTERS, "width": 460,
            "overflow": "truncate", "fontWeight": 700,
        }  # fmt: skip
        return line(name, rounded, colour, "solid", width) | {
            "endLabel": label, "labelLayout": {"moveOverlap": "shiftY"}, "silent": True, "z": 3 if named else 2,
        }  # fmt: skip

    for path in paths.seats:
        if path.character:
            played = drawn(f"{MARK} {path.name}", path.totals, theme.muted, 4, named=True)
            series.append(played | {"lineStyle": played["lineStyle"] | {"type": "dotted"}})
    for at, path in enumerate(people):
        named = small or at < NAMED
        colour, width = ((theme.blue, *COLOURS)[at], 5) if named else (theme.rule, 3)
        series.append(drawn(path.name, path.totals, colour, width, named=named))
    series.append(drawn("median", paths.median, theme.ink, 6, named=True))
    alone = drawn("left alone", paths.alone, theme.as_is, 4, named=True)
    series.append(alone | {"lineStyle": alone["lineStyle"] | {"type": [10, 8]}})
    letters = {"color": theme.muted, "fontSize": LETTERS, "fontFamily": FONT}
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": theme.ink},
        "grid": {"left": 8, "right": 340 if cast else 290, "top": 20, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "category", "boundaryGap": False, "axisTick": {"show": False},
            "axisLabel": letters | {"margin": 20},
            "data": ["start", *(f"Q{quarter + 1}" for quarter in range(paths.quarters))],
            "axisLine": {"lineStyle": {"color": theme.rule}, "onZero": False},
        },
        "yAxis": {
            "type": "value", "splitNumber": 3, "axisLabel": letters, "splitLine": {"lineStyle": {"color": theme.rule}},
        },
        "series": series,
    }  # fmt: skip


def podium_shown(room: Room) -> dict[str, Any] | None:
    """The three first places and the characters, with what decisions brought; what is skill, once the debrief knows."""
    able = [one for one in room.board() if not one.problem]
    standings = [one for one in able if not one.character][:3]
    if not standings:
        return None
    found = find(room.review, set(room.seats))

    def shown(one: Standing) -> dict[str, str]:
        seat = found.of(one.token) if found else None
        skill = skill_text(room, found, seat) if found and seat else ""
        gain = f"{words.money(one.gain, room, signed=True)} by decisions" if math.isfinite(one.gain) else ""
        return {"rank": MARK if one.character else str(one.rank), "name": one.name, "gain": gain, "skill": skill}

    along = [shown(one) for one in able if one.character]
    told = demand_told(room)
    if found and found.best.token != standings[0].token and not found.best.over.contains_zero:
        best = words.money(found.best.over.mean, room, signed=True)
        told = f"Most skill: {found.best.name}, {best} on average over {found.lucks} lucks. {told}".strip()
    return {"places": [shown(one) for one in standings], "along": along, "told": told}


def skill_text(room: Room, found: ClassFinding, seat: SeatFinding) -> str:
    """What of a result is skill, as far as lucks tell it."""
    mean = words.money(seat.over.mean, room, signed=True)
    between = words.shortened(
        interval(seat.over.low, seat.over.high, "currency", room.terms.scenario.currency, signed=True)
    )
    known = f"{mean} over {found.lucks} lucks ({between})"
    if seat.over.contains_zero:
        return f"Not told from luck: {known}"
    return f"{'Skill' if seat.over.mean > 0 else 'A loss with other luck too'}: {known}"
