"""What a kept folder says it is: `study.json`, of a study `cases.parquet` too, and whether it is what somebody wants.

One record for all: a study keeps rows of measures, any other question the results of its seeds. What was made by
another version, is of another kind, or is damaged, is refused in a sentence with the way out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sim.scenario.errors import DiskError, InputError
from sim.scenario.own_rules import OwnRules
from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.scenario import Scenario
from sim.studies.folders import ANEW, WORLDS, foreign
from sim.studies.parts import read_sheet, sheet_of, to_bytes
from sim.studies.plan import KEPT, MOST_RUNS, StudyCase, StudyPlan, changes_digest, digest_of
from sim.studies.version import model_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.studies.storage import Storage

STUDY = "study.json"
CASES = "cases.parquet"
RESULTS = "results"
FORMAT = 1
SAME = ("scenario", "weeks", "from_start", "measures", "keep")
"""What a study cannot change once it has runs, beside the version of the model."""
_OURS = {STUDY, CASES, RESULTS, *KEPT, WORLDS, ".lock", ".running"}
_DAMAGED = "delete this file and run the same command again: what is whole is taken up"
_SHOWN = 60  # characters of a value that is refused


def _not_too_many(seeds: list[list[int]]) -> list[list[int]]:
    if sum(max(0, last - first + 1) for first, last in seeds) > MOST_RUNS:
        raise ValueError(f"more than {MOST_RUNS:,} seeds")
    return seeds


class KeptRecord(BaseModel):
    """What any kept folder says of itself; `world` is the digest of all that its runs share."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    program: Literal["sales-flywheel"] = "sales-flywheel"
    kind: Literal["study", "results"] = "results"
    format: int = FORMAT
    question: str
    model: str
    world: str
    versions: dict[str, str]


class StudyRecord(KeptRecord):
    """What a study says of itself beside: what is varied, and how often it is run."""

    kind: Literal["study"] = "study"
    scenario: str
    scenario_digest: str
    weeks: int
    from_start: bool
    measures: list[str]
    keep: list[str]
    cases: int = Field(ge=1, le=MOST_RUNS)
    cases_digest: str
    seeds: Annotated[list[Annotated[list[int], Field(min_length=2, max_length=2)]], AfterValidator(_not_too_many)]
    scenario_toml: str
    rules: dict[Literal["name", "digest"], str] | None = None


Read = TypeVar("Read", bound=KeptRecord)


def read_record(place: Storage, kind: type[Read], model: str) -> Read:
    """Read what a folder says of itself; InputError if it is of another kind or version than `model`, or damaged."""
    where, wanted = f"{place.name}/{STUDY}", kind.model_fields["kind"].default
    try:
        record = json.loads(content := place.read(STUDY))
    except FileNotFoundError:
        raise InputError(f"{place.name} is no study: it has no {STUDY}") from None
    except (ValueError, RecursionError) as error:
        raise DiskError(f"{where} is damaged ({error}); {_DAMAGED}") from None
    said = record if isinstance(record, dict) else {}
    if said.get("kind") != wanted:
        raise InputError(
            f"{where} is not what is kept for this: kind = {str(said.get('kind'))[:_SHOWN]!r}, not {wanted!r}; {ANEW}"
        )
    for name, now in (("format", FORMAT), ("model", model)):
        if (theirs := said.get(name)) != now:
            raise InputError(
                f"{where} was made by another version: {name} = {str(theirs)[:_SHOWN]}, but this program has "
                f"{name} = {now}; what is there can still be read as it lies, but not continued: use that version, "
                f"or {ANEW}"
            )
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        field, value = ".".join(map(str, first["loc"])), repr(first["input"])[:_SHOWN]
        raise DiskError(f"{where} is damaged ({field} = {value} is not allowed: {first['msg']}); {_DAMAGED}") from None


def write_record(place: Storage, record: KeptRecord) -> None:
    """Put `study.json` in place."""
    text = json.dumps(record.model_dump(exclude_none=True), indent=2, ensure_ascii=False, allow_nan=False)
    place.write(STUDY, f"{text}\n".encode())


def refuse_foreign(place: Storage) -> None:
    """Raise InputError for a folder to be begun that holds something else; parts without `study.json` are taken up."""
    if strange := next((name for name in place.names() if name not in _OURS), ""):
        raise foreign(place.name, strange)


@dataclass(frozen=True)
class Manifest:
    """What a kept study says it is: all cases and seeds asked for so far, the question, and what versions began it."""

    plan: StudyPlan
    question: str
    versions: dict[str, str]

    @classmethod
    def read(cls, place: Storage) -> Manifest:
        """Read it; InputError if it is none, damaged, changed, or of another version."""
        record = read_record(place, StudyRecord, model_version())
        where = f"{place.name}/{STUDY}"
        try:
            scenario = Scenario.from_text(record.scenario_toml, f"{where}, scenario_toml")
            if record.rules:
                scenario = scenario.with_model(OwnRules(record.rules["name"], record.rules["digest"]))
            _check_digest(where, "scenario_digest", record.scenario_digest, scenario.digest(), "scenario_toml")
            cases = _read_cases(place, scenario, record)
            seeds = tuple(seed for first, last in record.seeds for seed in range(first, last + 1))
            plan = StudyPlan.of(
                scenario, cases, seeds, weeks=record.weeks, from_start=record.from_start, measures=record.measures,
                keep=record.keep,
            )  # fmt: skip
        except DiskError:
            raise
        except (InputError, KeyError, TypeError, ValueError) as error:
            raise DiskError(f"{where} is damaged ({error}); {_DAMAGED}") from None
        _check_digest(where, "world", record.world, plan.world, "what it lists")
        return cls(plan, record.question, record.versions)

    def write(self, place: Storage) -> None:
        """Put both files in place; a reader in between finds cases that nobody runs yet, and leaves them out."""
        plan, own = self.plan, self.plan.scenario.rules
        facts = {"format": FORMAT, "world": plan.world}
        place.write(CASES, to_bytes(sheet_of(case_table(plan.cases, plan.scenario), facts)))
        write_record(place, StudyRecord(
            question=self.question, model=model_version(), world=plan.world, versions=self.versions,
            scenario=plan.scenario.name, scenario_digest=plan.scenario.digest(), weeks=plan.weeks,
            from_start=plan.from_start, measures=list(plan.measures), keep=list(plan.keep), cases=len(plan.cases),
            cases_digest=_cases_digest(plan.cases), seeds=_ranges(plan.seeds), scenario_toml=plan.scenario.to_toml(),
            rules={"name": own.name, "digest": own.digest} if own else None,
        ))  # fmt: skip

    def check(self, plan: StudyPlan, here: str, there: str) -> None:
        """Raise InputError, naming here, there, the field and both values, for a plan of another world."""
        for name in SAME:
            ours, theirs = getattr(self.plan, name), getattr(plan, name)
            if ours == theirs or (isinstance(ours, tuple) and set(ours) == set(theirs)):
                continue
            if name == "scenario":
                what = _unlike(ours, theirs)
                raise InputError(f"{here} is a study of another scenario than {there}: {what}; {ANEW}")
            raise InputError(
                f"{here} is a study with {name} = {_shown(ours, theirs)}, {there} has {_shown(theirs, ours)}; "
                f"use the same, or {ANEW}"
            )
        ours_by_name = {case.name: case for case in self.plan.cases}
        for case in plan.cases:
            own = ours_by_name.get(case.name, case)
            if changes_digest(own.changes) != plan.case_digests[case.name]:
                raise InputError(
                    f'case "{case.name}": in {here} it changes {_changes(own)}, in {there} {_changes(case)}; '
                    f"give one of them another name, or {ANEW}"
                )

    def joined(self, plan: StudyPlan, question: str = "") -> Manifest:
        """Add cases and seeds behind those it has; itself if there is nothing to add."""
        mine, seeds = self.plan.case_digests, set(self.plan.seeds)
        cases = tuple(case for case in plan.cases if case.name not in mine)
        more = tuple(seed for seed in plan.seeds if seed not in seeds)
        asked = question or self.question
        if not cases and not more and asked == self.question:
            return self
        whole = replace(self.plan, cases=self.plan.cases + cases, seeds=self.plan.seeds + more)
        return replace(self, plan=whole, question=asked)


def case_table(cases: Iterable[StudyCase], scenario: Scenario) -> pd.DataFrame:
    """A row a case: `case`, `digest`, then every parameter that some case changes, with the value it has there."""
    listed = list(cases)
    names = dict.fromkeys(name for case in listed for name in case.changes)
    values = {name: [case.changes.get(name, scenario[name]) for case in listed] for name in names}
    digests = [changes_digest(case.changes) for case in listed]
    return pd.DataFrame({"case": [case.name for case in listed], "digest": digests, **values})


def _check_digest(where: str, name: str, said: str, made: str, of_what: str) -> None:
    if said != made:
        raise DiskError(f"{where} has been changed: {name} = {said}, but {of_what} makes {made}; {_DAMAGED}")


def _read_cases(place: Storage, scenario: Scenario, record: StudyRecord) -> list[StudyCase]:
    """Read the cases the record knows; more may have been added by somebody who was killed before he told."""
    where = f"{place.name}/{CASES}"
    if not place.has(CASES):
        raise DiskError(f"{where} is missing; {_DAMAGED.replace('this file', STUDY)}")
    table = read_sheet(place, CASES, f"restore it, or delete it and {STUDY} and run the command again").frame()
    names = [name for name in table.columns if name not in ("case", "digest")]
    columns = [[parameter(name).type(value) for value in table[name]] for name in names]
    rows = zip(*columns, strict=True) if columns else iter([()] * len(table))
    cases = [
        StudyCase(name, {key: value for key, value in zip(names, row, strict=True) if value != scenario[key]})
        for name, row in zip(table["case"], rows, strict=True)
    ][: record.cases]
    if (digest := _cases_digest(cases)) != record.cases_digest:
        raise DiskError(
            f"{where} has been changed: its cases make the digest {digest}, "
            f"but {STUDY} says cases_digest = {record.cases_digest}; restore it"
        )
    return cases


def _cases_digest(cases: Iterable[StudyCase]) -> str:
    return digest_of([[case.name, changes_digest(case.changes)] for case in cases])


def _ranges(seeds: Iterable[int]) -> list[list[int]]:
    """Give first and last of each stretch of seeds that follow one another."""
    stretches: list[list[int]] = []
    for seed in seeds:
        if stretches and seed == stretches[-1][1] + 1:
            stretches[-1][1] = seed
        else:
            stretches.append([seed, seed])
    return stretches


def _unlike(ours: Scenario, theirs: Scenario) -> str:
    names = [item.dotted for item in all_parameters() if ours[item.dotted] != theirs[item.dotted]]
    if not names:
        what = "lines, teams, sellers, interventions or dates" if ours.rules == theirs.rules else "rules"
        return f"{what} differ (digest {ours.digest()} and {theirs.digest()})"
    more = f", and {len(names) - 1} more parameters differ" if len(names) > 1 else ""
    return f"{names[0]} = {ours[names[0]]} there and {theirs[names[0]]} here{more}"


def _shown(value: Any, other: Any) -> str:
    """Write a value; of lists only what the other lacks."""
    if not isinstance(value, tuple) or not isinstance(other, tuple):
        return str(value)
    lacking = [str(part) for part in value if part not in other]
    return f"{', '.join(lacking)} and others" if lacking and len(lacking) < len(value) else ", ".join(value) or "none"


def _changes(case: StudyCase) -> str:
    return ", ".join(f"{name} = {value}" for name, value in case.changes.items()) or "nothing"
