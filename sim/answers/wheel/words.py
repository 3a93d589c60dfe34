"""What was found of a wheel, as lines for people and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.answers.plain import plain_record
from sim.measures.words import counted
from sim.questions.wheel.gain import FEWEST

if TYPE_CHECKING:
    from sim.measures.wheel import Momentum
    from sim.questions.wheel.gain import Wheel
    from sim.questions.wheel.hysteresis import LeverSweep, Restart
    from sim.studies.statistics import Interval


def interval_text(mean: Interval, form: str = "z.2f") -> str:
    """Write a mean with its interval, such as "0.42 [0.31, 0.53]"."""
    if math.isnan(mean.mean):
        return "not known"
    if math.isnan(mean.low):
        return f"{mean.mean:{form}}"
    return f"{mean.mean:{form}} [{mean.low:{form}}, {mean.high:{form}}]"


def ring_lines(wheel: Wheel) -> list[str]:
    """Draw the ring as text: a line a stage, and under it what its link passes on."""
    stages = [stage.name for stage in wheel.loop.stages]
    lines = []
    for index, name in enumerate(stages):
        last = index == len(stages) - 1
        arrow = f"back to {stages[0]}" if last else f"to {stages[index + 1]}"
        lines.append(f"{index + 1}  {name}")
        lines.append(f"{'└' if last else '│'}    {interval_text(wheel.transfers[index])} {arrow}")
    return lines


def summary_lines(wheel: Wheel) -> list[str]:
    """Say gain, turn time, verdict and weakest link in a sentence each."""
    seeds = len(wheel.turns)
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
        lines.append(weakest_line(wheel))
    if seeds < FEWEST:
        lines.append(
            f"{counted(seeds, 'seed')}: too few for a verdict; at least {FEWEST} are needed, 20 or more are better."
        )
    return lines


def weakest_line(wheel: Wheel) -> str:
    """Say which link is weakest, and how sure that is."""
    name, rise = wheel.loop.stages[wheel.weakest].name, wheel.rises[wheel.weakest]
    last = wheel.loop.stages[-1].name
    said = f"carried out 10 points better, it raises {last} in the second year by {_percent(rise)}"
    if wheel.norm:
        times = interval_text(wheel.shortfalls[wheel.weakest])
        said += f", {times} times what that does in a sound organization"
    if wheel.weakest_is_sure:
        return f"Weakest link: {name}; {said}, more than any other."
    return f"Weakest link: cannot be told with {counted(len(wheel.turns), 'seed')}; {name} comes first: {said}."


def _percent(mean: Interval) -> str:
    return interval_text(mean, "+z.1%")


def cut_rows(wheel: Wheel) -> list[list[str]]:
    """Rows of the table of cuts: stage, gain there, turn time, verdict, rise by better execution."""
    rows = []
    for index, stage in enumerate(wheel.loop.stages):
        weeks = wheel.turn_times[index][0]
        time = "not known" if math.isnan(weeks) else f"{weeks:.0f}"
        rise = _percent(wheel.rises[index]) if wheel.question.step else "-"
        rows.append([f"{index + 1}  {stage.name}", interval_text(wheel.gains[index]), time, wheel.verdict(index), rise])
    return rows


def wheel_data(wheel: Wheel) -> dict[str, Any]:
    """Everything found, as plain data; numbers that are not known are null."""
    stepped = bool(wheel.question.step)
    stages = [
        {
            "name": stage.name,
            "fields": [".".join(link) for link in stage.fields],
            "transfer": wheel.transfers[index],
            "gain": wheel.gains[index],
            "verdict": wheel.verdict(index),
            "turn_weeks": wheel.turn_times[index],
            "rise": wheel.rises[index] if stepped else None,
        }
        for index, stage in enumerate(wheel.loop.stages)
    ]
    return plain_record({
        "loop": wheel.loop.name, "title": wheel.loop.title, "scenario": wheel.scenario.name,
        "seeds": len(wheel.turns), "push": wheel.question.push, "window_weeks": wheel.question.window,
        "gain": wheel.gain, "verdict": wheel.verdict(),
        "weakest": wheel.loop.stages[wheel.weakest].name if stepped else None,
        "weakest_is_sure": wheel.weakest_is_sure if stepped else None, "stages": stages,
    })  # fmt: skip


def momentum_data(momentum: Momentum, loop: str) -> dict[str, Any]:
    """Speed, friction and the last index of each stage of one run, as plain data."""
    return plain_record(
        {
            "speed_per_year": momentum.speed[loop],
            "friction_hours_per_rep_week": momentum.friction.mean().to_dict(),
            "index_at_end": momentum.indices(loop).iloc[-1].to_dict(),
        }
    )


def restart_lines(restart: Restart) -> list[str]:
    """Say what restart costs against upkeep."""
    low, high = restart.interval
    if math.isinf(restart.ratio):
        cost = f"Restart: not even {restart.spends[-1]:g} times the upkeep is back at 95% of the speed after a year."
    else:
        ends = "not known" if math.isnan(low) else f"{low:.2f}, {high:.2f}"
        cost = (
            f"Restart costs {restart.ratio:.2f} [{ends}] times the upkeep to be back at 95% of the speed after a year."
        )
    parts = [f"{spend:g}x {part.mean:.0%}" for spend, part in zip(restart.spends, restart.relative, strict=True)]
    return [cost, f"Speed at the end by spend, in shares of that with upkeep throughout: {', '.join(parts)}."]


def sweep_lines(sweep: LeverSweep) -> list[str]:
    """Say how far apart the ways up and down are."""
    area = sweep.area
    apart = "the way matters" if not area.contains_zero else f"cannot be told from 0 with {counted(area.n, 'seed')}"
    return [
        f"{sweep.measure}, {sweep.lever} up and down: area between the branches {_percent(area)} of its mean; {apart}."
    ]


def restart_data(restart: Restart) -> dict[str, Any]:
    """Restart against upkeep, as plain data; an infinite ratio is null."""
    speeds = list(restart.relative)
    return plain_record(
        {"ratio": restart.ratio, "interval": restart.interval, "spends": restart.spends, "speeds": speeds}
    )


def sweep_data(sweep: LeverSweep) -> dict[str, Any]:
    """The ways up and down, as plain data."""
    return plain_record({
        "lever": sweep.lever, "measure": sweep.measure, "values": sweep.values, "up": sweep.up.mean(axis=0),
        "down": sweep.down.mean(axis=0), "area": sweep.area,
    })  # fmt: skip
