"""The wall: how to join, then the lines up to what was revealed, then the podium; nothing that is not for everybody."""

import math

import ipyvuetify
import pytest
import solara

from sim.ui.classroom.paths import paths_of
from sim.ui.classroom.projector import OnWall, WallPage, lines_option, podium_shown
from sim.ui.classroom.room import Room
from sim.ui.theme import LIGHT
from tests.sim.ui.classroom.drawn import part_of, texts, wait
from tests.sim.ui.views import drawn_by

TRAINING, WIP = "training.hours_per_quarter", "operations.wip_limit"


def play(room: Room, decisions: dict[str, dict] | None = None) -> None:
    room.open(room.trainer)
    for token, values in (decisions or {}).items():
        room.decide(token, values)
    room.close(room.trainer)


def chart(context) -> dict:
    return part_of(context, "Chart").option.value


def test_the_median_is_of_those_who_led_in_the_quarter(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    room.yardstick.alone[:] = [100.0, 200.0, 300.0, 400.0]
    play(room, {ada.token: {WIP: 6}})
    late = room.join("Late")
    play(room)
    paths = paths_of(room, 2)
    first, second = ([seat.past[at].total for seat in (ada, bob, late)] for at in (1, 2))
    assert paths.median == (sum(first[:2]) / 2, sorted(second)[1])
    by_name = {path.name: path for path in paths.seats}
    assert paths.gains(by_name["Ada"].totals) == (first[0] - 100.0, second[0] - 200.0)
    assert [path.totals[-1] for path in paths.seats] == sorted(second, reverse=True)
    late.problem = bob.problem = "cannot go on"
    play(room)
    assert paths_of(room, 3).median[2] == ada.past[3].total
    assert [len(path.totals) for path in paths_of(room, 3).seats] == [3, 2, 2]


def test_the_wall_shows_no_line_before_it_is_revealed(room: Room):
    room.join("Ada <b>L.</b>")
    _, wall = solara.render(OnWall(room), handle_error=False)
    wait(lambda: "Joined so far: 1. Ada <b>L.</b>" in texts(wall))
    assert part_of(wall, "Invitation").shown.value["code"] == "ABCDEF"
    room.open(room.trainer)
    wait(lambda: part_of(wall, "Clock").shown.value["decided"] == "Decided 0 of 1")
    room.close(room.trainer)
    wait(lambda: "Quarter 1 of 4" in texts(wall) and not part_of(wall, "Clock").shown.value["decided"])
    assert not drawn_by(wall, "Chart.vue")
    room.reveal(room.trainer)
    wait(lambda: drawn_by(wall, "Chart.vue"))
    assert chart(wall)["xAxis"]["data"] == ["start", "Q1"]
    assert "tooltip" not in chart(wall)
    play(room)
    wait(lambda: "Quarter 2 of 4" in texts(wall))
    assert chart(wall)["xAxis"]["data"] == ["start", "Q1"]
    room.reveal(room.trainer)
    wait(lambda: chart(wall)["xAxis"]["data"] == ["start", "Q1", "Q2"])
    assert [one["name"] for one in chart(wall)["series"]] == ["Ada <b>L.</b>", "median", "left alone"]
    room.undo(room.trainer)
    wait(lambda: chart(wall)["xAxis"]["data"] == ["start", "Q1"])
    wall.close()


def test_a_class_of_many_names_the_first_three_beside_their_lines(room: Room):
    for number in range(9):
        seat = room.join(f"Visitor {number}")
        seat.decision = seat.decision.but(WIP, 3 + number)
    play(room)
    room.yardstick.alone[:] = 0.0
    option = lines_option(paths_of(room, 1), 1e6, LIGHT)
    named = [one["name"] for one in option["series"] if one["endLabel"]["show"]]
    assert named == [*(path.name for path in paths_of(room, 1).seats[:3]), "median", "left alone"]
    assert all(one["endLabel"]["fontSize"] * 1.2 >= 28 for one in option["series"])
    assert option["series"][-1]["data"] == [0.0, 0.0]


def test_the_podium_tells_skill_from_luck_once_it_is_known(room: Room):
    assert podium_shown(room) is None
    ada, bob = room.join("Ada"), room.join("Bob")
    play(room, {ada.token: {TRAINING: 10.0}, bob.token: {WIP: 2}})
    room.end(room.trainer)
    shown = podium_shown(room) or {}
    assert {place["name"] for place in shown["places"]} == {"Ada", "Bob"}
    assert [place["rank"] for place in shown["places"]] == ["1", "2"]
    assert {(place["gain"], place["skill"]) for place in shown["places"]} == {("", "")}
    room.yardstick.measure(room.start, room.menu)
    room.review.prepare(room.played())
    room.review.work()
    places = (podium_shown(room) or {})["places"]
    assert all(place["gain"].endswith("by decisions") for place in places)
    for place in places:
        assert "over 4 lucks (" in place["skill"]
        assert place["skill"].startswith(("Skill: +", "Not told from luck: ", "A loss with other luck too: "))


def test_the_left_alone_organization_is_known_although_another_class_is_measured(
    room: Room, monkeypatch: pytest.MonkeyPatch
):
    from sim.ui.classroom import luck  # noqa: PLC0415 - what is patched

    monkeypatch.setattr(luck, "TURN", turn := luck.threading.Semaphore(0))
    room.yardstick.begin(room.start, room.menu)
    wait(lambda: math.isfinite(room.yardstick.alone[-1]))
    assert room.yardstick.done == 0.0
    room.yardstick.stop()
    turn.release()


def test_a_wall_of_no_class_asks_for_a_code():
    _, context = solara.render(WallPage("NOSUCH"), handle_error=False)
    assert part_of(context, "Code").shown.value["problem"].startswith("There is no class NOSUCH here")
    assert not context.find(ipyvuetify.Html, tag="h1").widgets
    context.close()
