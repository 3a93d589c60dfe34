"""The data behind a discovery's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.answers.discover.words import box_text, decision_text
from sim.questions.discover.box import share_interval

if TYPE_CHECKING:
    from sim.questions.discover.find import Discovery, WorldBox
    from sim.questions.discover.worlds import Worlds


def tables(worlds: Worlds, found: Discovery, above: float = 0.0) -> dict[str, pd.DataFrame]:
    """Give the data behind the report: worlds, boxes, limits, trajectories, separation, tree."""
    unclear = worlds.unclear(above)
    told: dict[str, Any] = {"mean": worlds.mean, "of_interest": found.outcome, "held_out": ~found.learning}
    if unclear is not None:
        told["clear"] = ~unclear
    seeds = worlds.results.rename(columns=lambda seed: f"seed_{seed}")
    kinds = {True: "of interest", False: "others"}
    result = {
        "worlds": pd.concat([pd.DataFrame(told), seeds, worlds.inputs], axis=1).rename_axis("world").reset_index(),
        "separation": found.separation,
    }
    if found.findings:
        result["boxes"] = pd.DataFrame([_box_row(one, kinds[one.interest]) for one in found.findings])
        for name in ("limits", "trajectory"):
            parts = [getattr(one, name).assign(kind=kinds[one.interest]) for one in found.findings]
            result[name] = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        if "value" in result["limits"]:
            result["limits"]["value"] = result["limits"]["value"].astype(str)
    if found.tree:
        result["tree"] = pd.DataFrame(
            [
                {
                    "rule": box_text(leaf.box, worlds.scenario),
                    "worlds": leaf.worlds,
                    "of_interest": leaf.of_interest,
                }
                for leaf in found.tree.root.leaves()
            ]
        )  # fmt: skip
    return result


def _box_row(one: WorldBox, kind: str) -> dict[str, Any]:
    density = share_interval(one.held.both, one.held.inside)
    coverage = share_interval(one.held.both, one.held.of_interest)
    return {
        "kind": kind, "holds": one.holds, "p": one.p, "limits": len(one.box),
        "density_learned": one.learned.density, "coverage_learned": one.learned.coverage,
        "density": one.held.density, "density_low": density[0], "density_high": density[1],
        "coverage": one.held.coverage, "coverage_low": coverage[0], "coverage_high": coverage[1],
        "mass": one.held.mass, "base": one.held.base, "held_out_worlds": one.held.worlds,
        "held_out_inside": one.held.inside, "held_out_both": one.held.both,
    }  # fmt: skip


def facts(worlds: Worlds, found: Discovery, above: float) -> dict[str, Any]:
    """Give the findings as plain values."""
    return {
        "measure": worlds.measure,
        "above": above,
        "decision": decision_text(worlds.decision, worlds.scenario) if worlds.decision else "",
        "worlds": {"asked": worlds.asked, "used": len(found.outcome), "learned_from": int(found.learning.sum())},
        "share": found.share,
        "searched": list(found.searched),
        "boxes": [
            {
                "of_interest": one.interest, "holds": one.holds, "text": box_text(one.box, worlds.scenario),
                "limits": [
                    {"input": limit.name, "low": limit.low, "high": limit.high, "words": list(limit.words)}
                    for limit in one.box
                ],
            }
            for one in found.findings
        ],
    }  # fmt: skip
