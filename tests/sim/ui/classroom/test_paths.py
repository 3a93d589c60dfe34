"""Each seat sees, by quarter, itself, the organization left alone, and the median of the class."""

from dataclasses import replace

import solara

from sim.measures.words import MINUS, NONE
from sim.ui.classroom import visitor, words
from sim.ui.classroom.room import Room
from tests.sim.ui.classroom.drawn import part_of, wait
from tests.sim.ui.views import drawn_by


def test_a_seat_is_shown_beside_left_alone_and_the_median(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    assert words.compared(room, ada) is None
    room.yardstick.alone[:] = [5e6, 9e6, 14e6, 20e6]
    for _ in range(2):
        room.open(room.trainer)
        room.close(room.trainer)
    late = room.join("Late")
    shapes = {ada: (6e6, 8e6), bob: (4e6, 13e6), late: (5e6, 9e6)}
    for seat, totals in shapes.items():
        seat.past[1:] = [replace(result, total=total) for result, total in zip(seat.past[1:], totals, strict=True)]
    shown = words.compared(room, ada) or {}
    assert shown["table"] == [["2", "8.00", "9.00", "10.50", f"{MINUS}1.00"], ["1", "6.00", "5.00", "5.00", "+1.00"]]
    assert (shown["you"], shown["median"]) == ([0.0, 1e6, -1e6], [0.0, 0.0, 1.5e6])
    assert shown["title"] == "You, left alone, and the class, million USD"
    assert "Bob" not in str(shown)


def test_what_is_not_known_yet_is_a_dash(room: Room):
    ada = room.join("Ada")
    room.open(room.trainer)
    room.close(room.trainer)
    shown = words.compared(room, ada) or {}
    assert shown["table"][0][2] == shown["table"][0][4] == NONE
    assert shown["you"] == [0.0, None]


def test_the_card_comes_with_the_first_quarter_and_is_drawn_again_when_left_alone_is_known(room: Room):
    seat = room.join("Ada")
    _, page = solara.render(visitor.AtRoom(room), handle_error=False)
    part_of(page, "Keep").vue_act({"found": seat.token})
    wait(lambda: drawn_by(page, "Results.vue"))
    assert not drawn_by(page, "Compared.vue")
    room.open(room.trainer)
    room.close(room.trainer)
    wait(lambda: drawn_by(page, "Compared.vue"))
    assert part_of(page, "Compared").shown.value["you"] == [0.0, None]
    room.yardstick.alone[:] = 1e6
    wait(lambda: part_of(page, "Compared").shown.value["table"][0][2] == "1.00")
    page.close()
