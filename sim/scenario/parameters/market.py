"""The market: its phase, its size of deal, its buyers' pace, its competitors."""

from sim.scenario.parameters.base import (
    Section,
    assumed,
    choice,
    evidence,
    in_weeks,
    log_sd,
    money,
    number,
    ratio,
    share,
    utility,
)


class Market(Section):
    """The market: its phase, its size of deal, its buyers' pace, its competitors."""

    name = "market"

    phase: str = choice("scale", ("pmf", "gtm_fit", "scale"), assumed("all mechanisms are at work in it"), when="start")
    """Phase of the company: finding product-market fit, a go-to-market that works, or scale."""
    acv_band: str = choice("15k_to_50k", ("under_15k", "15k_to_50k", "over_50k"), assumed("middle"), when="start")
    """Band of annual contract value."""
    deal_size: float = money(21_000.0, 100, 10_000_000, assumed("set last, by PAY-03; bands by preset"), when="start")
    """Mean annual contract value of a deal."""
    deal_size_sd: float = log_sd(0.6, 0, 2, evidence("CYC-10: heavy-tailed; the figure is assumed"), when="start")
    """Spread of deal sizes at one account."""
    account_size_sd: float = log_sd(0.5, 0, 2, assumed("deal sizes vary with the customer"), when="start")
    """Spread of account sizes within a territory."""
    territory_sd: float = log_sd(0.9, 0, 2, evidence("DER-02: 0.84 to 1.09 with art and luck"), when="start")
    """Spread of potential between territories."""
    covered_reps: int = number(
        0, 0, 50_000, "seats", assumed("the first force covers the best"), label="reps covered by", when="start"
    )
    """Seats with territories of usual potential; 0: as many as there are at the start."""
    territory_elasticity: float = ratio(0.28, 0.05, 1, evidence("ELA-01, FLY-25: from .34, rounded down"), when="start")
    """Elasticity of all territories' potential to seats opened beyond those covered."""
    accounts_per_rep: int = number(
        120, 1, 2000, "accounts / seat", assumed("nine calls a week, quarterly"), when="start"
    )
    """Accounts (buying centres) of a territory."""
    n_lines: int = number(3, 1, 8, "lines", assumed("old, to cross-sell, new"), label="product lines", when="start")
    """Product lines, the last of them new."""
    needs_per_account_year: float = number(0.38, 0, 50, "needs / account / year", assumed("two in five years"))
    """Needs that arise by themselves, all lines together."""
    demand: float = ratio(1.0, 0, 10, evidence("WIN-26: size of a demand shock"), lever="organization")
    """Demand relative to normal; shocks change it."""
    first_quarter_needs: float = ratio(1.0, 0, 10, assumed("no season unless one is told"), within=1.0)
    """Needs in a year's first quarter relative to the mean quarter, whatever finds them."""
    second_quarter_needs: float = ratio(1.0, 0, 10, assumed("no season unless one is told"), within=1.0)
    """The same in the second quarter."""
    third_quarter_needs: float = ratio(1.0, 0, 10, assumed("no season unless one is told"), within=1.0)
    """The same in the third quarter."""
    fourth_quarter_needs: float = ratio(1.0, 0, 10, assumed("no season unless one is told"), within=1.0)
    """The same in the fourth quarter."""
    cycle_weeks: float = in_weeks(9.0, 1, 104, evidence("CYC-02, CYC-04, CYC-05"))
    """Least duration of the buyer's own process."""
    group_size: float = number(6.0, 1, 30, "people", evidence("BUY-02, BUY-04"), when="start")
    """Mean size of the buying group."""
    group_size_sd: float = log_sd(0.3, 0, 2, assumed("nearly all have half to twice the usual size"), when="start")
    """Spread of group sizes between accounts."""
    complexity: float = share(0.45, assumed("about the middle; by band, see presets"), when="start")
    """Mean complexity of the problem to be solved."""
    competitor_strength: float = utility(0.65, -5, 8, assumed("losses come near DER-06"), lever="organization")
    """Strength of the competitors' offer."""
    status_quo: float = utility(0.66, -5, 8, assumed("set so that no decision comes out near WIN-14"), when="start")
    """Pull of leaving things as they are."""
    price_gap: float = share(0.05, assumed("slightly dearer than the rivals"), low=-1, lever="organization")
    """Mean price above the competitors'."""
    price_gap_spread: float = share(0.2, assumed("rivals bid differently from deal to deal"))
    """Spread of the price gap between needs."""
    product_maturity: float = share(0.95, assumed("mature at scale, less before; see presets"), low=0.2, when="start")
    """Readiness of the established lines."""
    new_line_maturity: float = share(0.8, assumed("the newest line is less ready"), low=0.2, when="start")
    """Readiness of the newest line."""
    initial_installed_share: float = share(0.15, assumed("years of customers; by phase, see presets"), when="start")
    """Lines installed at the accounts before the burn-in."""
    expected_bookings_per_rep_year: float = money(
        600_000.0, 100, 1_000_000_000, evidence("PAY-04: 0.8 of a quota of 750,000"), per="rep / year", when="start"
    )
    """Bookings a usual territory brings; the first quotas rest on it."""
    bass_innovation: float = number(0.03, 0, 5, "1 / year", evidence("BAS-01"))
    """p of the idealised need hazard."""
    bass_imitation: float = number(0.38, 0, 10, "1 / year", evidence("BAS-02"))
    """q of the idealised need hazard."""
