"""The market: its phase, its size of deal, its buyers' pace, its competitors."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Market(Section):
    """The market: its phase, its size of deal, its buyers' pace, its competitors."""

    name = "market"

    phase: str = param(
        "scale",
        choices=("pmf", "gtm_fit", "scale"),
        doc="Phase of the company: finding product-market fit, a go-to-market that works, or scale.",
        source=model("section 5, market"),
        when="start",
    )
    acv_band: str = param(
        "15k_to_50k",
        choices=("under_15k", "15k_to_50k", "over_50k"),
        doc="Band of annual contract value.",
        source=model("section 5, market"),
        when="start",
    )
    deal_size: float = param(
        30_000,
        low=100.0,
        high=10_000_000,
        unit="currency",
        doc="Mean annual contract value of a deal.",
        source=evidence("CYC-09", note="mid-market; bands by preset"),
        when="start",
    )
    deal_size_sd: float = param(
        0.6,
        low=0.0,
        high=2.0,
        unit="log-sd",
        doc="Spread of deal sizes at one account.",
        source=evidence("CYC-10", note="deal sizes are heavy-tailed; the figure is assumed"),
        when="start",
    )
    account_size_sd: float = param(
        0.5,
        low=0.0,
        high=2.0,
        unit="log-sd",
        doc="Spread of account sizes within a territory.",
        source=assumed("deal sizes vary with the customer"),
        when="start",
    )
    territory_sd: float = param(
        0.9,
        low=0.0,
        high=2.0,
        unit="log-sd",
        doc="Spread of potential between territories.",
        source=evidence("DER-02", note="total dispersion 0.84 to 1.09 includes territory, art and luck"),
        when="start",
    )
    accounts_per_rep: int = param(
        120,
        low=1,
        high=2000,
        unit="accounts / seat",
        doc="Accounts (buying centres) of a territory.",
        source=model("section 8, load"),
        when="start",
    )
    n_lines: int = param(
        3,
        low=1,
        high=8,
        unit="lines",
        doc="Product lines, the last of them new.",
        source=model("default scenario of the design"),
        when="start",
    )
    needs_per_account_year: float = param(
        0.34,
        low=0.0,
        high=50.0,
        unit="needs / account / year",
        doc="Needs that arise by themselves, all lines together.",
        source=model("section 8: 1.3 with marketing and prospecting, mid-market"),
    )
    demand: float = param(
        1.0,
        low=0.0,
        high=10.0,
        unit="ratio",
        doc="Demand relative to normal; shocks change it.",
        source=evidence("WIN-26", note="size of a demand shock"),
        lever="organization",
    )
    cycle_weeks: float = param(
        9.0,
        low=1.0,
        high=104.0,
        unit="weeks",
        doc="Least duration of the buyer's own process.",
        source=evidence("CYC-02", "CYC-04", "CYC-05"),
    )
    group_size: float = param(
        6.0,
        low=1.0,
        high=30.0,
        unit="people",
        doc="Mean size of the buying group.",
        source=evidence("BUY-02", "BUY-04"),
        when="start",
    )
    group_size_sd: float = param(
        0.3,
        low=0.0,
        high=2.0,
        unit="log-sd",
        doc="Spread of group sizes between accounts.",
        source=assumed("nearly all groups have half to twice the usual size"),
        when="start",
    )
    complexity: float = param(
        0.45,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Mean complexity of the problem to be solved.",
        source=model("section 8: 0.8 enterprise, 0.2 small deals"),
        when="start",
    )
    competitor_strength: float = param(
        0.7,
        low=-5.0,
        high=8.0,
        unit="utility",
        doc="Strength of the competitors' offer.",
        source=assumed("set so that losses to competitors come out near DER-06"),
        lever="organization",
    )
    status_quo: float = param(
        0.35,
        low=-5.0,
        high=8.0,
        unit="utility",
        doc="Pull of leaving things as they are.",
        source=assumed("set so that no decision comes out near WIN-14"),
        when="start",
    )
    price_gap: float = param(
        0.05,
        low=-1.0,
        high=1.0,
        unit="share",
        doc="Mean price above the competitors'.",
        source=assumed("slightly dearer than the rivals"),
        lever="organization",
    )
    price_gap_spread: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Spread of the price gap between needs.",
        source=assumed("rivals bid differently from deal to deal"),
    )
    product_maturity: float = param(
        0.95,
        low=0.2,
        high=1.0,
        unit="share",
        doc="Readiness of the established lines.",
        source=assumed("mature at scale, less so before; see presets"),
        when="start",
    )
    new_line_maturity: float = param(
        0.8,
        low=0.2,
        high=1.0,
        unit="share",
        doc="Readiness of the newest line.",
        source=assumed("the newest line is less ready"),
        when="start",
    )
    initial_installed_share: float = param(
        0.15,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Lines installed at the accounts before the burn-in.",
        source=assumed("a company at scale has some years of customers; by phase, see presets"),
        when="start",
    )
    expected_bookings_per_rep_year: float = param(
        600_000,
        low=100.0,
        high=1_000_000_000,
        unit="currency / rep / year",
        doc="Bookings a usual territory brings; the first quotas rest on it.",
        source=evidence("PAY-04", note="0.5 to 0.7 of 4.5 x OTE, section 8"),
        when="start",
    )
    bass_innovation: float = param(
        0.03,
        low=0.0,
        high=5.0,
        unit="1 / year",
        doc="p of the idealised need hazard.",
        source=model("pattern X6"),
    )
    bass_imitation: float = param(
        0.38,
        low=0.0,
        high=10.0,
        unit="1 / year",
        doc="q of the idealised need hazard.",
        source=model("pattern X6"),
    )
