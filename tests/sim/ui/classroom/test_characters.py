"""Characters play along: by a rule, within everybody's budget, in no median, and they hold up nobody."""

import csv
import io
import json
from dataclasses import replace

import pytest
import solara

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom import characters, trainer, visitor, words
from sim.ui.classroom.cast import MARK, cast_text
from sim.ui.classroom.characters import CHARACTERS, SeatSight, decide_for
from sim.ui.classroom.debrief_files import Debrief
from sim.ui.classroom.findings import find
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.options import DECIDED, ICP, RESPONSE, STRETCH, WIP, Menu, SeatDecision
from sim.ui.classroom.pace import decided_text
from sim.ui.classroom.paths import paths_of
from sim.ui.classroom.predictions import ask, measured, predict, predictions_csv
from sim.ui.classroom.projector import joined_text, lines_option, podium_shown
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.seats import Seat, clean_name
from sim.ui.classroom.store import ClassRecord, ClassStore
from sim.ui.classroom.teams import enter
from sim.ui.classroom.terms import ClassTerms
from sim.ui.classroom.whole import class_json
from sim.ui.theme import LIGHT
from tests.sim.ui.classroom.drawn import part_of, texts, wait

TRAINING, PRODUCT = "training.hours_per_quarter", "structure.product_specialists"
COACHING, PLAYBOOK = "enablement.coaching_hours_per_month", "training.codification_hours_per_quarter"
BUDGET = 60_000.0
EVIL, LEAN, COACH = "evil_manager", "lean_one", "star_coach"


@pytest.fixture
def cast(scenario: Scenario) -> Room:
    """A class in which everybody plays along."""
    return Room("ABCDEF", ClassTerms(scenario, 3, BUDGET, 4, characters=tuple(CHARACTERS)), Yardstick.empty(4, 6, 4))


def play(room: Room, decisions: dict[str, dict] | None = None) -> None:
    room.open(room.trainer)
    for token, values in (decisions or {}).items():
        room.decide(token, values)
    room.close(room.trainer)


def seat_that_saw(room: Room, key: str, *, attainment: float, win_rate: float, before: float) -> Seat:
    """A character's seat that sold so much of its quota, and won so many deals, now and in the quarter before."""
    seat = next(one for one in room.characters if one.character == key)
    last = seat.past[-1]
    seat.past = [replace(last, win_rate=before), replace(last, win_rate=win_rate, bookings=attainment * last.quota)]
    return seat


def chosen(room: Room, key: str, **saw: float) -> dict:
    return dict(CHARACTERS[key].choose(room.menu, seat_that_saw(room, key, **saw)).values)


@pytest.mark.parametrize("key", CHARACTERS)
@pytest.mark.parametrize("budget", [0.0, BUDGET, 1e7])
@pytest.mark.parametrize("name", ["baseline", "evil", "young", "lean_before", "process_led"])
def test_every_character_can_always_decide_within_the_budget(key: str, budget: float, name: str):
    scenario = Scenario.load(name)
    menus = [Menu(scenario, 8, budget, DECIDED), Menu(scenario, 8, budget, [RESPONSE, WIP, COACHING])]
    world = Room("AB", ClassTerms(Scenario.from_text("[structure]\nn_reps = 8\n"), 1, budget, 1)).start
    for menu in menus:
        seat = Seat.take("x", world, 0, key)
        for attainment, win_rate in ((0.5, 0.1), (1.2, 0.3), (0.9, 0.22), (float("nan"), float("nan")), (0.1, 0.5)):
            last = seat.past[-1]
            seat.past.append(replace(last, bookings=attainment * last.quota, win_rate=win_rate))
            decide_for(seat, menu)
            assert seat.problem == ""
            assert seat.decided
            assert set(seat.decision.values) <= set(menu.options)
            assert menu.cost(seat.decision, 0) <= budget + 0.5


@pytest.mark.parametrize("key", CHARACTERS)
def test_a_character_is_declared_in_a_name_one_sentence_and_a_rule_that_is_explained(key: str):
    one = CHARACTERS[key]
    assert one.about.endswith(".")
    assert one.about.count(". ") == 0
    assert " since " in one.about
    assert one.rule.__doc__
    assert clean_name(one.name) == one.name


def test_the_evil_manager_answers_a_miss_and_nothing_else(cast: Room):
    missed = chosen(cast, EVIL, attainment=0.9, win_rate=0.3, before=0.3)
    as_is = {name: option.as_is for name, option in cast.menu.options.items()}
    assert missed[RESPONSE] == "prescribe"
    assert missed[COACHING] == as_is[COACHING] - 1
    assert missed[TRAINING] == as_is[TRAINING] - 2
    assert missed[STRETCH] == pytest.approx(as_is[STRETCH] + 0.05, abs=0.011)
    assert missed[PRODUCT] == as_is[PRODUCT] + 1
    assert chosen(cast, EVIL, attainment=1.0, win_rate=0.1, before=0.3) == {}


def test_the_lean_one_lets_the_limit_follow_the_win_rate(cast: Room):
    few = chosen(cast, LEAN, attainment=1.1, win_rate=0.19, before=0.2)
    many = chosen(cast, LEAN, attainment=0.5, win_rate=0.26, before=0.25)
    between = chosen(cast, LEAN, attainment=0.5, win_rate=0.22, before=0.22)
    assert (few[RESPONSE], few[ICP], few[WIP]) == ("root_cause", 5, 14)
    assert (many[ICP], many[WIP]) == (2, 18)
    assert (between[ICP], WIP in between) == (2, False)
    seat = seat_that_saw(cast, LEAN, attainment=1.0, win_rate=0.1, before=0.2)
    seat.decision = SeatDecision({WIP: 9})
    assert CHARACTERS[LEAN].choose(cast.menu, seat).values[WIP] == 8
    seat.decision = SeatDecision({WIP: 0})
    assert CHARACTERS[LEAN].choose(cast.menu, seat).values[WIP] == 14, "no limit counts as one of 16 deals"


def test_the_stars_coach_trains_more_as_long_as_targets_are_missed(cast: Room):
    missed = chosen(cast, COACH, attainment=0.9, win_rate=0.3, before=0.3)
    assert (missed[RESPONSE], missed[COACHING], missed[PLAYBOOK], missed[TRAINING]) == ("train", 4.0, 100.0, 12.0)
    hit = chosen(cast, COACH, attainment=1.1, win_rate=0.3, before=0.3)
    assert (hit[COACHING], hit[PLAYBOOK], TRAINING in hit) == (4.0, 100.0, False)
    cast.menu.budget = 3_400.0
    assert chosen(cast, COACH, attainment=0.9, win_rate=0.3, before=0.3)[PLAYBOOK] == 100.0
    assert chosen(cast, COACH, attainment=0.9, win_rate=0.3, before=0.3)[TRAINING] == 6.0, "the playbook comes first"


def test_a_sight_knows_the_numbers_of_what_stands(cast: Room):
    last = cast.characters[0].past[-1]
    see = SeatSight(replace(last, bookings=0.0), replace(last, win_rate=2.0), {WIP: 7})
    assert (see.missed, see.winning_less, see.at(WIP), see.at(TRAINING)) == (True, True, 7.0, 0.0)


def test_characters_decide_at_once_and_nobody_waits_for_them(cast: Room):
    ada = cast.join("Ada")
    assert [seat.name for seat in cast.characters] == [one.name for one in CHARACTERS.values()]
    cast.open(cast.trainer)
    assert all(seat.decided for seat in cast.characters)
    assert decided_text(cast) == "Decided 0 of 1"
    cast.decide(ada.token, {WIP: 6})
    assert decided_text(cast) == "Decided 1 of 1"
    cast.close(cast.trainer)
    assert {len(seat.past) for seat in cast.seats.values()} == {2}
    assert cast.characters[1].taken[0].values[RESPONSE] == "root_cause"


def test_a_rule_that_fails_stops_its_character_alone(cast: Room, monkeypatch: pytest.MonkeyPatch):
    broken = replace(CHARACTERS[LEAN], rule=lambda see: [(WIP, see.at(WIP) // 0)])
    monkeypatch.setitem(characters.CHARACTERS, LEAN, broken)
    cast.join("Ada")
    play(cast)
    assert [bool(seat.problem) for seat in cast.seats.values()] == [False, True, False, False]
    assert "ZeroDivisionError" in cast.characters[1].problem
    play(cast)
    assert len(cast.people[0].past) == 3


def test_nobody_sits_down_where_a_character_plays(cast: Room, scenario: Scenario):
    character = cast.characters[0]
    cast.open(cast.trainer)
    with pytest.raises(InputError, match="this seat does not exist"):
        cast.decide(character.token, {WIP: 3})
    with pytest.raises(InputError, match="the name the evil manager is taken"):
        cast.join("the evil manager")
    teams = Room("ABC", ClassTerms(scenario, 3, BUDGET, 4, team=2, characters=(EVIL,)), Yardstick.empty(4, 2, 2))
    with pytest.raises(InputError, match="is taken"):
        enter(teams, "The evil manager", "Ada")
    assert visitor.teams_text(teams) == []
    assert teams.tokens() == cast.tokens() == []


def test_a_class_is_full_of_people_alone(cast: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.ui.classroom.gathering.MOST_SEATS", 1)
    cast.join("Ada")
    with pytest.raises(InputError, match="full"):
        cast.join("Bob")


def test_characters_are_counted_in_nothing_that_is_said_of_people(cast: Room):
    ada, bob = cast.join("Ada"), cast.join("Bob")
    cast.yardstick.alone[:] = 0.0
    ask(cast, cast.trainer, about="class", measure="net", quarters=1, form="number")
    predict(cast, ada.token, 3.0)
    play(cast, {ada.token: {TRAINING: 10.0}})
    totals = [seat.past[1].total for seat in (ada, bob)]
    assert paths_of(cast, 1).median == (pytest.approx(sum(totals) / 2),)
    assert measured(cast, "class", "net", 1) == pytest.approx((ada.past[1].net + bob.past[1].net) / 2)
    board = cast.board()
    assert sorted(one.rank for one in board if not one.character) == [1, 2]
    rows = list(csv.DictReader(io.StringIO(words.table(cast))))
    assert {row["name"]: bool(row["rank"]) for row in rows if row["character"]} == {
        seat.name: False for seat in cast.characters
    }
    assert [row["participant"][0] for row in csv.DictReader(io.StringIO(predictions_csv(cast)))] == ["p"]
    assert not any(one.name in predictions_csv(cast) or one.key in predictions_csv(cast) for one in CHARACTERS.values())
    told = {one["name"]: (one["character"], one["rank"]) for one in json.loads(class_json(cast))["seats"]}
    assert told["The lean one"] == (LEAN, None)
    assert told["Ada"][0] is None


def test_everybody_sees_who_is_a_character(cast: Room):
    ada = cast.join("Ada")
    assert joined_text(cast).endswith(f"Playing along by a rule: {MARK} The evil manager, {MARK} The lean one, "
                                      f"{MARK} The star's coach.")  # fmt: skip
    assert cast_text(cast) in visitor.welcome(cast)
    assert [one["team"].startswith("Character. ") for one in trainer.seats(cast)] == [False, True, True, True]
    play(cast)
    cast.yardstick.alone[:] = 0.0
    series = {one["name"]: one for one in lines_option(paths_of(cast, 1), 1e6, LIGHT)["series"]}
    assert series[f"{MARK} The lean one"]["lineStyle"]["type"] == "dotted"
    assert series["Ada"]["lineStyle"]["type"] == "solid"
    cast.end(cast.trainer)
    shown = podium_shown(cast) or {}
    assert [one["name"] for one in shown["places"]] == ["Ada"]
    assert {one["name"] for one in shown["along"]} == {one.name for one in CHARACTERS.values()}
    rows = {row["name"]: row for row in (words.board(cast, ada.token) or {})["rows"]}
    assert (rows["Ada"]["rank"], rows["Ada"]["character"]) == ("1", False)
    assert (rows["The lean one"]["rank"], rows["The lean one"]["character"]) == ("\N{EN DASH}", True)


def test_a_debrief_tells_characters_apart(scenario: Scenario):
    cast = Room("ABCDEF", ClassTerms(scenario, 3, BUDGET, 2, characters=tuple(CHARACTERS)), Yardstick.empty(2, 2, 2))
    cast.join("Ada")
    play(cast)
    cast.end(cast.trainer)
    cast.yardstick.measure(cast.start, cast.menu)
    cast.review.prepare(cast.played())
    cast.review.work()
    found = find(cast.review, set(cast.seats))
    assert found is not None
    assert (found.best.name, found.first.name, found.median_in_run) == ("Ada", "Ada", 0.0)
    assert len(found.characters) == 3
    analysis = Debrief(cast).analysis()
    answer = " ".join(analysis.answer)
    assert "of 1 seat 0 surely do better" in answer
    assert "The star's coach, a character that played along by a rule, brings" in answer
    frame = analysis.tables["seats"]
    assert dict(zip(frame["seat"], frame["character"], strict=True))["The lean one"]
    coach = next(seat for seat in cast.characters if seat.character == COACH)
    assert Debrief(cast).analysis(coach.token).question == "What did the decisions of The star's coach bring?"


def test_without_people_there_is_nothing_to_debrief(cast: Room):
    play(cast)
    cast.end(cast.trainer)
    with pytest.raises(InputError, match="nobody has played a quarter"):
        cast.played()


def test_characters_come_back_after_a_restart_and_decide_as_they_would_have(cast: Room, tmp_path):
    cast.join("Ada")
    store = ClassStore.in_folder(tmp_path)
    cast.keep(ClassRecord(store, cast.code))
    play(cast)
    play(cast)
    cast.open(cast.trainer)
    kept = store.read(cast.code)
    assert kept == cast.kept()
    again = restored(kept, Yardstick.empty(4, 2, 2))
    assert [seat.character for seat in again.seats.values()] == [*CHARACTERS, ""]
    assert [seat.decision for seat in again.characters] == [seat.decision for seat in cast.characters]
    for room in (cast, again):
        room.close(room.trainer)
        play(room)
    assert [seat.past for seat in again.characters] == [seat.past for seat in cast.characters]
    cast.undo(cast.trainer)
    assert [seat.taken for seat in cast.characters] == [seat.taken[:3] for seat in again.characters]
    assert all(seat.decided for seat in cast.characters)
    cast.remove(cast.trainer, "The lean one")
    assert [seat.character for seat in store.read(cast.code).seats] == [EVIL, COACH, ""]
    store.close()


@pytest.mark.parametrize("wrong", [("nobody",), (EVIL, EVIL), ("",)])
def test_characters_that_do_not_exist_are_refused(scenario: Scenario, wrong: tuple):
    with pytest.raises(InputError, match=r"is no character|named twice"):
        ClassTerms(scenario, 3, BUDGET, 4, characters=wrong).check()


def test_what_is_kept_of_no_character_is_refused(cast: Room):
    kept = cast.kept()
    for change in ({"character": "nobody"}, {"late": 1}):
        seats = (kept.seats[0].model_copy(update=change), *kept.seats[1:])
        wrong = kept.model_copy(update={"seats": seats, "phase": "closed", "quarter": 1})
        with pytest.raises(InputError, match=r"is no character|damaged"):
            restored(wrong, Yardstick.empty(4, 2, 2))


def test_a_seat_reads_who_plays_along_before_the_first_quarter(cast: Room):
    seat = cast.join("Ada")
    _, page = solara.render(visitor.SeatDesk(cast, seat, seat.token, (), lambda: None), handle_error=False)
    wait(lambda: "Playing along" in texts(page))
    assert CHARACTERS[EVIL].about in texts(page)
    assert part_of(page, "Results")
    page.close()
