"""What a kept study says it is: `study.json` and `cases.parquet`, and whether that is the study somebody wants."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.scenario.errors import DiskError, InputError
from sim.scenario.own_rules import OwnRules
from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.scenario import Scenario
from sim.studies.parts import read_sheet, sheet_of, to_bytes
from sim.studies.plan import StudyCase, StudyPlan, changes_digest, digest_of
from sim.studies.version import model_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.studies.storage import Storage

STUDY = "study.json"
CASES = "cases.parquet"
PROGRAM = "sales-flywheel"
KIND = "study"
_COMPARISON = "compare"  # what flywheel compare keeps under the same name
FORMAT = 1
SAME = ("scenario", "weeks", "from_start", "measures", "keep")
"""What a study cannot change once it has runs, beside the version of the model."""
_DAMAGED = "delete this file and run the study's command again: parts that are whole are taken up"


@dataclass(frozen=True)
class Manifest:
    """What a kept study says it is: all cases and seeds asked for so far, the question, and what versions began it."""

    plan: StudyPlan
    question: str
    versions: dict[str, str]

    @classmethod
    def read(cls, place: Storage) -> Manifest:
        """Read it; InputError if it is none, damaged, changed, or of another version."""
        record = _record(place)
        where = f"{place.name}/{STUDY}"
        _check_version(record, where)
        try:
            scenario = Scenario.from_text(record["scenario_toml"], f"{where}, scenario_toml")
            if rules := record.get("rules"):
                scenario = scenario.with_model(OwnRules(str(rules["name"]), str(rules["digest"])))
            if (digest := scenario.digest()) != record["scenario_digest"]:
                raise DiskError(
                    f"{where} has been changed: scenario_digest = {record['scenario_digest']}, "
                    f"but scenario_toml makes {digest}; {_DAMAGED}"
                )
            cases = _read_cases(place, scenario, record)
            seeds = tuple(seed for first, last in record["seeds"] for seed in range(first, last + 1))
            plan = StudyPlan.of(
                scenario, cases, seeds, weeks=record["weeks"], from_start=record["from_start"],
                measures=record["measures"], keep=record["keep"],
            )  # fmt: skip
            manifest = cls(plan, str(record["question"]), dict(record["versions"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DiskError(f"{where} is damaged ({type(error).__name__}: {error}); {_DAMAGED}") from None
        except InputError as error:
            if isinstance(error, DiskError):
                raise
            raise DiskError(f"{where} is damaged ({error}); {_DAMAGED}") from None
        if plan.world != record["world"]:
            raise DiskError(
                f"{where} has been changed: world = {record['world']}, but what it lists makes {plan.world}; {_DAMAGED}"
            )
        return manifest

    def write(self, place: Storage) -> None:
        """Put both files in place; a reader in between finds cases that nobody runs yet, and leaves them out."""
        facts = {"format": FORMAT, "world": self.plan.world}
        place.write(CASES, to_bytes(sheet_of(case_table(self.plan.cases, self.plan.scenario), facts)))
        text = json.dumps(self._record(), indent=2, ensure_ascii=False, allow_nan=False)
        place.write(STUDY, f"{text}\n".encode())

    def _record(self) -> dict[str, Any]:
        plan, own = self.plan, self.plan.scenario.rules
        return {
            "program": PROGRAM, "kind": KIND, "format": FORMAT, "question": self.question,
            "scenario": plan.scenario.name, "scenario_digest": plan.scenario.digest(), "model": model_version(),
            "world": plan.world, "weeks": plan.weeks, "from_start": plan.from_start, "measures": list(plan.measures),
            "keep": list(plan.keep), "cases": len(plan.cases), "cases_digest": _cases_digest(plan.cases),
            "seeds": _ranges(plan.seeds), "versions": self.versions, "scenario_toml": plan.scenario.to_toml(),
            **({"rules": {"name": own.name, "digest": own.digest}} if own else {}),
        }  # fmt: skip

    def check(self, plan: StudyPlan, here: str, there: str) -> None:
        """Raise InputError, naming here, there, the field and both values, for a plan of another world."""
        for name in SAME:
            ours, theirs = getattr(self.plan, name), getattr(plan, name)
            if ours == theirs or (isinstance(ours, tuple) and set(ours) == set(theirs)):
                continue
            if name == "scenario":
                what = _unlike(ours, theirs)
                raise InputError(f"{here} is a study of another scenario than {there}: {what}; use another folder")
            raise InputError(
                f"{here} is a study with {name} = {_shown(ours, theirs)}, {there} has {_shown(theirs, ours)}; "
                "use the same or another folder"
            )
        ours_by_name = {case.name: case for case in self.plan.cases}
        for case in plan.cases:
            own = ours_by_name.get(case.name, case)
            if changes_digest(own.changes) != plan.case_digests[case.name]:
                raise InputError(
                    f'case "{case.name}": in {here} it changes {_changes(own)}, in {there} {_changes(case)}; '
                    "give one of them another name, or use another folder"
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


def _record(place: Storage) -> dict[str, Any]:
    where = f"{place.name}/{STUDY}"
    try:
        record = json.loads(place.read(STUDY))
    except FileNotFoundError:
        raise InputError(f"{place.name} is no study: it has no {STUDY}") from None
    except (ValueError, RecursionError) as error:
        raise DiskError(f"{where} is damaged ({error}); {_DAMAGED}") from None
    program, kind = (record.get("program"), record.get("kind")) if isinstance(record, dict) else (None, None)
    if isinstance(record, dict) and (program, kind) == (PROGRAM, KIND):
        return record
    if kind == KIND or (program == PROGRAM and kind != _COMPARISON):
        raise DiskError(f"{where} is damaged (program = {program!r}, kind = {kind!r}); {_DAMAGED}")
    raise InputError(f"{where} is not a study of this program: kind = {kind!r}, not {KIND!r}; name another folder")


def _check_version(record: dict[str, Any], where: str) -> None:
    for name, now in (("format", FORMAT), ("model", model_version())):
        if record.get(name) != now:
            raise InputError(
                f"{where}: {name} = {record.get(name)}, but this program has {name} = {now}; what is there can still "
                "be read as it lies, but not continued: use the version that began it, or another folder"
            )


def _read_cases(place: Storage, scenario: Scenario, record: dict[str, Any]) -> list[StudyCase]:
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
    ][: record["cases"]]
    if (digest := _cases_digest(cases)) != record["cases_digest"]:
        raise DiskError(
            f"{where} has been changed: its cases make the digest {digest}, "
            f"but {STUDY} says cases_digest = {record['cases_digest']}; restore it"
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
