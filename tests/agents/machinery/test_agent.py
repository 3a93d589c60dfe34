"""Agents: Mesa objects over rows, whose rules can be overridden in plain Python."""

from types import SimpleNamespace

import mesa
import pytest

from agents.machinery.agent import ModelAgent, bind_rules, overridden_rules
from agents.machinery.record import Field, Record
from agents.machinery.rule import Rule, rule

SEATS = Record(
    "seats", "A seat", [Field("sold", "f8", "deals", "Sold so far."), Field("tired", "i8", "flag", "Tired.")]
)
TOY: dict[str, Rule] = {}


@rule(agent="seat", registry=TOY)
def sell(s, i):
    """Sell one more."""
    s.seats[i].sold += 1.0


@rule(agent="seat", registry=TOY)
def tire(s, i):
    """Tire."""
    s.seats[i].tired = 1


class Seat(ModelAgent):
    """A seat."""

    record = SEATS


class LuckySeat(Seat):
    """Sells twice."""

    def sell(self):
        """Sell two more."""
        super().sell()
        self.sold += 1.0


bind_rules(Seat, "seat", TOY)
for one in TOY.values():
    one.compiled = one.function


class Office(mesa.Model):
    """Two seats in one phase."""

    def __init__(self):
        super().__init__()
        self.state = SimpleNamespace(seats=SEATS.allocate(2))
        self.phase = SimpleNamespace(rules=("sell", "tire"))
        self.seats = [Seat(self, 0), LuckySeat(self, 1)]


def test_attributes_read_and_write_the_row():
    office = Office()
    office.seats[1].sold = 2.5
    assert office.state.seats[1].sold == 2.5
    office.state.seats[0].tired = 1
    assert office.seats[0].tired == 1
    assert type(office.seats[0].tired) is int
    assert Seat.sold.__doc__ == "Sold so far. [deals]"


def test_a_step_runs_the_rules_of_the_phase_and_what_overrides_them():
    office = Office()
    office.agents.do("step")
    assert office.state.seats["sold"].tolist() == [1.0, 2.0]
    assert office.state.seats["tired"].tolist() == [1, 1]


def test_mesa_finds_and_counts_them():
    office = Office()
    assert set(office.agents_by_type) == {Seat, LuckySeat}
    office.seats[0].sell()
    assert office.agents.agg("sold", sum) == 1.0
    assert len(office.agents.select(lambda seat: seat.sold > 0)) == 1


def test_overridden_rules_are_known_by_name():
    assert overridden_rules(Seat) == []
    assert overridden_rules(LuckySeat) == ["sell"]
    assert LuckySeat.tire.__doc__ == "Tire."


def test_binding_again_adds_only_what_is_new():
    methods = dict(Seat.rule_methods)
    bind_rules(Seat, "seat", TOY)
    assert Seat.rule_methods == methods
    assert list(methods) == ["sell", "tire"]


@pytest.mark.parametrize("name", ["model", "step", "row"])
def test_a_field_may_not_hide_an_attribute_of_mesa(name):
    record = Record("seats", "A seat", [Field(name, "f8", "1", "Clash.")])
    with pytest.raises(TypeError, match=f"already has an attribute named {name}"):
        type("Clash", (ModelAgent,), {"record": record, "array": "seats"})


def test_a_rule_may_not_hide_a_field():
    def sold(s, i):
        return s, i

    clash: dict[str, Rule] = {}
    rule(agent="seat", registry=clash)(sold)
    with pytest.raises(TypeError, match="already has an attribute named sold"):
        bind_rules(Seat, "seat", clash)
