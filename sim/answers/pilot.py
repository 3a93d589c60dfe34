"""A study of pilots in words, as a table and as a figure."""

from __future__ import annotations

import math
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, PercentFormatter

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, series_of
from sim.answers.palette import CASES, INK, MUTED
from sim.answers.plain import plain_value
from sim.answers.wording import sentence_case
from sim.measures.words import MINUS, NONE, SCALES, amount, interval
from sim.questions.over_worlds import NO_PROBABILITY
from sim.questions.pilot.reading import ALL, LABELS, READINGS
from sim.questions.pilot.study import FEWEST, NEVER, NOW
from sim.questions.pilot.terms import INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.pilot.study import PilotStudy

_TITLES = {NEVER: "never", NOW: "now, everybody"}
_PANELS = (("vs_now", "Mean"), ("p10_vs_now", "10th percentile"), ("wrong", "Wrong decisions"))
_WAYS = {"index": "index", "bookings": "bookings", "usual": "what is usual, no reading"}
_SIZE = (13.0, 3.6)


def analysis_of(study: PilotStudy, command: str = "") -> Analysis:
    """Lay out a study of pilots, to be written in any form."""
    drawing = Drawing("pilot", "By length of the trial; lines are 95% intervals.", partial(_draw, study=study), _SIZE)
    designs, power = list(study.strategies["strategy"].map(lambda name: _TITLES.get(name, name))), _together(study)
    caption = "Mean over worlds with the same luck; lines are 95% intervals."
    differences = Chart(
        "strategies", "Net contribution more than if rolled out at once", "bar", designs,
        [series_of("more than now", study.strategies, "vs_now_mean", "vs_now_{}")], "currency", study.scenario.currency,
        signed=True, caption=caption,
    )  # fmt: skip
    right = Chart(
        "right", "Right decisions, by what decides", "bar",
        [f"{row.teams} teams, {row.quarters} quarters" for row in power.itertuples()],
        [series_of(label, power, f"right_{way}_mean", f"right_{way}_{{}}") for way, label in _WAYS.items()], "share",
        caption=caption,
    )  # fmt: skip
    frames = {name: getattr(study, name) for name in ("strategies", "power", "measures", "trials")}
    levers = {change.parameter for idea in study.ideas for change in idea if change.parameter}
    return Analysis(
        kind="pilot", scenario=study.scenario, question=f"Should some teams try {study.lever} first?",
        answer=list(answer(study)), tables={**frames, "worlds": study.outcomes.merge(study.draws, on="world")},
        sections=[
            ReportSection("What each way brings", "", [drawing], [strategies_table(study)], [differences]),
            ReportSection("How well a trial can be read", "", (), [power_table(study)], [right]),
        ],
        seeds=range(len(study.outcomes)), weeks=study.weeks, touched=sorted(levers), command=command,
        facts=record(study),
        units={"net": "currency", "never": "currency", "now": "currency", "other": "currency", "gain": "share"},
    )  # fmt: skip


def strategies_table(study: PilotStudy) -> TextTable:
    """Put the strategies below each other, amounts in a unit that is easily read."""
    scale, word = _scale(study.strategies["net_mean"])
    columns = [
        f"strategy ({word}{study.scenario.currency})", "mean", "10th\npercentile", "more than now\n[95% interval]",
        "more than never\n[95% interval]", "10th percentile,\nmore than now", "regret", "rolled\nout",
        "wrong\n[95% interval]",
    ]  # fmt: skip
    rows = [_cells(row, scale) for _, row in study.strategies.iterrows()]
    return TextTable(columns, rows, range(1, len(columns)))


def power_table(study: PilotStudy) -> TextTable:
    """Put below each other how well each design is read, over all ideas."""
    scale, word = _scale(study.strategies["net_mean"])
    columns = [
        "right decisions by", "index\n[95% interval]", "bookings\n[95% interval]", "what is\nusual alone",
        "least effect\nin bookings", "clearest reading\n(mean / spread)",
        f"waiting costs\n{word}{study.scenario.currency}",
    ]  # fmt: skip
    rows = [_power_cells(row, _strategy(study, row), scale) for _, row in _together(study).iterrows()]
    return TextTable(columns, rows, range(1, len(columns)))


def _together(study: PilotStudy) -> pd.DataFrame:
    """Rows of `power` over all ideas, one a design."""
    return study.power[study.power["idea"] == ALL]


def _strategy(study: PilotStudy, design: pd.Series[Any]) -> pd.Series[Any]:
    same = (study.strategies[["teams", "quarters"]] == design[["teams", "quarters"]].astype(int)).all(axis=1)
    return study.strategies[same].iloc[0]


def _power_cells(row: pd.Series[Any], strategy: pd.Series[Any], scale: float) -> list[str]:
    def share(way: str) -> str:
        return f"{row[f'right_{way}_mean']:.0%}\n[{row[f'right_{way}_low']:.0%} to {row[f'right_{way}_high']:.0%}]"

    clearest = f"{LABELS[row['clearest']]}\n({row['clearness']:.1f})" if row["clearest"] else NONE
    usual = f"{row['right_usual_mean']:.0%}"
    least = f"{row['bookings_least']:.0%}" if math.isfinite(row["bookings_least"]) else NONE
    return [strategy["strategy"], share("index"), share("bookings"), usual, least, clearest, _waiting(strategy, scale)]


def _waiting(strategy: pd.Series[Any], scale: float) -> str:
    ends = [float(strategy[f"waiting_{end}"]) / scale for end in ("mean", "low", "high")]
    if not all(map(math.isfinite, ends)):
        return NONE
    mean, low, high = (amount(end, "", "") for end in ends)
    return f"{mean}\n[{low} to {high}]"


def _scale(values: pd.DataFrame | pd.Series[Any]) -> tuple[float, str]:
    """Unit in which amounts of this size are easily read: how much it is, and its word."""
    largest = float(np.nanmax(np.abs(values.to_numpy(dtype=float))))
    return next(((size, f"{word} ") for size, word in SCALES if largest >= size), (1.0, ""))


def _cells(row: pd.Series[Any], scale: float) -> list[str]:
    def money(key: str) -> str:
        return amount(row[f"{key}_mean"] / scale, "", "")

    def difference(key: str, without: str) -> str:
        if row["strategy"] == without:
            return NONE
        mean, low, high = (amount(row[f"{key}_{end}"] / scale, "", "", signed=True) for end in ("mean", "low", "high"))
        return f"{mean}\n[{low} to {high}]"

    wrong = f"{row['wrong_mean']:.0%}\n[{row['wrong_low']:.0%} to {row['wrong_high']:.0%}]"
    differences = (difference("vs_now", NOW), difference("vs_never", NEVER), difference("p10_vs_now", NOW))
    title = _TITLES.get(row["strategy"], row["strategy"])
    return [title, money("net"), money("p10"), *differences, money("regret"), f"{row['rolled_out']:.0%}", wrong]


def answer(study: PilotStudy) -> Iterator[str]:
    """Say in sentences what pays."""
    currency = study.scenario.currency
    best, alike = study.best()
    row = study.strategies[study.strategies["strategy"] == str(best)].iloc[0]
    now = study.strategies[study.strategies["strategy"] == NOW].iloc[0]
    if len(study.outcomes) >= FEWEST:
        yield _judged(row, "vs_now", currency, f"Trying {study.lever} in {best} first", "rolling out at once")
        yield _judged(row, "vs_never", currency, "It", "never doing it")
        yield _judged(row, "p10_vs_now", currency, "In the tenth-worst of worlds it", "rolling out at once")
        if alike:
            yield f"Of the pilots tried it did best, but cannot be told from {', '.join(map(str, alike))}."
        elif len(study.terms.designs) > 1:
            yield "It did better than every other pilot tried."
    gain, at_once = (amount(strategy["p10_gain_mean"], "currency", currency, signed=True) for strategy in (row, now))
    yield f"Against doing nothing, one world in ten ends below {gain} with the pilot and below {at_once} without it."
    where_harms, where_pays = (_share(row[f"rolled_out_where_{what}"]) for what in ("harms", "pays"))
    yield (
        f"Rolling out at once harms in {_share(now['wrong_mean'])} of {len(study.outcomes)} worlds; the pilot rolls "
        f"out in {where_harms} of these and in {where_pays} of the others. Its verdict is worse than the opposite in "
        f"{_share(row['wrong_mean'])} of worlds, which costs {amount(row['lost_by_wrong'], 'currency', currency)} a "
        "world; luck that nobody could foresee is in it."
    )
    yield from _reading(study, row)
    yield NO_PROBABILITY
    yield from study.notes


def _reading(study: PilotStudy, strategy: pd.Series[Any]) -> Iterator[str]:
    """Say what decides, how well it is read, and what waiting for it costs."""
    power = _together(study)
    row = power[(power["teams"] == strategy["teams"]) & (power["quarters"] == strategy["quarters"])].iloc[0]
    by = {way: _share(float(row[f"right_{way}_mean"])) for way in _WAYS}
    words = (
        f"an index of {len(READINGS)} measures, its weights learned on the other worlds"
        if study.terms.read == INDEX
        else f"bookings, which must grow {study.terms.threshold:.0%} more than the others'"
    )
    yield (
        f"It is decided by {words}. Read by the index {by['index']} of verdicts are right, by bookings "
        f"{by['bookings']}, and by what such ideas usually bring, without any reading, {by['usual']}."
    )
    if math.isfinite(row["bookings_least"]):
        yield f"An effect below {row['bookings_least']:.0%} is lost in what bookings of so few teams scatter."
    ends = [float(strategy[f"waiting_{end}"]) for end in ("mean", "low", "high")]
    if all(map(math.isfinite, ends)):
        currency = study.scenario.currency
        mean, between = amount(ends[0], "currency", currency), interval(ends[1], ends[2], "currency", currency)
        yield f"Where rolling out at once pays, waiting for the trial costs {mean} (95% interval {between})."


def _share(value: float) -> str:
    return amount(value, "share", "") if math.isfinite(value) else "none"


def _judged(row: pd.Series[Any], key: str, currency: str, subject: str, other: str) -> str:
    mean, low, high = (float(row[f"{key}_{end}"]) for end in ("mean", "low", "high"))
    ends = interval(low, high, "currency", currency, signed=True)
    if low > 0 or high < 0:
        word = "more" if low > 0 else "less"
        return f"{subject} brings {amount(abs(mean), 'currency', currency)} {word} than {other} (95% interval {ends})."
    return f"{subject} brings neither clearly more nor clearly less than {other} (95% interval {ends})."


def record(study: PilotStudy) -> dict[str, Any]:
    """Give what one needs beside its answer to read a study, as plain values; what is unknown is None."""
    best, alike = study.best()
    return {
        "currency": study.scenario.currency,
        "ideas": [
            [{"parameter": change.parameter, "action": change.action, "value": change.value} for change in idea]
            for idea in study.ideas
        ],
        "terms": asdict(study.terms),
        "worlds": {"asked": study.asked, "finished": len(study.outcomes)},
        "drawn_parameters": [name for name in study.draws.columns if name != "world"],
        "readings": [{"name": one.name, "label": one.label, "source": one.source} for one in READINGS],
        "strategies": plain_value(study.strategies.to_dict("records")),
        "power": plain_value(study.power.to_dict("records")),
        "measures": plain_value(study.measures.to_dict("records")),
        "best": {"design": asdict(best), "cannot_be_told_from": [asdict(design) for design in alike]},
        "failures": [{"world": run.seed, "error": str(run), "trace": run.trace} for run in study.failures],
        "interrupted": study.interrupted,
        "started": study.started.isoformat(timespec="seconds"),
        "finished": study.finished.isoformat(timespec="seconds"),
    }


def _draw(figure: Figure, study: PilotStudy) -> None:
    """Draw mean, low end and wrong decisions by length of the trial, a line for each number of pilot teams."""
    strategies = study.strategies
    scale, word = _scale(strategies[["vs_now_mean", "vs_now_low", "vs_now_high"]])
    axes = figure.subplots(1, len(_PANELS) + 1)
    for ax, (key, title) in zip(axes, _PANELS, strict=False):
        _panel(ax, strategies, key)
        ax.set_title(title, fontsize=9)
        ax.set_xlabel("quarters of trial")
        ax.set_xticks(sorted(set(strategies.loc[strategies["quarters"] > 0, "quarters"])))
        money = FuncFormatter(lambda value, _: f"{value / scale:+,.3g}".replace("-", MINUS))
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, 0) if key == "wrong" else money)
    _readings_panel(axes[-1], _together(study))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    title = f"{sentence_case(study.lever)}: net contribution more than if rolled out at once"
    figure.suptitle(f"{title}, {word}{study.scenario.currency}", x=0.01, ha="left", fontsize=10)


def _panel(ax: Axes, strategies: pd.DataFrame, key: str) -> None:
    never, now = (strategies[strategies["strategy"] == name].iloc[0] for name in (NEVER, NOW))
    ax.axhline(now[f"{key}_mean"], color=INK, linewidth=1.0, label="now, everybody")
    ax.axhline(never[f"{key}_mean"], color=MUTED, linewidth=1.2, linestyle=(0, (4, 2)), label="never")
    pilots = strategies[strategies["teams"] > 0]
    sizes = sorted(set(pilots["teams"]))
    for number, size in enumerate(sizes):
        part = pilots[pilots["teams"] == size].sort_values("quarters")
        shift = 0.06 * (number - (len(sizes) - 1) / 2)
        middle = part[f"{key}_mean"]
        ends = [middle - part[f"{key}_low"], part[f"{key}_high"] - middle]
        ax.errorbar(
            part["quarters"] + shift, middle, yerr=ends, color=CASES[number % len(CASES)], marker="o", markersize=4,
            elinewidth=1.0, capsize=2, label="1 pilot team" if size == 1 else f"{size} pilot teams",
        )  # fmt: skip


def _readings_panel(ax: Axes, power: pd.DataFrame) -> None:
    """Draw how often each way to decide is right, by design."""
    places = np.arange(len(power))
    for number, (way, label) in enumerate(_WAYS.items()):
        middle = power[f"right_{way}_mean"].to_numpy()
        ends = [middle - power[f"right_{way}_low"], power[f"right_{way}_high"] - middle]
        ax.errorbar(
            places + 0.12 * (number - 1), middle, yerr=ends, color=CASES[number], marker="o", markersize=4,
            linestyle="", elinewidth=1.0, capsize=2, label=label,
        )  # fmt: skip
    ax.set_title("Right decisions, by what decides", fontsize=9)
    ax.set_xlabel("teams x quarters")
    ax.set_xticks(places, power["teams"].astype(str) + " x " + power["quarters"].astype(str))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, 0))
    ax.set_ylim(0.0, 1.0)
    ax.legend(fontsize=7, loc="lower right")
