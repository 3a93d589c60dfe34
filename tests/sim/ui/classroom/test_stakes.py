"""What is at stake in a class as it is proposed is measured, not typed, and is several per cent."""

import pytest
import solara

from sim.studies.statistics import mean_interval
from sim.ui.classroom import trainer
from sim.ui.classroom.characters import CHARACTERS
from sim.ui.classroom.options import USUAL
from sim.ui.classroom.stakes import ALONE, ClassStakes, stakes, stakes_table, stakes_text
from sim.ui.classroom.terms import proposed_terms
from tests.class_stakes import DOCUMENT, SEEDS, digest, played, stored
from tests.sim.ui.classroom.drawn import texts, wait

MOST = 3.0  # per cent of net contribution between characters, which is the least worth a class


def test_the_form_proposes_what_was_measured():
    found, form = stored(), trainer.ClassForm()
    form.propose()
    terms, proposed = form.terms(), proposed_terms()
    assert (terms.budget, terms.quarters, terms.offered) == (proposed.budget, proposed.quarters, proposed.offered)
    assert terms.scenario.digest() == proposed.scenario.digest()
    assert (found["quarters"], tuple(found["offered"])) == (terms.quarters, USUAL)
    assert len(found["runs"][ALONE]) == len(SEEDS) == stakes().lucks
    assert set(found["runs"]) == {ALONE, *CHARACTERS}


def test_the_file_is_of_this_model():
    assert stored()["model"] == digest(), "the model moved: measure again with `python -m tests.class_stakes`"


@pytest.mark.slow
def test_one_luck_played_again_brings_what_is_stored():
    seed = SEEDS[3]
    now = played(seed)
    assert now == {name: rows[seed] for name, rows in stored()["runs"].items()}


def test_choices_move_the_result_by_several_per_cent():
    known = stakes()
    assert known.spread(0) > MOST
    assert known.spread(1) > MOST
    least, most = known.ends(0)
    assert known.moved[least][0].high < 0 < known.moved[most][0].low, "told from zero"


def test_differences_are_paired_by_luck_and_in_per_cent_of_left_alone():
    runs = {ALONE: [[100.0, 10.0], [300.0, 30.0]]} | {key: [[104.0, 10.0], [308.0, 30.0]] for key in CHARACTERS}
    found = ClassStakes.of({"title": "x", "quarters": 8, "budget": "1", "runs": runs})
    net, booked = found.moved["lean_one"]
    assert net == mean_interval([2.0, 4.0])
    assert (booked.mean, booked.low, booked.high) == (0.0, 0.0, 0.0)
    assert (found.lucks, found.spread(0)) == (2, 0.0)


def test_the_sentence_and_the_table_say_what_is_stored():
    known = stakes()
    least, most = known.ends(0)
    text = stakes_text()
    assert f"{abs(known.moved[most][0].mean):.1f} % ({CHARACTERS[most].name})" in text
    assert f"{abs(known.moved[least][0].mean):.1f} % ({CHARACTERS[least].name})" in text
    assert f"mean over {len(SEEDS)} lucks" in text
    assert text.count(".  ") == 0
    assert stakes_table() in DOCUMENT.read_text("utf-8")


def test_the_form_shows_the_sentence():
    _, form = solara.render(trainer.Fields(trainer.ClassForm()), handle_error=False)
    wait(lambda: stakes_text() in texts(form))
    form.close()
