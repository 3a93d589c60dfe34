"""What is kept of a class; everything else is computed from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.ui.server.codes import LETTERS

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{20,64}$")]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class KeptMember(_Kept):
    """What is kept of a member of a team."""

    token: Token
    name: str  # As it was typed, in single spaces
    proposal: dict[str, str | int | float] | None = None  # For the open quarter


class KeptSeat(_Kept):
    """What is kept of a seat."""

    token: Token
    name: str  # As it was typed, in single spaces
    decisions: dict[int, dict[str, str | int | float]]  # What was confirmed, by quarter from 1
    late: int = 0  # Quarters that had been played when it was taken
    members: tuple[KeptMember, ...] = ()  # Of the team that holds it, the captain first
    character: str = ""  # Key of the character that plays it; empty for people


class KeptPace(_Kept):
    """What is kept of how a class goes on."""

    minutes: float = 0.0  # For each quarter; 0 for no clock
    ends: float | None = None  # When the clock closes the open quarter; None while none runs [s since 1970]
    held: float | None = None  # What is left while the clock is held [s]
    reopened: int = 0  # Quarter that was taken back and is open again; 0 for none
    revealed: int = 0  # Last quarter that was revealed


class KeptQuestion(_Kept):
    """What is kept of a question to a class, or of one of a lesson."""

    about: str
    measure: str  # Of a lesson, what was measured, in words
    form: str
    asked: int  # Quarters that were closed; of a lesson, the chapter
    target: int  # Quarter it is about; of a lesson, the chapter
    now: float
    truth: float | None = None  # Once it is revealed; of a lesson the option's place or the number, if measurable
    revealed: int | None = None  # Quarter, or chapter, in which that was
    guesses: dict[str, float] = {}  # By token


class KeptClass(_Kept):
    """What is kept of a class; everything else is computed from it."""

    code: Annotated[str, Field(pattern=rf"^[{LETTERS}]{{1,12}}$")]
    trainer: Token
    rules: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]  # Version of the model it was begun with
    scenario: str  # TOML of the organization everybody begins with
    seed: int
    budget: float  # [currency / quarter]
    quarters: int
    offered: tuple[str, ...]
    phase: Literal["gathering", "deciding", "closed", "revealed", "over"]
    quarter: int  # That is open or was closed last
    seats: tuple[KeptSeat, ...] = ()  # In the order of joining
    pace: KeptPace = KeptPace()
    questions: tuple[KeptQuestion, ...] = ()
    team: int = 1  # People on a seat at most
    demand: dict[int, float] = {}  # Set in secret, from the start of a quarter on, by quarter [% of usual]
    lesson: str = ""  # Name of the lesson, where it is one for a class; empty for a class that decides
