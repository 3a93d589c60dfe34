"""A sensitivity analysis in words, figures and tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.sensitivity import figures
from sim.measures.words import MINUS, NONE, amount, interval, listed, percent, years
from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from sim.questions.sensitivity.factors import VariedParameter
    from sim.questions.sensitivity.run import Sensitivity

MUCH_NOISE = 0.1
"""Share of chance in the variance above which more seeds are asked for."""

WIDE = 0.1
"""Half-width of the leader's interval above which more base points are asked for."""

FEW_POINTS = 64
"""Base points below which intervals themselves are uncertain."""

_ROWS = 20
_PAIRS = 10
_PARTS = ((3 / 4, "three quarters"), (2 / 3, "two thirds"), (1 / 2, "half"), (1 / 3, "a third"), (1 / 4, "a quarter"),
          (1 / 5, "a fifth"), (1 / 10, "a tenth"))  # fmt: skip
_CLOSE = 0.025  # how near a share is to be called by such a word


def report_of(found: Sensitivity, command: str = "") -> Analysis:
    """Put the answer, figures and tables together.

    Args:
        found: The analysis.
        command: Command that repeats it.
    """
    tables = {"ranges": found.ranges, "failures": found.failures}
    tables |= {
        name: table
        for name, table in (("screening", found.morris), ("indices", found.sobol), ("pairs", found.second))
        if len(table)
    }
    return Analysis(
        kind="sensitivity",
        scenario=found.scenario,
        question=f"What decides {_label(found)} over {years(found.weeks)}?",
        answer=list(answer(found)),
        sections=list(_sections(found)),
        tables=tables,
        seeds=found.seeds,
        weeks=found.weeks,
        touched=found.kept if len(found.kept) < len(found.factors) else (),
        notes=list(notes(found)),
        facts=_facts(found),
        command=command,
    )


def answer(found: Sensitivity) -> Iterator[str]:
    """Say in sentences what decides the measure."""
    indices = found.variance or found.screening
    if indices is None or not indices.means.std():
        yield f"None of the {len(found.factors)} parameters changes {_label(found)}."
        return
    low, high = np.quantile(indices.means, [0.05, 0.95])
    if found.variance is not None:
        yield from _by_variance(found)
    else:
        yield from _by_screening(found)
    yield (
        f"Over the ranges, nine of ten points have {_label(found)} from {_span(found, low, high)} "
        f"(mean of {len(found.seeds)} seeds)."
    )
    share = indices.noise.share
    taken = "; it has been taken out of the shares" if found.variance is not None and share <= 1.0 else ""
    yield f"Chance makes up {percent(min(share, 1.0), signed=False)} of the variance between points{taken}."


def _by_variance(found: Sensitivity) -> Iterator[str]:
    table, label = found.sobol, _label(found)
    if table["st"].isna().all():
        yield f"Chance drowns what the parameters do to {label}: no shares can be given with {len(found.seeds)} seeds."
        return
    singles = table[table["clear"] & (table["parameter"].isin(found.kept))].to_dict("records")
    if not singles:
        yield f"No single parameter's share in what is uncertain about {label} can be told from 0."
    else:
        first = singles[0]
        part = _part(first["st"])
        whole = f"{label[:1].upper()}{label[1:]} depends most on"
        begin = f"{part} of what is uncertain about {label} comes from" if part else whole
        yield (
            f"{begin} {_named(found, first)}: {_share(first, 'st')} of its variance with all that it does together "
            f"with others, {_share(first, 's1')} alone."
        )
        yield from _next(found, singles[1:4])
        yield from _direction(found, first)
    grouped = table[~table["parameter"].isin([one.name for one in found.factors])]
    for row in grouped.to_dict("records"):
        count = len(found.factors) - len(found.kept)
        yield f"The {count} others together come to {_share(row, 'st')}."
    pair = next((row for row in found.second.to_dict("records") if row["clear"] and row["s2"] >= 0.01), None)
    if pair:
        yield f"The strongest pair is {pair['first']} with {pair['second']}: together {_share(pair, 's2')} more."


def _next(found: Sensitivity, rows: list[dict[Any, Any]]) -> Iterator[str]:
    if rows:
        parts = [f"{_named(found, row)}, {_share(row, 'st')}" for row in rows]
        yield f"Next: {'; '.join(parts)}."


def _direction(found: Sensitivity, row: Mapping[Any, Any]) -> Iterator[str]:
    if found.variance and math.isfinite(row["at_low"]) and _factor(found, row).item.type is not str:
        low, high = (_amount(found, row[end]) for end in ("at_low", "at_high"))
        begin = f"With {row['parameter']} in the lowest fifth of its range {_label(found)}"
        yield f"{begin} is {low} on average, in the highest {high}."


def _by_screening(found: Sensitivity) -> Iterator[str]:
    table = found.morris
    first = table.iloc[0].to_dict()
    way = "more of it brings less" if first["mu"] < 0 else "more of it brings more"
    sides = f", {way}" if abs(first["mu"]) > 0.9 * first["mu_star"] else ", up or down as the others are"
    yield (
        f"Of {len(table)} parameters, {_named(found, first)} moves {_label(found)} most: {_effect(found, first)} over "
        f"its whole range{sides}."
    )
    rest = [row for row in table[1:4].to_dict("records") if row["clear"]]
    if rest:
        yield f"Next: {'; '.join(f'{_named(found, row)}, {_effect(found, row)}' for row in rest)}."
    clear = int(table["clear"].sum())
    yield f"{clear} of them move it by clearly more than chance would show; the others cannot be told from chance."


def summary(found: Sensitivity) -> TextTable:
    """Give the first rows of the main table, narrow enough for a terminal."""
    table = _shares_table(found) if found.variance is not None else _screening_table(found)
    ranges = {one.name: _range(found, one) for one in found.factors}
    rows = [
        [f"{row[0]}\n{ranges.get(row[0], '')}".rstrip(), *(cell.replace(" [", "\n[") for cell in row[2:])]
        for row in table.rows[:_PAIRS]
    ]
    head = ["parameter\nrange", *(name.replace(" [", "\n[").lower() for name in table.head[2:])]
    return TextTable(head, rows, [column - 1 for column in table.right])


def notes(found: Sensitivity) -> Iterator[str]:
    """Warn of what was left out and of what is too few."""
    for indices, what in ((found.screening, "trajectories"), (found.variance, "blocks of points")):
        if indices is not None and indices.lost:
            total = indices.lost + indices.design.blocks
            yield (
                f"{indices.lost} of {total} {what} were left out whole, because a run in them failed or has no such "
                "measure; see failures.csv."
            )
    if found.left_out:
        yield (
            f"Not varied, for want of a range around their value: {listed(list(found.left_out))}; name a range with "
            "--parameter."
        )
    indices = found.variance or found.screening
    if indices is not None and indices.noise.share > MUCH_NOISE:
        yield (
            f"Chance is {percent(min(indices.noise.share, 1.0), signed=False)} of the variance of the mean over "
            f"{len(found.seeds)} seeds; more seeds give sharper shares."
        )
    if found.variance is not None:
        leader, blocks = found.sobol.iloc[0], found.variance.design.blocks
        if blocks < FEW_POINTS:
            yield f"{blocks} base points are too few to trust the intervals; give {FEW_POINTS} or more (--samples)."
        elif leader["st_high"] - leader["st"] > WIDE:
            yield f"The intervals are wide with {blocks} base points; four times as many halve them (--samples)."
    if found.screening is not None and found.variance is not None:
        yield from _alike(found)


def _alike(found: Sensitivity) -> Iterator[str]:
    """Say which parameters the screening left out by a hair."""
    table = found.morris
    last = table.loc[table["kept"], "mu_star"].min()
    near = table[~table["kept"] & table["clear"] & (table["mu_star_high"] >= last)]["parameter"]
    if near.empty:
        return
    some = listed([*near[:3]]) if len(near) <= 3 else f"{', '.join(near[:3])} and {len(near) - 3} more"
    yield f"The screening cannot tell the last parameter kept from some it left out: {some} (--keep)."


def _sections(found: Sensitivity) -> Iterator[ReportSection]:
    start = "a burn-in of its own" if found.from_start else "the same organization on the same day to start from"
    basis = f"Every point has {start} and is run with the same {len(found.seeds)} seeds."
    if found.variance is not None:
        alone = found.sobol["s1"].sum()
        summed = f" One by one they explain about {alone:.0%} of it." if math.isfinite(alone) else ""
        lead = f"Shares of the variance of {_label(found)} over the ranges below. {basis}{summed}"
        yield ReportSection("Shares of what is uncertain", lead, [figures.ranking(found)], [_shares_table(found)])
        clear = found.second[found.second["clear"]]
        count = len(clear) or "none"
        lead = f"Of {len(found.second)} pairs, {count} clearly explain something together that neither does alone."
        yield ReportSection(
            "What acts together", lead, [figures.pairs(found)], [_pairs_table(found)] if len(clear) else []
        )
    if found.screening is not None:
        lead = (
            f"Each of {found.screening.design.blocks} trajectories moves every parameter once by two thirds of its "
            f"range, from a random point, the others staying; effects are for the whole range. {basis}"
        )
        yield ReportSection("Screening", lead, [*figures.screening(found)], [_screening_table(found)])
    yield ReportSection("Parameters and chance", _chance_lead(found), [figures.chance(found)])


def _chance_lead(found: Sensitivity) -> str:
    indices = found.variance or found.screening
    sd = indices.noise.sd if indices is not None else math.nan
    return f"At one point, single runs differ by chance by {_amount(found, sd)} (one standard deviation)."


def _shares_table(found: Sensitivity) -> TextTable:
    rows = [
        [
            row["parameter"], _about(found, row), _short(row, "s1"), _short(row, "st"),
            _amount(found, row["at_low"]), _amount(found, row["at_high"]),
        ]
        for row in found.sobol[:_ROWS].to_dict("records")
    ]  # fmt: skip
    head = ["Parameter", "What it is, and its range", "Alone [95% interval]", "With others [95% interval]",
            "In its lowest fifth", "In its highest fifth"]  # fmt: skip
    return TextTable(head, rows, right=(2, 3, 4, 5))


def _pairs_table(found: Sensitivity) -> TextTable:
    clear = found.second[found.second["clear"]][:_PAIRS]
    rows = [[row["first"], row["second"], _short(row, "s2")] for row in clear.to_dict("records")]
    return TextTable(["Parameter", "With", "Share [95% interval]"], rows, right=(2,))


def _screening_table(found: Sensitivity) -> TextTable:
    rows = [
        [
            row["parameter"], _about(found, row), _amount(found, row["mu"], signed=True), _effect_cell(found, row),
            _amount(found, row["sigma"]), _amount(found, row["noise_floor"]), "kept" if row["kept"] else "",
        ]
        for row in found.morris[:_ROWS].to_dict("records")
    ]  # fmt: skip
    head = ["Parameter", "What it is, and its range", "Mean effect (mu)", "Mean size (mu*) [95% interval]",
            "Spread (sigma)", "Size by chance", ""]  # fmt: skip
    more = f"The first {_ROWS} of {len(found.morris)}; all are in screening.csv." if len(found.morris) > _ROWS else ""
    return TextTable(head, rows, right=(2, 3, 4, 5), caption=more)


def _about(found: Sensitivity, row: Mapping[Any, Any]) -> str:
    """What a parameter is and its range; of a group how many there are."""
    one = next((one for one in found.factors if one.name == row["parameter"]), None)
    if one is None:
        return f"The {len(found.factors) - len(found.kept)} parameters screened out; ranges.csv has their ranges"
    return f"{one.item.doc.rstrip('.')}: {_range(found, one)}"


def _range(found: Sensitivity, one: VariedParameter) -> str:
    return one.range_text.replace("currency", found.scenario.currency)


def _factor(found: Sensitivity, row: Mapping[Any, Any]) -> VariedParameter:
    return next(one for one in found.factors if one.name == row["parameter"])


def _named(found: Sensitivity, row: Mapping[Any, Any]) -> str:
    return f"{row['parameter']} ({_factor(found, row).words})"


def _part(share: float) -> str:
    """Say a share as people do, to begin a sentence; empty where there is no short word for it."""
    word = next((word for value, word in _PARTS if abs(share - value) <= _CLOSE), "")
    return f"About {word}" if word else "Nearly all" if 0.9 <= share <= 1.0 else ""


def _share(row: Mapping[Any, Any], name: str) -> str:
    middle, low, high = (_whole(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return f"{middle} (95% interval {low} to {high})"


def _short(row: Mapping[Any, Any], name: str) -> str:
    middle, low, high = (_whole(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return f"{middle} [{low} to {high}]"


def _whole(share: float) -> str:
    """Write a share as a whole percentage."""
    return f"{round(share * 100.0) or 0}%".replace("-", MINUS) if math.isfinite(share) else NONE


def _effect(found: Sensitivity, row: Mapping[Any, Any]) -> str:
    return f"{_amount(found, row['mu_star'])} (95% interval {_span(found, row['mu_star_low'], row['mu_star_high'])})"


def _effect_cell(found: Sensitivity, row: Mapping[Any, Any]) -> str:
    return f"{_amount(found, row['mu_star'])} [{_span(found, row['mu_star_low'], row['mu_star_high'])}]"


def _amount(found: Sensitivity, value: float, *, signed: bool = False) -> str:
    return amount(value, MEASURES[found.measure].unit, found.scenario.currency, signed=signed)


def _span(found: Sensitivity, low: float, high: float) -> str:
    return interval(low, high, MEASURES[found.measure].unit, found.scenario.currency)


def _label(found: Sensitivity) -> str:
    return MEASURES[found.measure].label.lower()


def _facts(found: Sensitivity) -> dict[str, Any]:
    """Plain values for the record; what is not known is null."""
    facts: dict[str, Any] = {
        "measure": found.measure, "unit": MEASURES[found.measure].unit, "currency": found.scenario.currency,
        "parameters": len(found.factors), "kept": list(found.kept), "left_out": list(found.left_out),
        "from_start": found.from_start, "fix_others": found.fix_others, "seed": found.seed, "runs": found.runs,
        "failed_runs": len(found.failures),
    }  # fmt: skip
    for name, indices in (("screening", found.screening), ("variance", found.variance)):
        if indices is not None:
            facts[name] = {
                "blocks": indices.design.blocks, "lost": indices.lost, "noise_share": indices.noise.share,
                "noise_sd": indices.noise.sd, "shared_sd": indices.noise.shared_sd,
            }  # fmt: skip
    facts["indices"] = _records(found.sobol)
    facts["pairs"] = _records(found.second)
    facts["effects"] = _records(found.morris)
    return facts


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    known = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]
