"""How many pages can be open, and how many messages can come."""

import pytest

from sim.ui.server.visitors import (
    MESSAGES_A_SECOND,
    MESSAGES_AT_ONCE,
    MOST_LINES,
    MOST_PAGES,
    MOST_PER_ADDRESS,
    MOST_PER_VISITOR,
    Pace,
    PaceError,
    PageOwner,
    Visitors,
)


@pytest.fixture
def alive():
    return set()


@pytest.fixture
def visitors(alive):
    return Visitors(lambda: alive)


def fill(visitors, alive, number, owner):
    for _ in range(number):
        page = f"page {len(alive)}"
        assert visitors.connect(page, owner(len(alive))) == ""
        alive.add(page)
        visitors.disconnect(page)


def test_one_visitor_has_a_dozen_pages(visitors, alive):
    fill(visitors, alive, MOST_PER_VISITOR, lambda _: PageOwner("ann", "a"))
    assert "You have 12 pages open" in visitors.connect("one more", PageOwner("ann", "a"))
    assert visitors.connect("of bob", PageOwner("bob", "a")) == ""


def test_a_class_of_eighty_sits_behind_one_address(visitors, alive):
    fill(visitors, alive, MOST_PER_ADDRESS, lambda number: PageOwner(f"v{number}", "a"))
    assert MOST_PER_ADDRESS > 80
    assert "from your network" in visitors.refusal(PageOwner("late", "a"))
    assert visitors.refusal(PageOwner("late", "b")) == ""


def test_the_machine_keeps_so_many(visitors, alive):
    fill(visitors, alive, MOST_PAGES, lambda number: PageOwner(f"v{number}", f"a{number}"))
    assert "on this machine" in visitors.refusal(PageOwner("late", "late"))
    alive.pop()
    assert visitors.refusal(PageOwner("late", "late")) == "", "a page that is gone leaves its place"


def test_those_without_a_cookie_are_counted_by_address(visitors, alive):
    fill(visitors, alive, MOST_PER_ADDRESS, lambda _: PageOwner("", "a"))
    assert "from your network" in visitors.refusal(PageOwner("", "a"))


def test_a_page_reconnects_even_where_no_other_can_be_opened(visitors, alive):
    fill(visitors, alive, MOST_PER_VISITOR, lambda _: PageOwner("ann", "a"))
    assert visitors.connect("page 0", PageOwner("ann", "a")) == ""


def test_a_page_has_a_few_connections(visitors):
    for _ in range(MOST_LINES):
        assert visitors.connect("page", PageOwner("ann", "a")) == ""
    assert "4 connections" in visitors.connect("page", PageOwner("ann", "a"))
    visitors.disconnect("page")
    assert visitors.connect("page", PageOwner("ann", "a")) == ""


def test_a_burst_is_read_and_a_flood_is_not():
    now = [0.0]
    pace = Pace(lambda: now[0])
    for _ in range(int(MESSAGES_AT_ONCE)):
        pace.count()
    with pytest.raises(PaceError, match="more than 150 messages a second"):
        pace.count()
    flood = Pace(lambda: now[0])
    for _ in range(2):
        flood.count(3_000_000)
    with pytest.raises(PaceError, match="bytes a second came"):
        flood.count(3_000_000)
    now[0] = 100.0
    for _ in range(1000):
        now[0] += 1.0 / MESSAGES_A_SECOND
        pace.count()
