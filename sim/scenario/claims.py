"""The practitioners' claims the simulator makes testable, the patterns that test them, and what was found.

Sources: F, A. Iannarino, sales flywheel (2023), after J. Collins, Turning the Flywheel; E, a sales leader's post
(2020s); W, the sales performance wheel; L, a consultant's post on lean selling; S, A. Seley and B. Holloway, Sales 2.0
(2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios import list_scenarios
from sim.scenario.scenario import Scenario
from tests.patterns.making.store import FOLDER, read

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, in one line.

    Attributes:
        id: Such as "F1".
        text: What is claimed.
        patterns: Ids of the patterns that test it; empty where `shown` says what does.
        shown: What else shows it; empty if the patterns do.
    """

    id: str
    text: str
    patterns: tuple[str, ...]
    shown: str = ""


CLAIMS: dict[str, Claim] = {
    one.id: one
    for one in (
        Claim("F1", "Training, experience, preference to engage, preference to buy, results: each causes the next.",
              ("S1", "S4")),
        Claim("F2", "Going straight to closing and cross-selling, without momentum, does not work.", ("S2",)),
        Claim("F3", "Poor execution of one part slows the whole wheel.", ("S3",)),
        Claim("F4", "Restarting a stopped wheel takes more than keeping it turning.", ("S5",)),
        Claim("F5", "Slowdowns should be found and mended at once: delay has a price.", ("S3", "S7")),
        Claim("F6", "Vision, goals that are understood, new behaviour and growth make the vision believed.", ("L1",)),
        Claim("F7", "Reaching a target brings a larger one, missed without new behaviour.", ("L1",)),
        Claim("F8", "Bullets before cannonballs: small tests, then scale what works.", ("L2",)),
        Claim("F9", "Any loop of stages can be drawn, measured and compared.", (), "flywheel wheel"),
        Claim("E-a", "Ambiguity fought with complexity breeds more ambiguity.", ("E1", "E3")),
        Claim("E-b", "Dashboards do not hold the true buying influences; why a deal was lost gets lost.", ("E5", "X3")),
        Claim("E-c", "That leads to wrong targets: quotas without potential, products pushed too early.", ("E3",)),
        Claim("E-d", "Missed targets cost trust, and distrust makes sales report false reasons.", ("E3",)),
        Claim("E-e", "Management hears a lack of capability, becomes prescriptive and adds overlays.", ("E3",)),
        Claim("E-f", "Overlays cost customer time, understanding and intimacy; targets are missed even more.",
              ("E1", "E2", "E3")),
        Claim("E-g", "Leaders who dive deep and find root causes win trust back without overlays.", ("E4",)),
        Claim("W1", "Eight drivers move sales performance.", ("D1",)),
        Claim("W2", "Which matter most depends on the phase and the ACV band.", ("D1",)),
        Claim("W3", "Without structure, operations, enablement, training or motivation growth is lost.",
              ("D1",)),
        Claim("L-a", "Productivity can double and the hit rate rise by over 20% within a year.", ("N1",)),
        Claim("L-b", "Aligning the sales process with how the buyer decides is the greatest source of value.", ("N1",)),
        Claim("L-c", "Pursuing few good opportunities yields more than keeping everyone busy with many.", ("N1", "N3")),
        Claim("L-d", "Problems seen are symptoms; asking why leads to the root.", ("N4",)),
        Claim("L-e", "Treating the symptom, with a new CRM or marketing automation, does not help.", ("N2",)),
        Claim("L-f", "Look at the team as a team, not at stars.", ("A2",)),
        Claim("S-a", "Art is hard to copy, unpredictable and unsustainable at scale.", ("A1", "A2")),
        Claim("S-b", "The more science over art, the more success.", ("A1", "A3")),
        Claim("S-c", "Work out what makes the stars successful, build it into the process, train everyone.", ("A1",)),
        Claim("S-d", "The shift does not last unless leaders change their mindset first.", ("L3",)),
        Claim("S-e", "Turn by turn, consistency builds momentum.", ("S4", "S7")),
    )
}  # fmt: skip
"""Every claim by id, in the order of the sources."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim and what was found about it.

    Attributes:
        claim: The claim.
        verdicts: Verdict by pattern; "not run" where no finding is stored.
        figures: Figures of these patterns that exist.
        scenarios: Shipped scenarios that show it.
    """

    claim: Claim
    verdicts: dict[str, str]
    figures: tuple[Path, ...]
    scenarios: tuple[str, ...]


def shown(folder: Path) -> list[Shown]:
    """Put every claim together with what is stored about it.

    Args:
        folder: Folder of the page.

    Raises:
        InputError: A stored finding cannot be read.
    """
    scenarios = {name: Scenario.load(name).claims for name in list_scenarios()}
    tested = dict.fromkeys(name for claim in CLAIMS.values() for name in claim.patterns)
    kept = {name: read(folder, name) for name in tested}
    found = []
    for claim in CLAIMS.values():
        verdicts = {name: one.finding.verdict if (one := kept.get(name)) else "not run" for name in claim.patterns}
        figures = [folder / FOLDER / f"{name}.png" for name in claim.patterns]
        showing = tuple(name for name, claims in scenarios.items() if claim.id in claims)
        found.append(Shown(claim, dict(verdicts), tuple(file for file in figures if file.exists()), showing))
    return found
