"""A component is drawn again when what it depends on is not what was drawn, whoever changed it and however."""

import time
from types import SimpleNamespace

import solara

from sim.ui.classroom.news import resting, use_news


def test_what_changed_without_a_word_is_drawn_too():
    room = SimpleNamespace(turns=0)
    drawn: list[int] = []

    @solara.component
    def Shown() -> None:  # noqa: N802 - a component
        drawn.append(use_news(room, lambda: room.turns, lambda _: time.sleep(0.01)))
        solara.Text(str(room.turns))

    _, context = solara.render(Shown(), handle_error=False)
    room.turns = 1  # nothing is set, as where a drawing swallowed it
    end = time.monotonic() + 20
    while drawn[-1] != 1 and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.2)
    context.close()
    assert drawn[0] == 0
    assert drawn.count(1) == 1, "drawn, and not again while nothing changes"


def test_a_drawing_that_took_long_delays_the_next_one_for_a_moment_only():
    pause = resting(1.0)
    assert [pause(took) for took in (0.0, 0.1, 0.5, 30.0)] == [1.0, 1.0, 2.0, 3.0]
