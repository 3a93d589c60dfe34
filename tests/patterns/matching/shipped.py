"""The plausible worlds that travel with the program: written by a match, judged anew after a change of a rule."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.parameters import by_name
from sim.studies.programs import versions
from tests.patterns.matching.match import SEEDS, summary, verdict
from tests.patterns.matching.points import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.patterns.matching.match import Match, Verdict
    from tests.patterns.matching.outputs import Output

TABLE, RECORD = "worlds.csv", "match.json"
_DIGITS = 4


def write_worlds(match: Match, verdicts: Mapping[int, Verdict], folder: Path) -> int:
    """Write the worlds that stand, in no order, with how they were found.

    Args:
        match: The match, finished or as far as it is.
        verdicts: On its finalists, by number.
        folder: Of the plausible worlds.

    Returns:
        How many there are.
    """
    standing = [number for number, one in verdicts.items() if one.stands]
    order = np.random.default_rng(len(standing)).permutation(standing)
    places = match.stages["finalists"][0]
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"w{number:03d}" for number in range(1, len(order) + 1)]
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["world", *match.space.names])
        for name, number in zip(names, order, strict=True):
            table.writerow([name, *match.space.values(places[int(number)]).values()])
    facts = {
        "model": match.digest,
        "worlds": len(standing),
        "finalists": len(verdicts),
        "seeds": len(SEEDS["candidates"]) + len(SEEDS["finalists"]),
        "rows": len(match.outputs),
        "inside": {name: verdicts[int(number)].inside for name, number in zip(names, order, strict=True)},
        "defaults": _defaults(match),
        **summary(match, verdicts),
        "versions": versions(),
    }
    write_record(folder, facts)
    return len(standing)


def _defaults(match: Match) -> dict[str, Any]:
    """Say how the defaults stand, which are the first candidate and have the seeds of luck."""
    found = verdict(match.outputs, match.runs("luck", 0), match.luck)
    return {"inside": found.inside, "second": found.second, "stands": found.stands}


def write_record(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write how the worlds were found; numbers have four digits."""
    text = json.dumps(_short(facts), indent=1, ensure_ascii=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_short(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    number = float(value)
    return float(f"{number:.{_DIGITS}g}") if np.isfinite(number) else None


def judged(found: Mapping[str, Mapping[str, float]], rows: Sequence[Output]) -> dict[str, Any]:
    """Say how often rows held aside lie in their range, by row and by world.

    Args:
        found: Outputs by id of every world, the defaults among them.
        rows: The rows.
    """
    inside = {
        world: {one.id: bool(one.outside(values[one.id]) == 0.0) for one in rows} for world, values in found.items()
    }
    worlds = {world: one for world, one in inside.items() if world != DEFAULTS}
    return {
        "rows": {one.id: float(np.mean([row[one.id] for row in worlds.values()])) for one in rows},
        "worlds": {world: float(np.mean(list(one.values()))) for world, one in worlds.items()},
        "defaults": float(np.mean(list(inside[DEFAULTS].values()))),
        "defaults_out": [name for name, kept in inside[DEFAULTS].items() if not kept],
    }


def read_shipped(folder: Path) -> tuple[dict[str, Any], list[str], list[dict[str, float]]]:
    """Read what travels with the program, of whatever rules: the record, the names, the values.

    Values of parameters there are no more are left out.

    Raises:
        InputError: There is nothing, or it cannot be read.
    """
    from sim.scenario.errors import InputError  # noqa: PLC0415 - with the reason

    try:
        facts = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        with (folder / TABLE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        known = by_name()
        values = [{name: float(text) for name, text in row.items() if name in known} for row in rows]
        return facts, [row["world"] for row in rows], values
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{folder} cannot be read as plausible worlds: {error}") from error


def keep_standing(
    folder: Path, facts: dict[str, Any], names: Sequence[str], standing: Sequence[str], digest: str
) -> None:
    """Leave out the worlds that stand no more, and name the rules the others belong to."""
    lines = (folder / TABLE).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines[1:] if line.split(",", 1)[0] in set(standing)]
    (folder / TABLE).write_text("\n".join([lines[0], *kept]) + "\n", encoding="utf-8")
    if facts["model"] != digest:
        for of_other_rules in ("held_aside", "evenly"):
            facts.pop(of_other_rules, None)
    facts |= {"model": digest, "worlds": len(kept), "rechecked": {"of": len(names), "stand": len(kept)}}
    facts["inside"] = {name: count for name, count in facts["inside"].items() if name in set(standing)}
    write_record(folder, facts)
