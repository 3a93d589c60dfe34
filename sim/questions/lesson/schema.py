"""The shape of a lesson file: its head and its chapters, each with acts, a prediction and what is measured."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.schema import NamesOrNumbers

MAIN: Literal["A"] = "A"
"""The branch a lesson begins with."""

BRANCHES = ("A", "B", "C", "D")
SHOWN = ("wheel", "leader_wheel", "evil_wheel", "stages", "week", "trust", "reasons", "attained")
"""What a chapter may show besides measures: wheels, the stages over time, and charts of the live view."""

NAME = r"^[a-z][a-z0-9_]*$"

Branch = Literal["A", "B", "C", "D"]
Many = Field(strict=False)  # lists of a file become tuples


class LessonTable(BaseModel):
    """A part of a lesson file: typed strictly, frozen, closed to unknown keys; each description ends "it must be"."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Act(LessonTable):
    """One thing done when a chapter begins: a lever or an event, or a branch that begins or ends, or a new start."""

    branch: Branch = Field(MAIN, description=f"a branch, one of {', '.join(BRANCHES)}")
    parameter: str = Field("", description="the dotted name of a lever")
    value: Any = Field(None, description="a value of the lever")
    action: Literal["set", "add", "scale"] = Field("set", description="one of set, add, scale")
    event: str = Field("", description="the name of an event")
    arguments: dict[str, float] = Field({}, description="a table of the event's numbers")
    label: str = Field("", description="a few words in quotes that say what is done")
    weeks: int | None = Field(None, ge=1, le=520, description="a whole number of weeks it lasts, from 1 to 520")
    rollout: Literal["cannonball", "bullets"] = Field("cannonball", description="cannonball or bullets")
    pilot: Annotated[NamesOrNumbers, Many] = Field((), description="a list of teams, by number from 0")
    pilot_quarters: int = Field(2, ge=1, le=4, description="a whole number of quarters from 1 to 4")
    threshold: float = Field(0.02, ge=-1, le=5, description="a share from -1 to 5")
    reset: bool = Field(default=False, description="true")
    fork: Branch | None = Field(None, description="the branch it splits off, such as A")
    begin: str = Field("", description="the name of a scenario that the branch runs")
    close: bool = Field(default=False, description="true, with the branch that ends")


class Measured(LessonTable):
    """One number read off the run."""

    measure: str = Field(min_length=1, description="the name of a measure")
    over: Literal["mean", "total", "last", "lowest", "highest"] = Field(
        "mean", description="one of mean, total, last, lowest, highest"
    )
    weeks: Annotated[tuple[int, int], Many] | None = Field(None, description="a list of two weeks, such as [0, 52]")
    branch: Branch = Field(MAIN, description=f"a branch, one of {', '.join(BRANCHES)}")
    against: Annotated[tuple[int, int], Many] | str | None = Field(
        None, description='a list of two weeks, a branch, "start", or the name of something measured before'
    )
    comparison: Literal["change", "difference"] = Field("change", description="change or difference")
    expect: Literal["rises", "falls", "steady"] | None = Field(None, description="one of rises, falls, steady")
    between: Annotated[tuple[float, float], Many] | None = Field(None, description="a list of two numbers")


class AnswerOption(LessonTable):
    """An answer to choose; true below a number, or where its own value is the greatest or least."""

    text: str = Field(min_length=1, max_length=120, description="an answer of 1 to 120 characters")
    below: float | None = Field(None, description="a number")
    value: str = Field("", description="the name of something measured")


class Prediction(LessonTable):
    """What the room is asked before it sees, and which measured value answers."""

    question: str = Field(min_length=1, max_length=300, description="a question of 1 to 300 characters")
    answer: str = Field("", description="the name of something measured")
    options: Annotated[tuple[AnswerOption, ...], Many] = Field((), max_length=6, description="a list of 2 to 6 options")
    pick: Literal["greatest", "least"] | None = Field(None, description="greatest or least")
    low: float | None = Field(None, description="the lowest number that may be answered")
    high: float | None = Field(None, description="the highest number that may be answered")


class Chapter(LessonTable):
    """One step of a lesson: what is said and shown, what is done, how far it runs and what is seen."""

    title: str = Field(min_length=1, max_length=60, description="a title of 1 to 60 characters")
    caption: str = Field(min_length=1, max_length=420, description="a text of 1 to 420 characters")
    show: Annotated[tuple[str, ...], Many] = Field(
        ("wheel",), min_length=1, max_length=4, description="a list of 1 to 4 of wheel, a chart or a measure"
    )
    focus: Branch | None = Field(None, description=f"the branch whose wheel is shown, one of {', '.join(BRANCHES)}")
    until: int | None = Field(None, ge=0, le=1040, description="a whole week of the run, from 0 to 1040")
    quarters: int | None = Field(None, ge=0, le=40, description="a whole number of quarters, from 0 to 40")
    acts: Annotated[tuple[Act, ...], Many] = Field((), description="a list of tables, each written [[chapters.acts]]")
    prediction: Prediction | None = Field(None, description="a table, written [chapters.prediction]")
    measured: dict[str, Measured] = Field({}, description="tables, each written [chapters.measured.NAME]")
    reveal: str = Field("", max_length=520, description="a text of at most 520 characters")


class LessonFile(LessonTable):
    """A whole lesson file."""

    title: str = Field(min_length=1, max_length=80, description="a title of 1 to 80 characters")
    summary: str = Field(min_length=1, max_length=300, description="a text of 1 to 300 characters")
    minutes: int = Field(ge=1, le=240, description="a whole number of minutes, from 1 to 240")
    claims: Annotated[tuple[str, ...], Many] = Field((), description="a list of ids of claims")
    discuss: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Many] = Field(
        (), max_length=5, description="a list of at most 5 questions of 1 to 200 characters"
    )
    scenario: str = Field(min_length=1, description="the name of a shipped scenario")
    main: str = Field("As it is", min_length=1, max_length=40, description="a name of 1 to 40 characters for branch A")
    seed: int = Field(0, ge=0, le=2**63 - 1, description="a whole number from 0, the key of all chance")
    settings: dict[str, Any] = Field({}, alias="set", description="a table of parameters and values, written [set]")
    chapters: Annotated[tuple[Chapter, ...], Many] = Field(
        min_length=1, max_length=12, description="1 to 12 tables, each written [[chapters]]"
    )

    def spans(self) -> list[tuple[int, int]]:
        """First week and end of each chapter, in order; a reset makes it begin at 0."""
        spans, week = [], 0
        for chapter in self.chapters:
            begin = 0 if any(act.reset for act in chapter.acts) else week
            week = chapter.until if chapter.until is not None else begin + 13 * (chapter.quarters or 0)
            spans.append((begin, week))
        return spans


ROOMS: dict[str, type[LessonTable]] = {
    "chapters": Chapter,
    "acts": Act,
    "measured": Measured,
    "prediction": Prediction,
    "options": AnswerOption,
}
"""Tables within tables, by the key that holds them."""
