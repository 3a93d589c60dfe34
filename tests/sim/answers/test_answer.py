"""The answer says what the paired differences say, and no more."""

from dataclasses import replace

import pandas as pd
import pytest

from sim.answers.compare.material import Material
from sim.answers.compare.words import answer, confidence, effect_rows, verdict


def effect(difference: float, half: float) -> pd.Series:
    return pd.Series({"difference": difference, "low": difference - half, "high": difference + half})


@pytest.mark.parametrize(
    ("difference", "half", "better", "word"),
    [
        (5, 1, 1, "better"),
        (-5, 1, 1, "worse"),
        (-5, 1, -1, "better"),
        (5, 1, 0, "more"),
        (-5, 1, 0, "less"),
        (5, 6, 1, "unclear"),
    ],
)
def test_verdicts(difference: float, half: float, better: int, word: str):
    assert verdict(effect(difference, half), better) == word


def test_a_missing_interval_is_unclear():
    assert verdict(effect(float("nan"), float("nan")), 1) == "unclear"


def test_the_best_case_comes_first(material: Material):
    text = answer(material)
    assert text.startswith("Over three years, with training, net contribution rises by ")
    assert text.index("training") < text.index("overlays")


def test_where_less_is_better_the_lowest_comes_first(material: Material):
    text = answer(replace(material, main="churn_rate"))
    assert text.index("overlays") < text.index("training")


def test_what_cannot_be_told_from_zero_is_not_claimed(material: Material):
    wide = material.effects.assign(low=-1e12, high=1e12)
    text = answer(replace(material, effects=wide))
    assert "rises" not in text
    assert "falls" not in text
    assert "net contribution moves by nothing that 40 paired runs can tell from zero" in text


def test_without_cases_there_is_nothing_to_say(material: Material):
    assert "nothing to compare" in answer(replace(material, cases={}))
    assert confidence(replace(material, cases={})) == ""


def test_the_main_measure_leads_the_table(material: Material):
    rows = effect_rows(replace(material, main="win_rate"))
    assert rows[0].label == "Win rate"
    assert rows[0].main
    assert len(rows) == len({row.name for row in rows}) == len(material.measures)


def test_a_measure_no_run_could_give_is_left_out(material: Material):
    table = material.table.copy()
    table.loc[table["measure"] == "cycle_days", "mean"] = float("nan")
    assert "cycle_days" not in {row.name for row in effect_rows(replace(material, table=table))}
