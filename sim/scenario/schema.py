"""The shape of a scenario file: its head, interventions, organization tables and the sections of parameters."""

import datetime as dt
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from sim.scenario.parameters import sections

FORMAT_VERSION = 1


class Table(BaseModel):
    """A part of a scenario file: typed strictly, frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _spell_out_everyone(value: Any) -> Any:
    return {"everyone": True} if value == "everyone" else value


Many = Field(strict=False)  # lists of a file become tuples
Names = Annotated[tuple[str, ...], Many]
NamesOrNumbers = Annotated[tuple[str | int, ...], Many]


class Target(Table):
    """Whom an intervention concerns: everyone, a region, teams, or named agents. One of them."""

    everyone: bool = Field(default=False, description="The whole organization.")
    region: str = Field(default="", description="All teams of a region.")
    teams: NamesOrNumbers = Field(default=(), description="Teams, by their manager's name or number from 0.")
    agents: NamesOrNumbers = Field(default=(), description="Sellers or managers, by name or number from 0.")

    @property
    def forms(self) -> list[str]:
        """Which of the four forms are given."""
        return [form for form in ("everyone", "region", "teams", "agents") if getattr(self, form)]


class InterventionSpec(Table):
    """One change at one week: an action on a lever, or an event."""

    week: int = Field(ge=0, description="Week of the run, from 0, at whose start it happens.")
    target: Annotated[Target, BeforeValidator(_spell_out_everyone)] = Target(everyone=True)
    action: Literal["set", "add", "scale"] = Field(default="set", description="What is done to the parameter.")
    parameter: str = Field(default="", description="Dotted name of a lever.")
    value: Any = Field(default=None, description="New value, what is added, or the factor.")
    event: str = Field(default="", description="Name of an event, instead of a parameter.")
    arguments: dict[str, float] = Field(default={}, description="Numbers of the event.")
    label: str = Field(default="", description="What figures and timelines call it.")
    rollout: Literal["cannonball", "bullets"] = Field(
        default="cannonball", description="Everybody at once, or pilot teams first and the others if it pays."
    )
    pilot: NamesOrNumbers = Field(default=(), description="Teams that try it first, by manager's name or number.")
    pilot_quarters: int = Field(default=2, ge=1, le=4, description="Quarters of the trial.")
    threshold: float = Field(
        default=0.02, ge=-1, le=5, description="Growth of the pilots above the others' that is asked for. [share]"
    )
    drop_below: float | None = Field(
        default=None, ge=-1, le=5, description="Between this and the threshold a trial goes on once more. [share]"
    )
    spill_over: float = Field(
        default=0.0, ge=0, le=1, description="Share of the lever that reaches the other teams during the trial."
    )
    until: int | None = Field(default=None, ge=1, description="Week at whose start it is undone.")


class LineSpec(Table):
    """A product line."""

    name: str = Field(min_length=1)
    share: float = Field(ge=0, le=1, description="Share of needs; the shares of all lines sum to 1.")
    price: float = Field(gt=0, le=1e9, description="Mean amount of a deal. [currency]")
    amount_sd: float = Field(default=0.5, ge=0, le=3, description="Spread of amounts. [sd of log]")
    readiness: float = Field(default=1.0, ge=0, le=1, description="How ready buyers are for it. [0-1]")


class TeamSpec(Table):
    """A first-line manager with the sellers who report to that manager."""

    manager: str = Field(min_length=1)
    region: str = ""
    sellers: Annotated[tuple[str, ...], Many] = Field(min_length=1)


class SellerSpec(Table):
    """A seller with a territory."""

    name: str = Field(min_length=1)
    potential: float = Field(default=1.0, gt=0, le=1000, description="Potential relative to the mean seller.")
    accounts: dict[str, Annotated[int, Field(ge=1, le=10_000)]] = Field(
        default={}, description="Accounts, with the number of buying centres of each."
    )


class DataCheckSpec(Table):
    """A measure as data have it, beside which a report puts the as-is case."""

    name: str = Field(min_length=1, description="Name of a measure of a run.")
    target: float = Field(description="What the data say.")
    unit: str = ""
    low: float = Field(description="Least value of the model that counts as agreeing.")
    high: float = Field(description="Largest value of the model that counts as agreeing.")
    fitted: bool = Field(default=False, description="Whether parameters were solved to meet it.")
    source: str = Field(default="", description="Where the target is from.")


class UnknownSpec(Table):
    """A parameter nobody has said and no data tell, with the range it may lie in."""

    name: str = Field(min_length=1, description="What it is, in words.")
    parameter: str = Field(description="Dotted name of the parameter.")
    low: int | float | bool | str = Field(description="One end of its plausible range, or one choice.")
    high: int | float | bool | str = Field(description="The other end.")
    money_only: bool = Field(default=False, description="Whether it moves money alone, and no deal.")
    why: str = Field(default="", description="Why it matters, and what its value was taken from.")


class Document(Table):
    """A scenario file without its sections of parameters, which `document_type` adds."""

    format_version: int = Field(default=FORMAT_VERSION, description="Version of this format; 1 if not given.")
    name: str = Field(default="", description="Short name.")
    title: str = Field(default="", max_length=200, description="Title for tables and figures.")
    shows: str = Field(default="", description="What the scenario shows.")
    watch: str = Field(default="", description="What to watch while it runs.")
    found: str = Field(default="", description="What was measured, in rounded figures, and the command that shows it.")
    fails: str = Field(default="", description="Where it does not hold, or what it does not show.")
    pair: str = Field(default="", description="Scenario it is compared with.")
    claims: Names = Field(default=(), description="Claims and patterns it carries.")
    start_date: dt.date = Field(
        default=dt.date(2026, 1, 5), ge=dt.date(1900, 1, 1), le=dt.date(2199, 12, 31), description="Date of week 0."
    )
    currency: str = Field(default="USD", min_length=1, max_length=12, description="Label of all amounts.")
    interventions: Annotated[tuple[InterventionSpec, ...], Many] = ()
    lines: Annotated[tuple[LineSpec, ...], Many] = ()
    teams: Annotated[tuple[TeamSpec, ...], Many] = ()
    sellers: Annotated[tuple[SellerSpec, ...], Many] = ()
    data_checks: Annotated[tuple[DataCheckSpec, ...], Many] = ()
    unknowns: Annotated[tuple[UnknownSpec, ...], Many] = ()


BESIDE = ("data_checks", "unknowns")  # rows that change no result
PROSE = ("name", "title", "shows", "watch", "found", "fails", "pair", "claims")  # does not change what a run computes
HEAD = ("format_version", *PROSE, "start_date", "currency")
ROWS: dict[str, type[Table]] = {
    "interventions": InterventionSpec,
    "lines": LineSpec,
    "teams": TeamSpec,
    "sellers": SellerSpec,
    "data_checks": DataCheckSpec,
    "unknowns": UnknownSpec,
}


@cache
def document_type() -> type[Document]:
    """Build the whole format: head, rows, and a table for every section of parameters."""
    tables: dict[str, Any] = {name: (kind, Field(default_factory=kind)) for name, kind in sections().items()}
    return create_model("Scenario", __base__=Document, **tables)


def json_schema() -> dict[str, Any]:
    """Give the JSON schema of scenario files, for editors that complete and check TOML."""
    return document_type().model_json_schema()
