"""A sensitivity analysis in words, figures and tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, series_of
from sim.answers.sensitivity import figures
from sim.answers.wording import label_of, sentence_case
from sim.measures.words import MINUS, NONE, amount, interval, listed, percent, years
from sim.questions.sensitivity.chaos import ENOUGH
from sim.questions.sensitivity.designs import SOBOL
from sim.questions.sensitivity.indices import BLOCKS
from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from sim.questions.sensitivity.designs import VariedParameter
    from sim.questions.sensitivity.run import Sensitivity

MUCH_NOISE = 0.1  # share of chance in the variance above which more seeds are asked for
WIDE = 0.1  # half-width of the leader's interval above which more base points are asked for
FEW_POINTS = 64  # base points below which intervals themselves are uncertain
_ROWS = 20
_PAIRS = 10
_NAMED = 4  # parameters whose keys are told, as many as the answer names at most
_PARTS = ((3 / 4, "three quarters"), (2 / 3, "two thirds"), (1 / 2, "half"), (1 / 3, "a third"), (1 / 4, "a quarter"),
          (1 / 5, "a fifth"), (1 / 10, "a tenth"))  # fmt: skip
_CLOSE = 0.025  # how near a share is to be called by such a word


def report_of(study: Sensitivity, command: str = "") -> Analysis:
    """Put the answer, figures and tables together."""
    measured = {"screening": study.morris, "indices": study.sobol, "pairs": study.second}
    return Analysis(
        kind="sensitivity",
        scenario=study.scenario,
        question=f"What decides {_label(study)} over {years(study.weeks)}?",
        answer=list(answer(study)),
        sections=list(_sections(study)),
        tables={
            "ranges": study.ranges, "failures": study.failures,
            **{name: table for name, table in measured.items() if len(table)},
        },
        seeds=study.seeds,
        weeks=study.weeks,
        touched=study.kept if len(study.kept) < len(study.factors) else (),
        notes=list(notes(study)),
        facts=_facts(study),
        command=command,
        units=dict.fromkeys(("s1", "s1_low", "s1_high", "st", "st_low", "st_high", "s2", "s2_low", "s2_high"), "share")
        | dict.fromkeys(("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma", "noise_floor", "at_low", "at_high"),
                        MEASURES[study.measure].unit),
    )  # fmt: skip


def answer(study: Sensitivity) -> Iterator[str]:
    """Say in sentences what decides the measure."""
    indices = study.variance or study.screening
    if indices is None or not indices.means.std():
        yield f"None of the {len(study.factors)} parameters changes {_label(study)}."
        return
    low, high = np.quantile(indices.means, [0.05, 0.95])
    yield from map(_spelled, _by_screening(study) if study.variance is None else _by_variance(study))
    yield (
        f"Over the ranges, nine of ten points have {_label(study)} from {_span(study, low, high)} "
        f"(mean of {len(study.seeds)} seeds)."
    )
    share = indices.noise.share
    taken = "; it has been taken out of the shares" if study.variance is not None and share <= 1.0 else ""
    yield f"Chance makes up {percent(min(share, 1.0), signed=False)} of the variance between points{taken}."
    yield from _method(study)


def _method(study: Sensitivity) -> Iterator[str]:
    """Say where the shares come from, and how well the polynomial does that was asked for."""
    if study.variance is None or not study.first_points or study.sobol["st"].isna().all():
        return
    fit = study.chaos.fit if study.chaos else None
    if fit is None:
        block = f"{len(study.variance.design.points):,} points"
        yield f"The shares are from Saltelli's design of {block}; a polynomial would begin with {study.first_points:,}."
        return
    through = f"through {len(study.chaos.design.points):,} points" if study.chaos else ""
    explains = f"{min(max(fit.q2, 0.0), 1.0):.1%} of the variance at points left out (Q² = {fit.q2:.3f})"
    if study.variance is study.chaos:
        yield f"The shares are from a polynomial of degree {fit.degree} {through}, which explains {explains}."
    else:
        yield (
            f"A polynomial {through} explains only {explains}, less than {ENOUGH:.0%}; so the shares are from "
            "Saltelli's design."
        )


def _by_variance(study: Sensitivity) -> Iterator[str]:
    table, label = study.sobol, _label(study)
    if table["st"].isna().all():
        yield f"Chance drowns what the parameters do to {label}: no shares can be given with {len(study.seeds)} seeds."
        return
    singles = table[table["clear"] & (table["parameter"].isin(study.kept))].to_dict("records")
    if not singles:
        yield f"No single parameter's share in what is uncertain about {label} can be told from 0."
    else:
        first = singles[0]
        part = _part(first["st"])
        whole = f"{sentence_case(label)} depends most on"
        begin = f"{part} of what is uncertain about {label} comes from" if part else whole
        yield (
            f"{begin} {_named(study, first)}: {_share(first, 'st')} of its variance with all that it does together "
            f"with others, {_share(first, 's1')} alone."
        )
        if len(singles) > 1:
            others = [f"{_named(study, row)}, {_share(row, 'st')}" for row in singles[1:4]]
            yield f"Next: {'; '.join(others)}."
        yield from _direction(study, first)
    grouped = table[~table["parameter"].isin([factor.name for factor in study.factors])]
    for row in grouped.to_dict("records"):
        count = len(study.factors) - len(study.kept)
        yield f"The {count} others together come to {_share(row, 'st')}."
    pair = next((row for row in study.second.to_dict("records") if row["clear"] and row["s2"] >= 0.01), None)
    if pair:
        both = f"{label_of(pair['first'])} with {label_of(pair['second'])}"
        yield f"The strongest pair is {both}: together {_share(pair, 's2')} more."


def _direction(study: Sensitivity, row: Mapping[Any, Any]) -> Iterator[str]:
    if study.variance and math.isfinite(row["at_low"]) and _factor(study, row).item.type is not str:
        low, high = (_amount(study, row[end]) for end in ("at_low", "at_high"))
        begin = f"With {label_of(row['parameter'])} in the lowest fifth of its range {_label(study)}"
        yield f"{begin} is {low} on average, in the highest {high}."


def _by_screening(study: Sensitivity) -> Iterator[str]:
    table = study.morris
    first = table.iloc[0].to_dict()
    way = "more of it brings less" if first["mu"] < 0 else "more of it brings more"
    sides = f", {way}" if abs(first["mu"]) > 0.9 * first["mu_star"] else ", up or down as the others are"
    yield (
        f"Of {len(table)} parameters, {_named(study, first)} moves {_label(study)} most: {_effect(study, first)} over "
        f"its whole range{sides}."
    )
    rest = [row for row in table[1:4].to_dict("records") if row["clear"]]
    if rest:
        yield f"Next: {'; '.join(f'{_named(study, row)}, {_effect(study, row)}' for row in rest)}."
    clear = int(table["clear"].sum())
    yield f"{clear} of them move it by clearly more than chance would show; the others cannot be told from chance."


def summary(study: Sensitivity) -> TextTable:
    """Give the first rows of the main table, narrow enough for a terminal."""
    table = _shares_table(study) if study.variance is not None else _screening_table(study)
    ranges = {factor.item.title: _range(study, factor) for factor in study.factors}
    rows = [
        [f"{row[0]}\n{ranges.get(row[0], '')}".rstrip(), *(cell.replace(" [", "\n[") for cell in row[2:])]
        for row in table.rows[:_PAIRS]
    ]
    columns = ["parameter\nrange", *(name.replace(" [", "\n[").lower() for name in table.columns[2:])]
    return TextTable(columns, rows, [column - 1 for column in table.right])


def notes(study: Sensitivity) -> Iterator[str]:
    """Warn of what was left out and of what is too few."""
    for indices in (study.screening, study.variance):
        if indices is not None and indices.lost:
            total, what = indices.lost + indices.design.blocks, BLOCKS[indices.design.kind]
            yield (
                f"{indices.lost} of {total} {what} were left out whole, because a run in them failed or has no such "
                "measure; see failures.csv."
            )
    if study.left_out:
        yield (
            "Not varied, for want of a range around their value: "
            f"{listed([label_of(name) for name in study.left_out])}; name a range with --parameter."
        )
    indices = study.variance or study.screening
    if indices is not None and indices.noise.share > MUCH_NOISE:
        yield (
            f"Chance is {percent(min(indices.noise.share, 1.0), signed=False)} of the variance of the mean over "
            f"{len(study.seeds)} seeds; more seeds give sharper shares."
        )
    if study.variance is not None and study.variance.design.kind == SOBOL:
        leader, blocks = study.sobol.iloc[0], study.variance.design.blocks
        if blocks < FEW_POINTS:
            yield f"{blocks} base points are too few to trust the intervals; give {FEW_POINTS} or more (--samples)."
        elif leader["st_high"] - leader["st"] > WIDE:
            yield f"The intervals are wide with {blocks} base points; four times as many halve them (--samples)."
    if study.screening is not None and study.variance is not None:
        yield from _alike(study)
    leaders = (study.sobol if study.variance is not None else study.morris)["parameter"][:_NAMED]
    keys = [f"{label_of(name)} is {name}" for name in leaders if label_of(name) != name]
    if keys:
        yield f"In commands and files {listed(keys)}."


def _alike(study: Sensitivity) -> Iterator[str]:
    """Say which parameters the screening left out by a hair."""
    table = study.morris
    last = table.loc[table["kept"], "mu_star"].min()
    near = table[~table["kept"] & table["clear"] & (table["mu_star_high"] >= last)]["parameter"].map(label_of)
    if near.empty:
        return
    some = listed([*near[:3]]) if len(near) <= 3 else f"{', '.join(near[:3])} and {len(near) - 3} more"
    yield f"The screening cannot tell the last parameter kept from some it left out: {some} (--keep)."


def _sections(study: Sensitivity) -> Iterator[ReportSection]:
    own = "a burn-in of its own, in which what differs holds from the beginning,"
    start = own if study.from_start else "the same organization on the same day to start from"
    basis = f"Every point has {start} and is run with the same {len(study.seeds)} seeds."
    if study.variance is not None:
        alone = study.sobol["s1"].sum()
        summed = f" One by one they explain about {alone:.0%} of it." if math.isfinite(alone) else ""
        lead = f"Shares of the variance of {_label(study)} over the ranges below. {basis}{summed}{_missed(study)}"
        yield ReportSection(
            "Shares of what is uncertain", lead, [figures.ranking(study)], [_shares_table(study)], [_ranking(study)]
        )
        clear = study.second[study.second["clear"]]
        count = len(clear) or "none"
        lead = f"Of {len(study.second)} pairs, {count} clearly explain something together that neither does alone."
        tables = [_pairs_table(clear)] if len(clear) else []
        yield ReportSection("What acts together", lead, [figures.pairs(study)], tables)
    if study.screening is not None:
        lead = (
            f"Each of {study.screening.design.blocks} trajectories moves every parameter once by two thirds of its "
            f"range, from a random point, the others staying; effects are for the whole range. {basis}"
        )
        yield ReportSection("Screening", lead, [*figures.screening(study)], [_screening_table(study)], [_sizes(study)])
    indices = study.variance or study.screening
    sd = indices.noise.sd if indices is not None else math.nan
    lead = f"At one point, single runs differ by chance by {_amount(study, sd)} (one standard deviation)."
    yield ReportSection("Parameters and chance", lead, [figures.chance(study)])


def _ranking(study: Sensitivity) -> Chart:
    table = study.sobol[: figures.MOST_BARS]
    series = [
        series_of(label, table, name, f"{name}_{{}}") for name, label in (("s1", "alone"), ("st", "with others too"))
    ]
    title = f"What decides {_label(study)}: share of its variance"
    caption = "Shares of the variance over the ranges that were varied; lines are 95% intervals."
    return Chart("ranking", title, "bar", list(map(label_of, table["parameter"])), series, "share", caption=caption)


def _sizes(study: Sensitivity) -> Chart:
    table = study.morris[: figures.MOST_BARS]
    return Chart(
        "sizes", f"How far each moves {_label(study)} over its range", "bar", list(map(label_of, table["parameter"])),
        [series_of("mean size of the effect", table, "mu_star", "mu_star_{}")], MEASURES[study.measure].unit,
        study.scenario.currency, caption="Mean size of the effect of a move over the range; lines are 95% intervals.",
    )  # fmt: skip


def _missed(study: Sensitivity) -> str:
    fit = study.variance.fit if study.variance else None
    if fit is None or not fit.q2 < 1.0:
        return ""
    return f" The {1.0 - fit.q2:.1%} that the polynomial misses may be anybody's; every interval leaves that open."


def _shares_table(study: Sensitivity) -> TextTable:
    rows = [
        [
            sentence_case(label_of(row["parameter"])), _about(study, row), _share(row, "s1"), _share(row, "st"),
            _amount(study, row["at_low"]), _amount(study, row["at_high"]),
        ]
        for row in study.sobol[:_ROWS].to_dict("records")
    ]  # fmt: skip
    columns = ["Parameter", "What it is, and its range", "Alone [95% interval]", "With others [95% interval]",
               "In its lowest fifth", "In its highest fifth"]  # fmt: skip
    return TextTable(columns, rows, right=(2, 3, 4, 5))


def _pairs_table(clear: pd.DataFrame) -> TextTable:
    rows = [
        [label_of(row["first"]), label_of(row["second"]), _share(row, "s2")]
        for row in clear[:_PAIRS].to_dict("records")
    ]
    return TextTable(["Parameter", "With", "Share [95% interval]"], rows, right=(2,))


def _screening_table(study: Sensitivity) -> TextTable:
    rows = [
        [
            sentence_case(label_of(row["parameter"])), _about(study, row), _amount(study, row["mu"], signed=True),
            _effect(study, row), _amount(study, row["sigma"]), _amount(study, row["noise_floor"]),
            "kept" if row["kept"] else "",
        ]
        for row in study.morris[:_ROWS].to_dict("records")
    ]  # fmt: skip
    columns = ["Parameter", "What it is, and its range", "Mean effect (mu)", "Mean size (mu*) [95% interval]",
               "Spread (sigma)", "Size by chance", ""]  # fmt: skip
    more = f"The first {_ROWS} of {len(study.morris)}; all are in screening.csv." if len(study.morris) > _ROWS else ""
    return TextTable(columns, rows, right=(2, 3, 4, 5), caption=more)


def _about(study: Sensitivity, row: Mapping[Any, Any]) -> str:
    if row["parameter"] not in [factor.name for factor in study.factors]:
        return f"The {len(study.factors) - len(study.kept)} parameters screened out; ranges.csv has their ranges"
    factor = _factor(study, row)
    return f"{factor.item.doc.rstrip('.')}: {_range(study, factor)}"


def _range(study: Sensitivity, factor: VariedParameter) -> str:
    return factor.range_text.replace("currency", study.scenario.currency)


def _factor(study: Sensitivity, row: Mapping[Any, Any]) -> VariedParameter:
    return next(factor for factor in study.factors if factor.name == row["parameter"])


def _named(study: Sensitivity, row: Mapping[Any, Any]) -> str:
    return f"{label_of(row['parameter'])} ({_factor(study, row).words})"


def _part(share: float) -> str:
    """Say a share as people do, to begin a sentence; empty where there is no short word for it."""
    word = next((word for value, word in _PARTS if abs(share - value) <= _CLOSE), "")
    return f"About {word}" if word else "Nearly all" if 0.9 <= share <= 1.0 else ""


def _spelled(sentence: str) -> str:
    """Write intervals in a sentence as words, not as in a table."""
    return sentence.replace("[", "(95% interval ").replace("]", ")")


def _share(row: Mapping[Any, Any], name: str) -> str:
    middle, low, high = (_whole(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return f"{middle} [{low} to {high}]"


def _whole(share: float) -> str:
    return f"{round(share * 100.0) or 0}%".replace("-", MINUS) if math.isfinite(share) else NONE


def _effect(study: Sensitivity, row: Mapping[Any, Any]) -> str:
    return f"{_amount(study, row['mu_star'])} [{_span(study, row['mu_star_low'], row['mu_star_high'])}]"


def _amount(study: Sensitivity, value: float, *, signed: bool = False) -> str:
    return amount(value, MEASURES[study.measure].unit, study.scenario.currency, signed=signed)


def _span(study: Sensitivity, low: float, high: float) -> str:
    return interval(low, high, MEASURES[study.measure].unit, study.scenario.currency)


def _label(study: Sensitivity) -> str:
    return MEASURES[study.measure].label.lower()


def _facts(study: Sensitivity) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "measure": study.measure, "unit": MEASURES[study.measure].unit, "currency": study.scenario.currency,
        "parameters": len(study.factors), "kept": list(study.kept), "left_out": list(study.left_out),
        "from_start": study.from_start, "fix_others": study.fix_others, "seed": study.seed, "runs": study.runs,
        "failed_runs": len(study.failures), "method": study.method,
    }  # fmt: skip
    for name, indices in (("screening", study.screening), ("variance", study.variance)):
        if indices is not None:
            facts[name] = {
                "blocks": indices.design.blocks, "lost": indices.lost, "noise_share": indices.noise.share,
                "noise_sd": indices.noise.sd, "shared_sd": indices.noise.shared_sd,
            }  # fmt: skip
    if study.chaos is not None and study.chaos.fit is not None:
        fit = study.chaos.fit
        facts["polynomial"] = {
            "points": study.chaos.design.blocks, "degree": fit.degree, "terms": fit.terms, "q2": fit.q2,
            "enough": study.chaos.enough,
        }  # fmt: skip
    tables = {"indices": study.sobol, "pairs": study.second, "effects": study.morris}
    return facts | {name: table.to_dict("records") for name, table in tables.items()}
