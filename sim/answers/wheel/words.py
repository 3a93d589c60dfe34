"""What was found of a wheel, as lines for people and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.measures.words import counted
from sim.questions.wheel.gain import FEWEST

if TYPE_CHECKING:
    from sim.measures.wheel import Momentum
    from sim.questions.wheel.gain import Wheel
    from sim.questions.wheel.hysteresis import LeverSweep, Restart
    from sim.studies.statistics import Interval


def interval_text(found: Interval, digits: int = 2) -> str:
    """Write a mean with its interval, such as "0.42 [0.31, 0.53]"."""
    if math.isnan(found.mean):
        return "not known"
    if math.isnan(found.low):
        return f"{found.mean:.{digits}f}"
    return f"{found.mean:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]"


def ring_lines(wheel: Wheel) -> list[str]:
    """Draw the ring as text: a line a stage, and under it what its link passes on."""
    stages = [stage.name for stage in wheel.loop.stages]
    lines = []
    for k, name in enumerate(stages):
        last = k == len(stages) - 1
        arrow = f"back to {stages[0]}" if last else f"to {stages[k + 1]}"
        lines.append(f"{k + 1}  {name}")
        lines.append(f"{'└' if last else '│'}    {interval_text(wheel.transfers[k])} {arrow}")
    return lines


def summary_lines(wheel: Wheel) -> list[str]:
    """Say gain, turn time, verdict and weakest link in a sentence each."""
    n = len(wheel.turns)
    verdict = wheel.verdict()
    said = f"the wheel {verdict}" if verdict in ("accelerates", "brakes") else f"whether it accelerates {verdict}"
    window = wheel.question.window
    lines = [f"Gain {interval_text(wheel.gain)} within {window} weeks, cut at {wheel.loop.stages[0].name}: {said}."]
    time, low, high = wheel.turn_times[0]
    if math.isnan(time):
        lines.append("Turn time: not known, because what comes round cannot be told from nothing.")
    else:
        lines.append(f"Turn time {time:.0f} weeks [{low:.0f}, {high:.0f}].")
    if wheel.question.step:
        lines.append(_weakest(wheel))
    if n < FEWEST:
        lines.append(
            f"{counted(n, 'seed')}: too few for a verdict; at least {FEWEST} are needed, 20 or more are better."
        )
    return lines


def _weakest(wheel: Wheel) -> str:
    name, rise = wheel.loop.stages[wheel.weakest].name, wheel.rises[wheel.weakest]
    last = wheel.loop.stages[-1].name
    said = f"carried out 10 points better, it raises {last} in the second year by {_percent(rise)}"
    if wheel.weakest_is_sure:
        return f"Weakest link: {name}; {said}, more than any other."
    return f"Weakest link: cannot be told with {counted(len(wheel.turns), 'seed')}; {name} comes first: {said}."


def _percent(found: Interval) -> str:
    if math.isnan(found.low):
        return f"{found.mean:+.1%}"
    return f"{found.mean:+.1%} [{found.low:+.1%}, {found.high:+.1%}]"


def cut_rows(wheel: Wheel) -> list[list[str]]:
    """Rows of the table of cuts: stage, gain there, turn time, verdict, rise by better execution."""
    rows = []
    for k, stage in enumerate(wheel.loop.stages):
        time = wheel.turn_times[k][0]
        rows.append(
            [
                f"{k + 1}  {stage.name}",
                interval_text(wheel.gains[k]),
                "-" if math.isnan(time) else f"{time:.0f}",
                wheel.verdict(k),
                _percent(wheel.rises[k]) if wheel.question.step else "-",
            ]
        )
    return rows


def wheel_data(wheel: Wheel) -> dict[str, Any]:
    """Everything found, as plain data; numbers that are not known are null."""
    stages = []
    for k, stage in enumerate(wheel.loop.stages):
        stages.append(
            {
                "name": stage.name,
                "fields": [".".join(link) for link in stage.fields],
                "transfer": _interval(wheel.transfers[k]),
                "gain": _interval(wheel.gains[k]),
                "verdict": wheel.verdict(k),
                "turn_weeks": [_known(value) for value in wheel.turn_times[k]],
                "rise": _interval(wheel.rises[k]) if wheel.question.step else None,
            }
        )
    weakest = wheel.loop.stages[wheel.weakest].name if wheel.question.step else None
    return {
        "loop": wheel.loop.name,
        "title": wheel.loop.title,
        "scenario": wheel.scenario.name,
        "seeds": len(wheel.turns),
        "push": wheel.question.push,
        "window_weeks": wheel.question.window,
        "gain": _interval(wheel.gain),
        "verdict": wheel.verdict(),
        "weakest": weakest,
        "weakest_is_sure": wheel.weakest_is_sure if wheel.question.step else None,
        "stages": stages,
    }


def momentum_data(momentum: Momentum, loop: str) -> dict[str, Any]:
    """Speed, friction and the last index of each stage of one run, as plain data."""
    last = momentum.indices(loop).tail(1)
    return {
        "speed_per_year": _known(momentum.speed[loop]),
        "friction_hours_per_rep_week": {name: float(value) for name, value in momentum.friction.mean().items()},
        "index_at_end": {str(name): _known(float(last[name].iloc[0])) for name in last},
    }


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _interval(found: Interval) -> dict[str, float | int | None]:
    return {"n": found.n, "mean": _known(found.mean), "low": _known(found.low), "high": _known(found.high)}


def restart_lines(found: Restart) -> list[str]:
    """Say what restart costs against upkeep."""
    low, high = found.interval
    if math.isinf(found.ratio):
        head = f"Restart: not even {found.spends[-1]:g} times the upkeep is back at 95% of the speed after a year."
    else:
        sure = "not known" if math.isnan(low) else f"{low:.2f}, {high:.2f}"
        head = f"Restart costs {found.ratio:.2f} [{sure}] times the upkeep to be back at 95% of the speed after a year."
    parts = [f"{spend:g}x {part.mean:.0%}" for spend, part in zip(found.spends, found.relative, strict=True)]
    return [head, f"Speed at the end by spend, in shares of that with upkeep throughout: {', '.join(parts)}."]


def sweep_lines(found: LeverSweep) -> list[str]:
    """Say how far apart the ways up and down are."""
    area = found.area
    apart = "the way matters" if not area.contains_zero else f"cannot be told from 0 with {counted(area.n, 'seed')}"
    return [
        f"{found.measure}, {found.lever} up and down: area between the branches {_percent(area)} of its mean; {apart}."
    ]


def restart_data(found: Restart) -> dict[str, Any]:
    """Restart against upkeep, as plain data; an infinite ratio is null."""
    speeds = [_interval(one) for one in found.relative]
    return {
        "ratio": _known(found.ratio),
        "interval": [_known(end) for end in found.interval],
        "spends": [float(one) for one in found.spends],
        "speeds": speeds,
    }


def sweep_data(found: LeverSweep) -> dict[str, Any]:
    """The ways up and down, as plain data."""
    return {
        "lever": found.lever,
        "measure": found.measure,
        "values": [float(one) for one in found.values],
        "up": [float(one) for one in found.up.mean(axis=0)],
        "down": [float(one) for one in found.down.mean(axis=0)],
        "area": _interval(found.area),
    }
