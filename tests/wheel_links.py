"""Measure what the links of the flywheels pass on in each shipped scenario: `python -m tests.wheel_links`.

What `flywheel wheel SCENARIO --cut --loop LOOP` measures, on seeds other than those of any study, and few of them: all
scenarios take about 12 minutes of one processor. What was measured by the same rules, in the same scenario and on the
same seeds is kept. The page draws its wheels with it (`scenarios/loops/links.json`).
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from scenarios import links_path, list_scenarios
from sim.engine.digest import model_digest
from sim.measures.loops import LOOPS
from sim.questions.wheel.gain import PUSH, WINDOW, Question, turn_wheel
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.measures.loops import Loop

SEEDS = range(100_000, 100_005)
DIGITS = 3


def heading() -> dict[str, Any]:
    """Rules, seeds and push the figures belong to."""
    ends = [SEEDS.start, SEEDS.stop - 1]
    return {"model": model_digest(()), "seeds": ends, "push": PUSH, "window_weeks": WINDOW}


def transfers(scenario: Scenario, loop: Loop) -> dict[str, list[float]] | str:
    """Mean and 95% interval of what each stage passes on, or why the loop cannot be turned."""
    try:
        wheel = turn_wheel(scenario, loop, SEEDS, Question(step=0.0), workers=1)
    except InputError as error:
        return str(error)
    return {
        stage.name: [round(number, DIGITS) for number in (found.mean, found.low, found.high)]
        for stage, found in zip(loop.stages, wheel.transfers, strict=True)
    }


def main() -> None:
    """Measure what is not known, and keep the file after each scenario."""
    path = links_path()
    before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    is_same = all(before.get(key) == value for key, value in heading().items())
    known = before["scenarios"] if is_same else {}
    found: dict[str, Any] = {}
    for name in list_scenarios():
        scenario = Scenario.load(name)
        key = scenario.digest()
        if key in found:  # two names of the same organization
            continue
        loops = known.get(key, {}).get("loops") or {loop.name: transfers(scenario, loop) for loop in LOOPS.values()}
        found[key] = {"name": name, "loops": loops}
        sys.stdout.write(f"{name}: {json.dumps(loops)}\n")
        sys.stdout.flush()
        text = json.dumps({**heading(), "scenarios": {**known, **found}}, separators=(",", ":"))
        path.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")
    kept = {**heading(), "scenarios": found}
    path.write_text(json.dumps(kept, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
