"""The views a visitor can choose from, in the order of the rail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.ui.ask.view import AskView
from sim.ui.classroom.trainer import Class
from sim.ui.compare.view import CompareView
from sim.ui.explore.view import ExploreView
from sim.ui.gain.view import GainView
from sim.ui.lessons.view import Lessons
from sim.ui.live.view import Live
from sim.ui.reference.view import ReferenceView
from sim.ui.share.view import Share
from sim.ui.twin.view import Twin
from sim.ui.why.view import WhyView

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class View:
    """One view: what links and the rail call it, its Material Design icon, what it is for, and what draws it."""

    name: str
    label: str
    icon: str
    hint: str
    component: Callable[[Desk], Any]


LESSONS = "lessons"
LESSONS_HINT = "Guided lessons: predict, watch, and compare with what was measured."
ASK_HINT = "Ask any question of the command line, with all it takes."
REFERENCE_HINT = "Look up parameters, rules, measures and words."
SHARE_HINT = "Pass a run on: a link, data, a report, a scenario file, an animation."

VIEWS = (
    View("live", "Live", "mdi-sync", "Play an organization, pull levers and watch what turns and what brakes.", Live),
    View("twin", "Twin worlds", "mdi-source-fork", "Fork the present, act on one world, and see what differs.", Twin),
    View(LESSONS, "Lessons", "mdi-school-outline", LESSONS_HINT, Lessons),
    View("class", "Class", "mdi-account-group", "Lead a class: all run an organization, with the same luck.", Class),
    View("why", "Why", "mdi-magnify", "Ask why a measure is missed, down to a lever.", WhyView),
    View("compare", "Compare", "mdi-scale-balance", "Compare cases with doing nothing.", CompareView),
    View("gain", "Wheel gain", "mdi-rotate-right", "Turn a wheel and see what its links pass on.", GainView),
    View("explore", "Explore", "mdi-grid", "Watch a map fill: an outcome over two parameters.", ExploreView),
    View("ask", "Ask", "mdi-comment-question-outline", ASK_HINT, AskView),
    View("reference", "Reference", "mdi-book-open-variant", REFERENCE_HINT, ReferenceView),
    View("share", "Share", "mdi-share-variant", SHARE_HINT, Share),
)
FIRST = VIEWS[0].name
