"""What was found of a wheel's motion, as a report: what it does, what it passes on, where a next step pays."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_YEAR
from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries, series_of_means
from sim.answers.palette import BLUE, GREEN, INK, MUTED, ORANGE, VERMILLION
from sim.answers.plain import plain_record
from sim.answers.wheel.words import weakest_line
from sim.measures.words import MINUS, amount, counted, percent
from sim.questions.wheel.motion import EDGE, FEWEST, LOOPS_OFF, PULSE, PULSES, PUSHES, Motion

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.questions.wheel.gain import Wheel
    from sim.studies.statistics import Interval

HORIZONS = (104, 260, 312)
"""Weeks after which a multiplier is read."""

LINKS = 24
"""Sets of twin runs that look for the weakest link, at most."""

_LOOP_WORDS = {"reinvestment": "reinvestment (heads fixed)", "customers": "what customers bring back"}


def analysis_of(motion: Motion, wheel: Wheel, command: str = "") -> Analysis:
    """Make the report.

    Args:
        motion: What twins showed, all parts of it.
        wheel: Of the same organization, for its weakest link.
        command: Command that repeats it.
    """
    return Analysis(
        kind="wheel", scenario=motion.scenario,
        question=f"Does the wheel of {motion.scenario.title or motion.scenario.name} gather or lose speed?",
        answer=answer(motion, wheel), sections=_sections(motion, wheel), tables=_tables(motion, wheel),
        seeds=range(len(motion.spun)), weeks=motion.weeks, touched=[push.lever for push in PUSHES],
        notes=[_NOTE], facts=facts(motion, wheel), command=command,
    )  # fmt: skip


def answer(motion: Motion, wheel: Wheel) -> list[str]:
    """Say in sentences what a board understands: what it does, why, and what to do next."""
    said = [
        verdict_line(motion),
        _loops(motion),
        _pulse(motion),
        _next_step(motion),
        weakest_line(wheel),
        _coasting(motion),
    ]
    if motion.verdict == "spins down" and motion.answer_to_misses:
        lost = _rate(motion.answer_to_misses)
        said.insert(
            1, f"It spins down: with misses answered as they are it changes by {lost} a year more than unanswered."
        )
    return said


def verdict_line(motion: Motion) -> str:
    """Say how it moves, or that it cannot be told and how many seeds are needed at least."""
    named = motion.verdict
    does = f"The wheel {named}" if not named.startswith("cannot") else f"Whether the wheel accelerates {named}"
    if motion.acceleration.n < FEWEST:
        does += f", at least {FEWEST} are needed"
    return f"{does}: from years 1 and 2 to years 5 and 6 bookings change by {_rate(motion.acceleration)} a year."


def _rate(found: Interval) -> str:
    """A logarithmic rate as growth a year with its interval."""
    mean, low, high = (math.expm1(value) for value in (found.mean, found.low, found.high))
    return f"{percent(mean)} [{percent(low)} to {percent(high)}]"


def _loops(motion: Motion) -> str:
    parts = [f"{_rate(motion.without(loop))} without {_LOOP_WORDS[loop]}" for loop in LOOPS_OFF]
    return f"It would change by {parts[0]}, and by {parts[1]}: that is what each of the two loops adds."


def _pulse(motion: Motion) -> str:
    years = [f"{_plain(motion.multiplier(weeks))} within {weeks} weeks" for weeks in HORIZONS]
    echo = motion.echoes()
    trend = f"{_points(echo[0])} of a year's bookings in the first year, {_points(echo[-1])} in the last"
    return (
        f"A unit of contract value that is there and well served brings {years[0]}, {years[1]} and {years[2]} "
        f"of further orders; a pulse of {PULSE:.0%} of a year's bookings echoes with {trend}."
    )


def _points(found: Interval) -> str:
    return f"{percent(found.mean)} [{percent(found.low)} to {percent(found.high)}]"


def _plain(found: Interval) -> str:
    return f"{_signed(found.mean)} [{_signed(found.low)} to {_signed(found.high)}]"


def _signed(value: float) -> str:
    return f"{value:z.2f}".replace("-", MINUS)


def _next_step(motion: Motion) -> str:
    best, span = motion.next_step, f"{motion.weeks / WEEKS_PER_YEAR:.0f} years"
    if best is None:
        return (
            f"No push of a quarter brings orders over {span} that can be told from none with "
            f"{counted(motion.pushes[0].n, 'seed')}."
        )
    push, found = PUSHES[best], motion.pushes[best]
    return (
        f"Best next step: a unit of money put into a quarter of {push.what} brings {_plain(found)} of bookings over "
        f"{span}."
    )


def _coasting(motion: Motion) -> str:
    weeks = motion.coasting
    if weeks >= motion.weeks:
        return (
            "Left to coast, without training, coaching, prospecting and marketing, its orders never fall below half of "
            f"what they would be, within {motion.weeks} weeks."
        )
    return (
        "Left to coast, without training, coaching, prospecting and marketing, its orders are below half of what they "
        f"would be after {weeks:.0f} weeks."
    )


_NOTE = (
    f"A wheel accelerates where the whole interval of its growth lies above +{EDGE:.0%} a year, coasts where it lies "
    f"within {EDGE:.0%} of none, stalls where it lies below; it spins down where answering misses makes that worse. "
    "Multipliers sum all generations and grow with the base: they are read beside the growth, not instead of it."
)


def pushes_table(motion: Motion) -> TextTable:
    """Bookings for each unit of money, by push."""
    rows = []
    for number, push in enumerate(PUSHES):
        spent = float(np.mean([one.spent[number] for one in motion.spun if one.spent]))
        cost = amount(spent, "currency", motion.scenario.currency)
        rows.append([push.stage, f"a quarter of {push.what}", cost, _plain(motion.pushes[number])])
    columns = ["stage", "push", "money", "bookings for a unit of it"]
    return TextTable(columns, rows, (2, 3), "Hours of reps and managers count at what they cost the firm.")


def _links_table(wheel: Wheel) -> TextTable:
    rows = []
    for number, stage in enumerate(wheel.loop.stages):
        rise, lag = wheel.rises[number], wheel.shortfalls[number]
        rows.append([stage.name, _points(rise), _plain(lag) if wheel.norm else "-"])
    last = wheel.loop.stages[-1].name
    return TextTable(
        ["link", f"{last} raised by 10 points of execution", "times the sound organization's"], rows, (1, 2)
    )


def _sections(motion: Motion, wheel: Wheel) -> list[ReportSection]:
    speed = Drawing(
        "speed", "Bookings of each year, mean over seeds with its 95% interval.", partial(_draw_speed, motion)
    )
    echo = Drawing(
        "echo", f"What a pulse of {PULSE:.0%} adds to bookings of each year.", partial(_draw_echo, motion), (5.1, 3.2),
        wide=False,
    )  # fmt: skip
    multipliers = TextTable(
        ["orders added for a unit", *(f"{weeks} weeks" for weeks in HORIZONS)],
        [
            [f"pulse of {size:.0%}", *(_plain(motion.multiplier(weeks, k)) for weeks in HORIZONS)]
            for k, size in enumerate(PULSES)
        ],
        (1, 2, 3),
    )
    return [
        ReportSection("How it moves", "Levers stay as they are; only time passes.", [speed], (),
                      [_speed_chart(motion)]),
        ReportSection("What comes round", "Contract value that is there one morning, no lever moved.", [echo],
                      [multipliers], [_echo_chart(motion)]),
        ReportSection("Where a next step pays", "One lever is moved for a quarter and then goes back.", (),
                      [pushes_table(motion)], [_pushes_chart(motion)]),
        ReportSection("Which link is weakest", "Another question than where a next step pays.", (),
                      [_links_table(wheel)]),
    ]  # fmt: skip


def _pushes_chart(motion: Motion) -> Chart:
    names, caption = [f"{push.stage}: {push.what}" for push in PUSHES], "A push of a quarter; lines are 95% intervals."
    series = [series_of_means("bookings for a unit of money", motion.pushes)]
    return Chart("pushes", "Bookings for each unit of money", "bar", names, series, signed=True, caption=caption)


def _echo_chart(motion: Motion) -> Chart:
    years = [f"year {number}" for number in range(1, len(motion.echoes()) + 1)]
    series = [series_of_means("bookings added", motion.echoes())]
    title = f"What a pulse of {PULSE:.0%} adds to bookings of each year"
    return Chart("echo", title, "bar", years, series, "share", signed=True, caption="Lines are 95% intervals.")


def _speed_chart(motion: Motion) -> Chart:
    series = []
    for label, years, colour, _ in _lines(motion):
        mean, half = _bands(years)
        low, high = (mean - half).tolist(), (mean + half).tolist()
        series.append(ChartSeries(label, mean.tolist(), low, high, colour))
    years, currency = list(range(1, 1 + max(len(one.points) for one in series))), motion.scenario.currency
    caption = "Mean over seeds; lines across are 95% intervals."
    return Chart(
        "speed", "Bookings of each year", "line", years, series, "currency", currency, caption=caption, along="year"
    )


def _years(booked: Any) -> Any:
    """Bookings by year. [seeds, years]."""
    weeks = np.array(booked)
    count = weeks.shape[1] // WEEKS_PER_YEAR
    return weeks[:, : count * WEEKS_PER_YEAR].reshape(len(weeks), count, WEEKS_PER_YEAR).sum(axis=2)


def _bands(years: Any) -> tuple[Any, Any]:
    """Mean over seeds and half the width of its interval, by year."""
    mean = years.mean(axis=0)
    return mean, 1.96 * years.std(axis=0, ddof=1) / np.sqrt(len(years)) if len(years) > 1 else 0.0 * mean


def _lines(motion: Motion) -> list[tuple[str, Any, str, str]]:
    """Label, bookings by seed and year, colour and line pattern of everything that was let run."""
    run = [one for one in motion.spun if one.without]
    lines = [("as it is", _years(motion.base), BLUE, "-")]
    for (loop, _), colour in zip(LOOPS_OFF.items(), (ORANGE, GREEN), strict=True):
        place = list(LOOPS_OFF).index(loop)
        lines.append((f"without {_LOOP_WORDS[loop]}", _years([one.without[place] for one in run]), colour, "--"))
    if motion.unanswered is not None:
        lines.append(("misses not answered", _years(motion.unanswered), VERMILLION, ":"))
    stopped = [one.stopped for one in motion.spun if one.stopped is not None]
    lines.append(("left to coast", _years(stopped), MUTED, ":"))
    return lines


def _draw_speed(motion: Motion, figure: Figure) -> None:
    ax = figure.subplots()
    for label, years, colour, style in _lines(motion):
        mean, half = (part / 1e6 for part in _bands(years))
        at = np.arange(1, len(mean) + 1)
        ax.fill_between(at, mean - half, mean + half, color=colour, alpha=0.15, linewidth=0)
        ax.plot(at, mean, color=colour, linestyle=style, label=label)
    ax.set_xlabel("year")
    ax.set_ylabel(f"bookings, million {motion.scenario.currency} a year")
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper left", fontsize=8)


def _draw_echo(motion: Motion, figure: Figure) -> None:
    ax = figure.subplots()
    found = motion.echoes()
    at = np.arange(1, len(found) + 1)
    mean = np.array([one.mean for one in found]) * 100.0
    ends = np.array([[one.mean - one.low, one.high - one.mean] for one in found]).T * 100.0
    ax.axhline(0.0, color=INK, linewidth=0.8)
    ax.bar(at, mean, color=BLUE, yerr=np.nan_to_num(ends), capsize=3)
    ax.set_xlabel("year")
    ax.set_ylabel("bookings added, % of the year's")


def _tables(motion: Motion, wheel: Wheel) -> dict[str, pd.DataFrame]:
    years = pd.DataFrame(
        [
            {"seed": seed, "year": year + 1, "bookings": float(value)}
            for seed, row in enumerate(_years(motion.base))
            for year, value in enumerate(row)
        ]
    )
    pushes = pd.DataFrame(
        [
            {"stage": push.stage, "lever": push.lever, "step": push.step, "mean": found.mean, "low": found.low,
             "high": found.high, "seeds": found.n}
            for push, found in zip(PUSHES, motion.pushes, strict=True)
        ]
    )  # fmt: skip
    links = pd.DataFrame(
        [
            {"link": stage.name, "rise": rise.mean, "low": rise.low, "high": rise.high, "against_norm": lag.mean}
            for stage, rise, lag in zip(wheel.loop.stages, wheel.rises, wheel.shortfalls, strict=True)
        ]
    )
    return {"years": years, "pushes": pushes, "links": links}


def facts(motion: Motion, wheel: Wheel) -> dict[str, Any]:
    """Everything found, as plain values; numbers that are not known are null."""
    return plain_record({
        "verdict": motion.verdict,
        "acceleration_per_year": motion.acceleration,
        "late_acceleration_per_year": motion.late_acceleration,
        "answer_to_misses_per_year": motion.answer_to_misses,
        "without": {loop: motion.without(loop) for loop in LOOPS_OFF},
        "echo_by_year": motion.echoes(),
        "multiplier": {str(weeks): motion.multiplier(weeks) for weeks in HORIZONS},
        "push_multiplier": {push.stage: found for push, found in zip(PUSHES, motion.pushes, strict=True)},
        "next_step": PUSHES[motion.next_step].lever if motion.next_step is not None else None,
        "coasting_weeks": motion.coasting,
        "coasting_censored": motion.coasting >= motion.weeks,
        "weakest": wheel.loop.stages[wheel.weakest].name,
        "weakest_is_sure": wheel.weakest_is_sure,
        "norm": list(wheel.norm) or None,
    })  # fmt: skip
