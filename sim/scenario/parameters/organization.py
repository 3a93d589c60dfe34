"""Horizon, money, delivery."""

from sim.scenario.parameters.base import Section, assumed, evidence, in_weeks, number, ratio, share, utility


class Organization(Section):
    """Horizon, money, delivery."""

    name = "organization"

    weeks: int = in_weeks(156, 1, 1040, assumed("three years: plans and targets have their time"), label="horizon")
    """Horizon after the burn-in."""
    burn_in_weeks: int = in_weeks(52, 0, 520, assumed("a year, in which pipelines and quotas settle"), when="start")
    """Weeks the scenario runs before week 0, with interventions off."""
    start_up_cycles: float = number(1.3, 0, 10, "cycles", assumed("one, and a third till orders come"), when="start")
    """First part of the burn-in that counts as bringing no orders yet, for the first target."""
    start_up_limit_weeks: float = in_weeks(39.0, 0, 51, assumed("a quarter of the year must remain"), when="start")
    """Most weeks that count as bringing no orders yet."""
    gross_margin: float = share(0.75, assumed("usual for software; no evidence row"))
    """Gross margin on contract value."""
    revenue_smoothing: float = number(0.04, 0, 1, "1 / week", assumed("half a year"))
    """Smoothing of revenue for budgets."""
    delivery_capacity: float = ratio(1.2, 0.01, 100, assumed("a little room"))
    """Delivery capacity at the start, in units of usual bookings."""
    minimum_delivery_weeks: float = in_weeks(2.0, 0, 52, assumed("two weeks"))
    """Least delivery delay."""
    delivery_rest: float = share(0.01, assumed("a backlog that is worked off evenly would never quite end"), low=0.001)
    """Part of an order below which what is left of it is delivered at once."""
    delivery_goal_weeks: float = in_weeks(4.0, 0.1, 104, evidence("SDF-09: two months in a plant; weeks here"))
    """Delay capacity is planned for."""
    company_notices_weeks: float = in_weeks(17.3, 1, 104, evidence("SDF-06"))
    """Time until the company notices a delay."""
    market_notices_weeks: float = in_weeks(26.0, 1, 104, evidence("SDF-07"))
    """Time until buyers notice a delay."""
    capacity_delay_weeks: float = in_weeks(52.0, 1, 520, evidence("SDF-10"))
    """Time to expand delivery capacity."""
    delay_cost: float = utility(0.05, 0, 2, evidence("SDF-05: orders fall with the delay seen"), per="week")
    """Utility lost per week of delivery delay the market knows of."""
    delay_dissatisfaction: float = number(0.05, 0, 2, "1 / week", assumed("late is worth less"))
    """Results devalued per week of delivery delay."""
