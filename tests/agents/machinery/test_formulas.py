"""Formulas shared by the rules, at values worked by hand."""

import math

import pytest

from agents.machinery import formulas
from tests.tiny import plain

clip, toward, channels = plain(formulas.clip), plain(formulas.toward), plain(formulas.channels)
effort_response, depth_factor = plain(formulas.effort_response), plain(formulas.depth_factor)
coordination_hours_each = plain(formulas.coordination_hours_each)


def test_a_stock_stays_between_its_bounds():
    assert [clip(-0.1, 0.0, 1.0), clip(0.4, 0.0, 1.0), clip(7.0, 0.0, 1.0)] == [0.0, 0.4, 1.0]


def test_a_stock_closes_the_given_part_of_its_gap():
    assert toward(2.0, 10.0, 0.25) == 4.0
    assert toward(2.0, 10.0, 0.0) == 2.0
    assert toward(2.0, 10.0, 1.0) == 10.0


def test_effort_at_its_scale_brings_63_percent_with_and_without_a_threshold():
    for threshold in (0.0, 1.0):
        assert effort_response(8.0, 8.0, threshold) == pytest.approx(1 - 1 / math.e)


def test_a_threshold_makes_little_effort_nearly_worthless():
    # a tenth of the scale: 1 - exp(-0.01) against 1 - exp(-0.1)
    assert effort_response(1.0, 10.0, 1.0) == pytest.approx(0.00995017, rel=1e-6)
    assert effort_response(1.0, 10.0, 0.0) == pytest.approx(0.09516258, rel=1e-6)


@pytest.mark.parametrize(("people", "pairs"), [(0, 0), (1, 0), (2, 1), (3, 3), (4, 6), (5, 10)])
def test_every_pair_of_people_is_a_channel(people, pairs):
    assert channels(people) == pairs


def test_the_hours_of_all_channels_are_split_over_everybody():
    # four people: six channels of half an hour are three hours, three quarters of an hour each
    assert coordination_hours_each(4.0, 0.5) == 0.75
    assert coordination_hours_each(1.0, 0.5) == 0.0


def test_depth_makes_up_for_complexity():
    assert depth_factor(0.8, 0.25) == pytest.approx(0.4)  # 1 - 0.8 x 0.75
    assert depth_factor(0.8, 1.0) == 1.0
    assert depth_factor(0.0, 0.0) == 1.0


def test_a_table_is_read_between_its_entries_and_ends_where_it_ends():
    table = (1.0, 0.5, 0.2)
    read = plain(formulas.interpolated)
    assert [read(table, place) for place in (-1.0, 0.0, 0.5, 1.0, 7.0)] == [1.0, 1.0, 0.75, 0.5, 0.2]
    assert read(table, 1.5) == pytest.approx(0.35)


def test_capacity_in_use_and_orders_kept_follow_forresters_tables():
    month = 52 / 12
    in_use, kept = plain(formulas.capacity_in_use), plain(formulas.orders_kept)
    assert [in_use(months * month) for months in (0, 0.5, 2, 9)] == pytest.approx([0, 0.25, 0.8, 1])
    assert [kept(months * month) for months in (0, 2, 4, 12)] == pytest.approx([1, 0.87, 0.53, 0.02])
    assert kept(4.5 * month) == pytest.approx((0.53 + 0.38) / 2)


def test_bits_of_a_mask_are_counted():
    assert [plain(formulas.bits_of)(mask) for mask in (0, 0b1, 0b101, 0b1111)] == [0, 1, 2, 4]


def test_opportunities_ask_for_their_share_of_a_cycle():
    assert plain(formulas.hours_asked)(3.0, 2.0, 10.0, 4.0) == 15.0


def test_a_week_asked_for_once_and_a_half():
    assert plain(formulas.load)(40.0, 10.0, 5.0, 35.0) == 1.5  # 25 hours of all else and 35 of opportunities


def test_deals_joined_ask_for_hours_each():
    assert plain(formulas.deal_hours)(4.0, 1.5) == 6.0


def test_half_the_effect_is_reached_at_the_half():
    half_saturated = plain(formulas.half_saturated)
    assert [half_saturated(0.0, 2.0), half_saturated(2.0, 2.0), half_saturated(6.0, 2.0)] == [0.0, 0.5, 0.75]


def test_what_is_not_coached_is_halved_in_its_half_life():
    forgetting = plain(formulas.forgetting)
    assert math.exp(-52.0 * forgetting(12.0, 1.0, 0.5, 0.0)) == pytest.approx(0.5)
    assert forgetting(12.0, 1.0, 0.5, 1.0) == forgetting(24.0, 1.0, 0.5, 0.0)
    assert forgetting(12.0, 0.0, 0.5, 0.0) == 0.0


def test_pay_has_its_burden():
    assert plain(formulas.with_burden)(200.0, 0.25) == 250.0


@pytest.mark.parametrize(("due", "change"), [(0.9, 0), (2.5, 2), (9.0, 4), (-0.9, 0), (-2.5, -2), (-9.0, -6)], ids=str)
def test_whole_seats_open_and_close_as_far_as_there_are_any(due, change):
    assert plain(formulas.seats_due)(0.52, 100.0) == 1.0
    assert plain(formulas.whole_seats)(due, 6, 10) == change
