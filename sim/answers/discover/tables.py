"""The data behind a discovery's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.answers.discover.words import box_text, decision_text
from sim.questions.discover.box import share_interval

if TYPE_CHECKING:
    from sim.questions.discover.find import Discovery, WorldBox
    from sim.questions.discover.worlds import Worlds

_KINDS = {True: "of interest", False: "others"}


def tables(worlds: Worlds, discovery: Discovery, above: float) -> dict[str, pd.DataFrame]:
    """Give the data behind the report: worlds, boxes, limits, trajectories, separation, tree."""
    unclear = worlds.unclear(above)
    outcomes = {"mean": worlds.mean, "of_interest": discovery.outcome, "held_out": ~discovery.learning}
    if unclear is not None:
        outcomes["clear"] = ~unclear
    seeds = worlds.results.rename(columns=lambda seed: f"seed_{seed}")
    by_world = pd.concat([pd.DataFrame(outcomes), seeds, worlds.inputs], axis=1).rename_axis("world").reset_index()
    result = {"worlds": by_world, "separation": discovery.separation}
    if discovery.findings:
        result["boxes"] = pd.DataFrame([_box_row(finding) for finding in discovery.findings])
        for name in ("limits", "trajectory"):
            parts = [getattr(finding, name).assign(kind=_KINDS[finding.interest]) for finding in discovery.findings]
            result[name] = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        if "value" in result["limits"]:
            result["limits"]["value"] = result["limits"]["value"].astype(str)
    if discovery.tree:
        leaves = discovery.tree.root.leaves()
        rules = [(box_text(leaf.box, worlds.scenario), leaf.worlds, leaf.of_interest) for leaf in leaves]
        result["tree"] = pd.DataFrame(rules, columns=["rule", "worlds", "of_interest"])
    return result


def _box_row(finding: WorldBox) -> dict[str, Any]:
    held = finding.held
    density = share_interval(held.both, held.inside)
    coverage = share_interval(held.both, held.of_interest)
    return {
        "kind": _KINDS[finding.interest], "holds": finding.holds, "p": finding.p, "limits": len(finding.box),
        "density_learned": finding.learned.density, "coverage_learned": finding.learned.coverage,
        "density": held.density, "density_low": density[0], "density_high": density[1],
        "coverage": held.coverage, "coverage_low": coverage[0], "coverage_high": coverage[1],
        "mass": held.mass, "base": held.base, "held_out_worlds": held.worlds,
        "held_out_inside": held.inside, "held_out_both": held.both,
    }  # fmt: skip


def facts(worlds: Worlds, discovery: Discovery, above: float) -> dict[str, Any]:
    """Give the findings as plain values."""
    return {
        "measure": worlds.measure,
        "above": above,
        "decision": decision_text(worlds.decision, worlds.scenario) if worlds.decision else "",
        "worlds": {
            "asked": worlds.asked, "used": len(discovery.outcome), "learned_from": int(discovery.learning.sum()),
        },
        "share": discovery.share,
        "searched": list(discovery.searched),
        "boxes": [
            {
                "of_interest": finding.interest, "holds": finding.holds, "text": box_text(finding.box, worlds.scenario),
                "limits": [
                    {"input": limit.name, "low": limit.low, "high": limit.high, "words": list(limit.words)}
                    for limit in finding.box
                ],
            }
            for finding in discovery.findings
        ],
    }  # fmt: skip
