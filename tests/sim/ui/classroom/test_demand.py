"""A hidden demand acts on every organization alike, and nobody but the trainer reads of it before the end."""

import json
import math

import numpy as np
import pytest
import solara

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom import demand_view, trainer, visitor, words
from sim.ui.classroom.characters import CHARACTERS
from sim.ui.classroom.debrief_files import Debrief
from sim.ui.classroom.demand import DEMAND, LEVELS, check_demand
from sim.ui.classroom.hidden import demand_set, demand_told, set_demand
from sim.ui.classroom.luck import Yardstick, by_lot, left_alone, start_world
from sim.ui.classroom.options import SURVEY, SeatDecision
from sim.ui.classroom.projector import OnWall, podium_shown
from sim.ui.classroom.replay import play as replay
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.store import ClassRecord, ClassStore
from sim.ui.classroom.survey import SPREAD, take_survey
from sim.ui.classroom.terms import ClassTerms
from sim.ui.classroom.whole import class_json
from tests.sim.ui.classroom.drawn import labels, press, texts, wait
from tests.sim.ui.views import drawn_by

WIP = "operations.wip_limit"
BUDGET = 60_000.0
TOLD = ("hidden until", "in secret", "slump", "boom", "of usual", "market.demand")


def class_of(scenario: Scenario, percent: float = 100, characters: tuple[str, ...] = ()) -> Room:
    terms = ClassTerms(scenario, 3, BUDGET, 4, characters=characters, demand=percent)
    return Room("ABCDEF", terms, Yardstick.empty(4, 3, 3))


def play(room: Room, decisions: dict[str, dict] | None = None) -> None:
    room.open(room.trainer)
    for token, values in (decisions or {}).items():
        room.decide(token, values)
    room.close(room.trainer)


def demand_now(room: Room) -> set[float]:
    return {float(seat.world.state.p["market_demand"][0]) for seat in room.seats.values()}


def test_a_demand_is_the_same_for_people_characters_late_ones_and_the_organization_left_alone(scenario: Scenario):
    room = class_of(scenario, characters=tuple(CHARACTERS))
    ada = room.join("Ada")
    play(room)
    set_demand(room, room.trainer, quarter=2, percent=200)
    assert demand_now(room) == {1.0}
    play(room)
    late = room.join("Late")
    assert demand_now(room) == {2.0}
    set_demand(room, room.trainer, quarter=3, percent=50)
    play(room)
    assert demand_now(room) == {0.5}
    assert late.past == ada.past, "both were left alone"
    assert ada.past[3].total == pytest.approx(left_alone(room.start.snapshot(), 3)[-1])
    calm = class_of(scenario)
    same = calm.join("Ada")
    for _ in range(3):
        play(calm)
    assert same.past[1] == ada.past[1]
    assert same.past[2] != ada.past[2]


def test_a_boom_brings_more_and_a_slump_less(scenario: Scenario):
    booked = []
    for percent in (50, 100, 200):
        worlds = [class_of(scenario, percent).start, *(start_world(class_of(scenario, percent).start.scenario, 9),)]
        for world in worlds:
            world.advance(26)
        booked.append(sum(float(world.weekly()["bookings"].sum()) for world in worlds))
    assert booked[0] < booked[1] < booked[2]


def test_players_by_lot_and_replays_meet_the_same_demand(scenario: Scenario):
    room = class_of(scenario, 50)
    seat = room.join("Ada")
    play(room, {seat.token: {WIP: 6}})
    play(room)
    assert replay(room.start.snapshot(), room.menu, seat.taken)[-1] == pytest.approx(seat.past[2].total)
    calm = class_of(scenario)
    assert by_lot(room.start.snapshot(), room.menu, 1, 2) != by_lot(calm.start.snapshot(), calm.menu, 1, 2)
    assert start_world(room.start.scenario, 7).planned == room.start.planned


def test_what_was_set_last_for_a_quarter_holds(scenario: Scenario):
    one, other = class_of(scenario), class_of(scenario)
    seats = [room.join("Ada") for room in (one, other)]
    for percent in (200, 50):
        set_demand(one, one.trainer, quarter=1, percent=percent)
    set_demand(other, other.trainer, quarter=1, percent=50)
    for room in (one, other):
        play(room)
    assert seats[0].past == seats[1].past
    assert restored(one.kept(), Yardstick.empty(4, 2, 2)).seats[seats[0].token].past == seats[0].past


@pytest.mark.parametrize(("quarter", "percent", "said"), [
    (1, 50, "2 to 4"), (5, 50, "2 to 4"), (2, 10, "20 to 300"), (2, 301, "20 to 300"), (2, math.nan, "20 to 300"),
    (2, "50", "20 to 300"), (2, True, "20 to 300"),
])  # fmt: skip
def test_what_cannot_be_set_is_refused_in_a_sentence(scenario: Scenario, quarter: int, percent, said: str):
    room = class_of(scenario)
    play(room)
    with pytest.raises(InputError, match=said):
        set_demand(room, room.trainer, quarter=quarter, percent=percent)
    assert room.demand == {}


def test_only_the_trainer_sets_it_and_not_when_the_class_is_over(scenario: Scenario):
    room = class_of(scenario)
    seat = room.join("Ada")
    with pytest.raises(InputError, match="only the trainer"):
        set_demand(room, seat.token, quarter=1, percent=50)
    play(room)
    room.end(room.trainer)
    with pytest.raises(InputError, match="over"):
        set_demand(room, room.trainer, quarter=2, percent=50)


def test_where_needs_do_not_follow_demand_none_can_be_set(scenario: Scenario):
    with pytest.raises(InputError, match="needs do not follow demand"):
        ClassTerms(scenario.override({"mechanisms.bass_needs": True}), 3, BUDGET, 4, demand=50).check()
    shocked = scenario.with_interventions([{"week": 3, "event": "demand_shock", "arguments": {"factor": 2.0}}])
    for moved in (shocked, scenario.with_interventions([{"week": 3, "parameter": DEMAND, "value": 2.0}])):
        with pytest.raises(InputError, match="moves demand itself"):
            check_demand(50, moved)
        assert check_demand(100, moved) == 100.0


def seen(context) -> list[str]:
    """Everything a page's parts hold, as what goes over the wire."""
    parts = [str(part.shown.value) for name in PARTS for part in drawn_by(context, f"{name}.vue")]
    charts = [str(part.option.value) for part in drawn_by(context, "Chart.vue")]
    return [texts(context), *parts, *charts]


PARTS = ("Board", "Results", "Deciding", "Compared", "Clock", "Joining", "Podium", "Histogram", "Invitation", "Code")


def pages(room: Room, token: str) -> list[str]:
    """What a seat, one who comes new, and the wall see now."""
    shown = []
    desk = visitor.SeatDesk(room, room.seats[token], token, (), lambda: None)
    for page in (desk, visitor.AtRoom(room), OnWall(room)):
        _, context = solara.render(page, handle_error=False)
        wait(lambda context=context: texts(context))
        shown += seen(context)
        context.close()
    return shown


def test_no_page_of_a_seat_nor_the_wall_tells_of_it_before_it_acts(scenario: Scenario, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: f"token-of-twenty-letters-{next(numbers)}")
    numbers = iter(range(100))
    rooms = [class_of(scenario), class_of(scenario)]
    tokens = [room.join("Ada").token for room in rooms]
    for room in rooms:
        room.yardstick.measure(room.start, room.menu)
        play(room)
        room.reveal(room.trainer)
    turns = rooms[1].turns
    set_demand(rooms[1], rooms[1].trainer, quarter=2, percent=50)
    assert rooms[1].turns == turns, "no page of a visitor is drawn anew"
    for open_now in (False, True):
        if open_now:
            for room in rooms:
                room.open(room.trainer)
        calm, hidden = (pages(room, token) for room, token in zip(rooms, tokens, strict=True))
        assert [one.replace(tokens[1], tokens[0]) for one in hidden] == calm
    rooms[1].close(rooms[1].trainer)
    with pytest.raises(InputError, match="not all there yet"):
        rooms[1].reveal(rooms[1].trainer)
    rooms[1].yardstick.measure(rooms[1].start, rooms[1].menu)
    rooms[1].reveal(rooms[1].trainer)
    told = " ".join(pages(rooms[1], tokens[1])).lower()
    assert not [word for word in TOLD if word in told]
    assert demand_told(rooms[1]) == ""


def test_it_is_revealed_after_the_last_round_and_in_the_debrief(scenario: Scenario):
    room = Room("ABCDEF", ClassTerms(scenario, 3, BUDGET, 2, demand=75), Yardstick.empty(2, 2, 2))
    seat = room.join("Ada")
    play(room)
    set_demand(room, room.trainer, quarter=2, percent=130)
    play(room, {seat.token: {WIP: 6}})
    assert "usual" not in str(words.board(room, seat.token))
    room.reveal(room.trainer)
    said = (
        "Hidden until the end: the trainer set how often buyers need something, in % of usual: 75 % (a slump) from "
        "quarter 1 on and 130 % (a boom) from quarter 2 on."
    )
    assert demand_told(room) == said
    assert said in (words.board(room, seat.token) or {})["luck"]
    assert said in (podium_shown(room) or {})["told"]
    room.yardstick.measure(room.start, room.menu)
    room.review.prepare(room.played())
    room.review.work()
    for token in ("", seat.token):
        assert said in Debrief(room).analysis(token).answer
    assert Debrief(room).analysis().facts["demand"] == {"1": 75.0, "2": 130.0}
    assert json.loads(class_json(room))["terms"]["demand"][1] == {"quarter": 2, "percent": 130.0}


def test_a_class_that_ends_early_tells_what_was_played(scenario: Scenario):
    room = class_of(scenario)
    room.join("Ada")
    play(room)
    set_demand(room, room.trainer, quarter=3, percent=60)
    assert demand_set(room, 4).endswith("60 % from quarter 3 on.")
    room.end(room.trainer)
    assert demand_told(room) == ""


def test_it_comes_back_after_a_restart_and_a_quarter_taken_back(scenario: Scenario, tmp_path):
    room = class_of(scenario, 75)
    seat = room.join("Ada")
    store = ClassStore.in_folder(tmp_path)
    room.keep(ClassRecord(store, room.code))
    play(room, {seat.token: {WIP: 6}})
    set_demand(room, room.trainer, quarter=2, percent=200)
    play(room)
    again = restored(store.read(room.code), Yardstick.empty(4, 2, 2))
    assert again.demand == {1: 75.0, 2: 200.0}
    assert again.seats[seat.token].past == seat.past
    for one in (room, again):
        one.undo(one.trainer)
        one.close(one.trainer)
    assert room.seats[seat.token].past == again.seats[seat.token].past == seat.past
    for wrong in ({9: 50.0}, {1: 5.0}, {0: 50.0}):
        with pytest.raises(InputError, match=r"damaged|not allowed"):
            restored(store.read(room.code).model_copy(update={"demand": wrong}), Yardstick.empty(4, 2, 2))
    store.close()


def test_what_was_measured_of_quarters_before_stays_known(scenario: Scenario):
    room = class_of(scenario)
    room.yardstick.measure(room.start, room.menu)
    before = room.yardstick
    set_demand(room, room.trainer, quarter=3, percent=50)
    assert [room.yardstick.known(at) for at in range(4)] == [1.0, 1.0, 0.0, 0.0]
    room.yardstick.measure(room.start, room.menu)
    assert np.array_equal(room.yardstick.players[:, :2], before.players[:, :2])
    assert not np.array_equal(room.yardstick.players[:, 2:], before.players[:, 2:])


def test_market_research_estimates_demand_with_its_stated_error(scenario: Scenario):
    world = class_of(scenario, 200).start
    world.advance(13)
    found = [take_survey(world, 25 + more).means[3] for more in range(150)]
    assert np.mean([one.low <= 2.0 <= one.high for one in found]) > 0.85
    assert np.mean([one.mean for one in found]) == pytest.approx(2.0, abs=0.05)
    width = np.mean([one.high - one.low for one in found])
    assert width == pytest.approx(2 * 1.98 * 2.0 * SPREAD / math.sqrt(100), rel=0.15)


def test_the_trainers_card_is_folded_up_until_it_is_asked_for(scenario: Scenario):
    room = class_of(scenario, 75)
    done: list = []
    _, card = solara.render(demand_view.HiddenDemand(room, done.append, (False, "")), handle_error=False)
    wait(lambda: "Show it to me" in labels(card))
    assert not [word for word in ("slump", "75") if word in texts(card).lower()]
    press(card, "Show it to me")
    wait(lambda: "Set it in secret" in labels(card))
    press(card, "Set it in secret")
    done[0](room.trainer)
    assert room.demand == {1: 100.0}
    card.close()


def test_the_trainers_page_looks_the_same_whether_a_demand_was_set_or_not(scenario: Scenario):
    room = class_of(scenario)
    room.join("Ada")
    room.yardstick.measure(room.start, room.menu)
    play(room)
    room.reveal(room.trainer)

    def shown() -> str:
        _, page = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
        wait(lambda: "Open quarter 2" in labels(page))
        found = " ".join([texts(page), *labels(page), *(str(part.shown.value) for part in drawn_by(page, "Board.vue"))])
        page.close()
        return found

    calm = shown()
    set_demand(room, room.trainer, quarter=2, percent=50)
    assert room.yardstick.done < 1.0
    assert shown() == calm
    play(room)
    with pytest.raises(InputError) as refused:
        room.reveal(room.trainer)
    assert not [word for word in (*TOLD, "demand", "set", "again", "by lot") if word in str(refused.value).split()]


def test_the_trainers_card_says_how_far_what_is_run_again_is_once_it_is_unfolded(scenario: Scenario):
    room = class_of(scenario)
    for known in (False, True):
        if known:
            room.yardstick.measure(room.start, room.menu)
        _, card = solara.render(demand_view.HiddenDemand(room, print, (False, "")), handle_error=False)
        press(card, "Show it to me")
        wait(lambda card=card: "Set it in secret" in labels(card))
        assert ("0% run" in texts(card)) != known
        card.close()


def test_a_class_is_opened_with_a_demand_of_the_form():
    form = trainer.ClassForm()
    assert form.terms().demand == 100
    form.demand.set(75)
    assert form.terms().demand == 75
    assert set(LEVELS) == {50, 75, 100, 130, 200}


def test_a_survey_asks_who_it_asked_before(scenario: Scenario):
    room = class_of(scenario)
    seat = room.join("Ada")
    play(room, {seat.token: {SURVEY: 25}})
    assert len(seat.surveys[1].means) == 4
    assert room.menu.cost(SeatDecision({SURVEY: 25}), 0) == 25 * 150.0
