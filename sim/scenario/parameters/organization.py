"""Horizon, money, delivery."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Organization(Section):
    """Horizon, money, delivery."""

    name = "organization"

    weeks: int = param(
        156,
        low=1,
        high=1040,
        unit="weeks",
        doc="Horizon after the burn-in.",
        source=model("three years"),
    )
    burn_in_weeks: int = param(
        52,
        low=0,
        high=520,
        unit="weeks",
        doc="Weeks the scenario runs before week 0, with interventions off.",
        source=model("initialization"),
        when="start",
    )
    start_up_cycles: float = param(
        1.3,
        low=0.0,
        high=10.0,
        unit="cycles",
        doc="First part of the burn-in that counts as bringing no orders yet, for the first target.",
        source=assumed("one cycle, and a third more until orders are usual"),
        when="start",
    )
    start_up_limit_weeks: float = param(
        39.0,
        low=0.0,
        high=51.0,
        unit="weeks",
        doc="Most weeks that count as bringing no orders yet.",
        source=assumed("a quarter of the first year must remain to judge by"),
        when="start",
    )
    gross_margin: float = param(
        0.75,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Gross margin on contract value.",
        source=assumed("usual for software; no evidence row"),
    )
    revenue_smoothing: float = param(
        0.04,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Smoothing of revenue for budgets.",
        source=assumed("half a year"),
    )
    delivery_capacity: float = param(
        1.2,
        low=0.01,
        high=100.0,
        unit="ratio",
        doc="Delivery capacity at the start, in units of usual bookings.",
        source=assumed("a little room"),
    )
    minimum_delivery_weeks: float = param(
        2.0,
        low=0.0,
        high=52.0,
        unit="weeks",
        doc="Least delivery delay.",
        source=assumed("two weeks"),
    )
    delivery_rest: float = param(
        0.01,
        low=0.001,
        high=1.0,
        unit="share",
        doc="Part of an order below which what is left of it is delivered at once.",
        source=assumed("a backlog that is worked off evenly would never quite end"),
    )
    delivery_goal_weeks: float = param(
        4.0,
        low=0.1,
        high=104.0,
        unit="weeks",
        doc="Delay capacity is planned for.",
        source=evidence("SDF-09", note="two months in Forrester's plant; weeks here"),
    )
    company_notices_weeks: float = param(
        17.3,
        low=0.5,
        high=104.0,
        unit="weeks",
        doc="Time until the company notices a delay.",
        source=evidence("SDF-06"),
    )
    market_notices_weeks: float = param(
        26.0,
        low=0.5,
        high=104.0,
        unit="weeks",
        doc="Time until buyers notice a delay.",
        source=evidence("SDF-07"),
    )
    capacity_delay_weeks: float = param(
        52.0,
        low=1.0,
        high=520.0,
        unit="weeks",
        doc="Time to expand delivery capacity.",
        source=evidence("SDF-10"),
    )
    delay_cost: float = param(
        0.05,
        low=0.0,
        high=2.0,
        unit="utility / week",
        doc="Utility lost per week of delivery delay the market knows of.",
        source=evidence("SDF-05", note="orders fall with the delay seen; here in the choice"),
    )
    delay_dissatisfaction: float = param(
        0.05,
        low=0.0,
        high=2.0,
        unit="1 / week",
        doc="Results devalued per week of delivery delay.",
        source=assumed("late is worth less"),
    )
