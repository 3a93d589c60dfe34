"""The parts of the live view that the browser draws by itself; each is a Vue file beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

from sim.ui.live.wheels import Turning, yearly

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.ui.live.push import Arrival

    Items = Sequence[dict[str, Any]]


@solara.component_vue("Flywheel.vue")
def Flywheel(  # noqa: N802 - a component
    *, kind: str, title: str, stages: Items, marked: str, mark: str, turns: float, playing: bool, week: int,
    speed: str, output: str, hint: str, vicious: bool, untouched: dict[str, float], than: str, large: bool,
    lit: dict[str, int], links: Items,
) -> None:  # fmt: skip
    """A wheel: stages that fill with their indices, turning at a speed in turns a minute; the browser animates it.

    A rim shows how far a stage is filled in another run, the untouched one or the one `than` names, by its name.

    Between its stages run its `links`, as wide as what they pass on (`sim.ui.live.passing`).

    Stages that are `lit`, with the week in which a push came to them, have a bright edge.

    It turns while the run plays, and a little with every other week that passes.
    """


def turning_wheel(
    wheel: Turning, untouched: Turning | None = None, *, begun: bool = True, playing: bool = True, week: int = 0,
    than: str = "untouched", large: bool = False, arrived: Sequence[Arrival] = (),
) -> None:  # fmt: skip
    """Draw a wheel of a week: nothing is marked before the run has begun, and it stands while the run does.

    Grey rims show the other wheel it is held against, if any; `than` says in a word or two whose that is. Letters are
    `large` for a room; stages light where a push has `arrived` and stands out now.
    """
    kind, stages = wheel.kind, untouched.stages if untouched else ()
    Flywheel(
        kind=kind.name,
        title=kind.title,
        stages=wheel.stages,
        marked=wheel.marked if begun else "",
        mark=kind.mark,
        turns=round(wheel.turns, 3),
        playing=playing,
        week=week,
        speed=yearly(wheel.growth),
        output=kind.output,
        hint=wheel.about,
        links=wheel.passing.links,
        vicious=kind.vicious,
        untouched={stage["name"]: stage["index"] for stage in stages if stage["index"] is not None},
        than=than,
        large=large,
        lit={one.stage: one.week for one in arrived if one.now},
    )


@solara.component_vue("LinksKey.vue")
def LinksKey(kinds: Sequence[str]) -> None:  # noqa: N802
    """What the arrows of a wheel mean, for those kinds of links that there are."""


def add_links_key(wheel: Turning) -> None:
    """Say what the arrows of a wheel mean."""
    LinksKey(kinds=sorted({one["kind"] for one in wheel.passing.links}))


@solara.component_vue("Switch.vue")
def Switch(*, name: str, items: Items, chosen: str, event_choose: Callable[[str], None]) -> None:  # noqa: N802
    """Tabs with name, label, note and hint; `event_choose` is given the name of the one that is pressed."""


@solara.component_vue("Timeline.vue")
def Timeline(*, week: int, end: int, marks: Sequence[int], event_rewind: Callable[[int], None]) -> None:  # noqa: N802
    """A slider over the weeks of the run, with marks; `event_rewind` is given a past week when it is let go there."""


@solara.component_vue("Pulse.vue")
def Pulse(*, week: int, event_drawn: Callable[[int], None]) -> None:  # noqa: N802
    """Nothing to see: it calls `event_drawn` when the browser has drawn another week."""


@solara.component_vue("Numbers.vue")
def Numbers(items: Items) -> None:  # noqa: N802
    """Headline numbers with label, text, change and hint."""


@solara.component_vue("Friction.vue")
def Friction(items: Items) -> None:  # noqa: N802
    """Bars of what brakes the wheel, with label, text, size (0 to 1) and hint."""


@solara.component_vue("Reading.vue")
def Reading(*, items: Sequence[Sequence[str]]) -> None:  # noqa: N802
    """Pairs of a term and a sentence."""
