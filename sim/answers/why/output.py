"""The answer as plain data, and its folder."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers.folder import fresh_folder
from sim.answers.why.figure import write_figure
from sim.questions.why.explain import Why
from sim.studies.programs import versions

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.questions.why.deals import DealsCompared

RECORD = "why.json"


def as_data(found: Why | DealsCompared) -> dict[str, Any]:
    """Give an answer as plain data for JSON; what is not a number becomes None."""
    if isinstance(found, Why):
        parts = {name: getattr(found, name) for name in (*_HEAD, *_WHY)}
        parts["teams"] = found.teams.to_dict("records")
        parts["manager_cause"] = found.manager_cause
    else:
        parts = {name: getattr(found, name) for name in (*_HEAD, *_DEALS)}
        parts["examples"] = found.examples.to_dict("records")
    parts["scenario"] = found.scenario.name
    parts["currency"] = found.scenario.currency
    plain: dict[str, Any] = _plain(parts)
    return plain


_HEAD = ("measure", "weeks", "seeds")
_WHY = (
    "reference", "unit", "sign", "runs", "as_is", "goal", "at_reference", "recovered", "verdict", "levels", "ends",
    "settings", "said",
)  # fmt: skip
_DEALS = ("case", "effect", "bookings", "flipped", "won", "reasons", "amount")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_json(found: Why | DealsCompared) -> str:
    """Write an answer as JSON."""
    return json.dumps(as_data(found), indent=2)


def write_folder(found: Why | DealsCompared, folder: Path, sentences: list[str], command: str) -> None:
    """Write an answer: sentences, JSON, the table of teams or deals, and the figure.

    Raises:
        InputError: Nothing can be written there.
    """
    table: pd.DataFrame = found.teams if isinstance(found, Why) else found.table
    with fresh_folder(folder, RECORD) as draft:
        facts = {**as_data(found), "command": command, "versions": versions()}
        (draft / RECORD).write_text(json.dumps(facts, indent=2), encoding="utf-8")
        (draft / "why.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
        (draft / "scenario.toml").write_text(found.scenario.to_toml(), encoding="utf-8")
        table.to_csv(draft / ("teams.csv" if isinstance(found, Why) else "deals.csv"), index=False)
        if isinstance(found, Why):
            write_figure(found, draft / "why.png")
