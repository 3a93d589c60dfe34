"""A study of pilots in words, as a table, as a figure and as a folder."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from sim.answers.folder import fresh_folder
from sim.answers.palette import CASES, INK, MUTED, STYLE
from sim.measures.words import MINUS, NONE, SCALES, amount, interval
from sim.questions.pilot.study import FEWEST, NEVER, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.questions.pilot.study import PilotStudy

RECORD = "pilot.json"
_TITLES = {NEVER: "never", NOW: "now, everybody"}
_PANELS = (("vs_now", "Mean"), ("p10_vs_now", "10th percentile"), ("wrong", "Wrong decisions"))
_SIZE = (11.0, 3.4)
_DPI = 130


def head(study: PilotStudy) -> list[str]:
    """Name the columns of `rows`, with the unit of amounts."""
    unit = f"{_scale(study)[1]}{study.scenario.currency}"
    return [
        f"strategy ({unit})",
        "mean",
        "10th\npercentile",
        "more than now\n[95% interval]",
        "more than never\n[95% interval]",
        "10th percentile,\nmore than now",
        "regret",
        "rolled\nout",
        "wrong\n[95% interval]",
    ]


def rows(study: PilotStudy) -> list[list[str]]:
    """Write the strategies as cells under `head`."""
    return [_cells(row, _scale(study)[0]) for _, row in study.strategies.iterrows()]


def _scale(study: PilotStudy) -> tuple[float, str]:
    """Unit in which the amounts of the table are easily read."""
    largest = float(study.strategies["net_mean"].abs().max())
    return next(((size, f"{word} ") for size, word in SCALES if largest >= size), (1.0, ""))


def _cells(row: pd.Series[Any], scale: float) -> list[str]:
    def money(key: str) -> str:
        return digits_of(row[f"{key}_mean"] / scale)

    def difference(key: str) -> str:
        mean, low, high = (digits_of(row[f"{key}_{end}"] / scale, signed=True) for end in ("mean", "low", "high"))
        return f"{mean}\n[{low} to {high}]"

    return [
        _TITLES.get(row["strategy"], row["strategy"]),
        money("net"),
        money("p10"),
        NONE if row["strategy"] == NOW else difference("vs_now"),
        NONE if row["strategy"] == NEVER else difference("vs_never"),
        NONE if row["strategy"] == NOW else difference("p10_vs_now"),
        money("regret"),
        f"{row['rolled_out']:.0%}",
        f"{row['wrong_mean']:.0%}\n[{row['wrong_low']:.0%} to {row['wrong_high']:.0%}]",
    ]


def digits_of(value: float, *, signed: bool = False) -> str:
    """Write a number with its sign; one that is not finite as a dash."""
    return amount(value, "", "", signed=signed)


def answer(study: PilotStudy) -> Iterator[str]:
    """Say in sentences what pays."""
    currency = study.scenario.currency
    best, alike = study.best()
    row = study.strategies[study.strategies["strategy"] == str(best)].iloc[0]
    now = study.strategies[study.strategies["strategy"] == NOW].iloc[0]
    if len(study.outcomes) >= FEWEST:
        yield f"{_judged(row, 'vs_now', currency, f'Trying {study.lever} in {best} first', 'rolling out at once')}"
        yield f"{_judged(row, 'vs_never', currency, 'It', 'never doing it')}"
        yield f"{_judged(row, 'p10_vs_now', currency, 'In the tenth-worst of worlds it', 'rolling out at once')}"
        if alike:
            yield f"Of the pilots tried it did best, but cannot be told from {', '.join(map(str, alike))}."
        elif len(study.terms.designs) > 1:
            yield "It did better than every other pilot tried."
    gain, at_once = (amount(one["p10_gain_mean"], "currency", currency, signed=True) for one in (row, now))
    yield f"Against doing nothing, one world in ten ends below {gain} with the pilot and below {at_once} without it."
    where_harms, where_pays = (_share(row[f"rolled_out_where_{what}"]) for what in ("harms", "pays"))
    yield (
        f"Rolling out at once harms in {_share(now['wrong_mean'])} of {len(study.outcomes)} worlds; the pilot rolls "
        f"out in {where_harms} of these and in {where_pays} of the others. Its verdict is worse than the opposite in "
        f"{_share(row['wrong_mean'])} of worlds, which costs {amount(row['lost_by_wrong'], 'currency', currency)} a "
        "world; luck that nobody could foresee is in it."
    )
    yield from study.notes


def _share(value: float) -> str:
    return amount(value, "share", "") if math.isfinite(value) else "none"


def _judged(row: pd.Series[Any], key: str, currency: str, subject: str, other: str) -> str:
    mean, low, high = (float(row[f"{key}_{end}"]) for end in ("mean", "low", "high"))
    ends = interval(low, high, "currency", currency, signed=True)
    if low > 0 or high < 0:
        word = "more" if low > 0 else "less"
        return f"{subject} brings {amount(abs(mean), 'currency', currency)} {word} than {other} (95% interval {ends})."
    return f"{subject} brings neither clearly more nor clearly less than {other} (95% interval {ends})."


def record(study: PilotStudy, command: str = "") -> dict[str, Any]:
    """Give all that is needed to repeat a study and to read its result, as plain values; what is unknown is None."""
    best, alike = study.best()
    return {
        "program": "sales-flywheel",
        "kind": "pilot",
        "command": command,
        "scenario": study.scenario.name,
        "scenario_digest": study.scenario.digest(),
        "currency": study.scenario.currency,
        "ideas": [
            [{"parameter": one.parameter, "action": one.action, "value": one.value} for one in idea]
            for idea in study.ideas
        ],
        "terms": asdict(study.terms),
        "weeks": study.weeks,
        "worlds": {"asked": study.asked, "finished": len(study.outcomes)},
        "drawn_parameters": [name for name in study.draws.columns if name != "world"],
        "strategies": [
            {key: _plain(value) for key, value in row.items()} for row in study.strategies.to_dict("records")
        ],
        "best": {"design": asdict(best), "cannot_be_told_from": [asdict(one) for one in alike]},
        "answer": list(answer(study)),
        "failures": [{"world": one.seed, "error": str(one), "trace": one.trace} for one in study.failures],
        "interrupted": study.interrupted,
        "versions": study.versions,
        "started": study.started.isoformat(timespec="seconds"),
        "finished": study.finished.isoformat(timespec="seconds"),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    number = value.item() if hasattr(value, "item") else value
    return None if isinstance(number, float) and not math.isfinite(number) else number


def write_pilot(study: PilotStudy, folder: Path, command: str = "") -> None:
    """Write a study: its record, `strategies.csv`, a row a trial, a row a world with its draw, scenario and figure.

    Raises:
        InputError: Nothing can be written there.
    """
    with fresh_folder(folder, RECORD) as draft:
        (draft / "scenario.toml").write_text(study.scenario.to_toml(), encoding="utf-8")
        text = json.dumps(record(study, command), indent=2, ensure_ascii=False, allow_nan=False)
        (draft / RECORD).write_text(text + "\n", encoding="utf-8")
        study.strategies.to_csv(draft / "strategies.csv", index=False)
        study.trials.to_parquet(draft / "trials.parquet", index=False)
        study.outcomes.merge(study.draws, on="world").to_parquet(draft / "worlds.parquet", index=False)
        settings: Any = STYLE  # the declared names are a list of literals
        with mpl.rc_context(settings):
            drawn = figure(study.strategies, study.scenario.currency, study.lever)
            FigureCanvasAgg(drawn)
            drawn.savefig(draft / "pilot.png", dpi=_DPI, metadata={"Software": None})
            drawn.savefig(draft / "pilot.svg", metadata={"Date": None, "Creator": None})


def figure(strategies: pd.DataFrame, currency: str, lever: str) -> Figure:
    """Draw mean, low end and wrong decisions by length of the trial, a line for each number of pilot teams.

    Args:
        strategies: As `strategies_frame` gives it.
        currency: Label of amounts.
        lever: What was tried, for the title.
    """
    drawn = Figure(figsize=_SIZE, layout="constrained")
    largest = float(np.nanmax(np.abs(strategies[["vs_now_mean", "vs_now_low", "vs_now_high"]].to_numpy(dtype=float))))
    scale, word = next(((size, f"{word} ") for size, word in SCALES if largest >= size), (1.0, ""))
    for ax, (key, title) in zip(drawn.subplots(1, len(_PANELS)), _PANELS, strict=True):
        _panel(ax, strategies, key)
        ax.set_title(title, fontsize=9)
        ax.set_xlabel("quarters of trial")
        ax.set_xticks(sorted(set(strategies.loc[strategies["quarters"] > 0, "quarters"])))
        money = FuncFormatter(lambda value, _: f"{value / scale:+,.3g}".replace("-", MINUS))
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, 0) if key == "wrong" else money)
    handles, labels = drawn.axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    title = f"{lever}: net contribution more than if rolled out at once, {word}{currency}"
    drawn.suptitle(title, x=0.01, ha="left", fontsize=10)
    return drawn


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
