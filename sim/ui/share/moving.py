"""The card that animates a wheel over the present run."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.ui.jobs import Job, use_job
from sim.ui.live.wheels import KINDS, kind_of
from sim.ui.parts import Heading, Working
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.ui.desk import Desk

_WHEEL = "From week 0 to the present, in at most eight seconds, at the speed the wheel turns on the page."


@solara.component
def Animation(desk: Desk) -> None:  # noqa: N802
    """A wheel over the present run, as a short animation."""
    job: Job[bytes] = use_job()
    wheel, theme = solara.use_reactive(KINDS[0].name), use_theme()
    status, week = job.status.value, desk.player.frame.value.week
    session, title = desk.player.session, desk.choice.value.title()

    def work(own: Job[bytes]) -> bytes:
        from sim.ui.share.animation import animate, pictures  # noqa: PLC0415 - matplotlib is slow to import

        return animate(pictures(session, kind_of(wheel.peek())), theme, title, own.tell)

    with solara.Div(classes=["fw-card"]):
        Heading("The wheel, moving", _WHEEL, left=True)
        if week == 0:
            rv.Html(tag="p", class_="fw-muted", children=["Nothing has turned yet; play the run first."])
        else:
            with solara.Div(classes=["fw-share-row"]):
                rv.Select(
                    items=[{"text": kind.label, "value": kind.name} for kind in KINDS], v_model=wheel.value,
                    on_v_model=wheel.set, label="Wheel", dense=True, hide_details=True, disabled=status.busy,
                )  # fmt: skip
                if not status.busy:
                    solara.Button("Draw the animation", outlined=True, on_click=lambda: job.start(work))
        Working(job)
        if status.stage == "done" and status.result:
            Moving(status.result)


@solara.component
def Moving(picture: bytes) -> None:  # noqa: N802
    """An animation, with its download."""
    source = solara.use_memo(lambda: f"data:image/gif;base64,{base64.b64encode(picture).decode()}", [picture])
    rv.Html(tag="img", class_="fw-moving", attributes={"src": source, "alt": "The wheel over the run, moving"})
    size = len(picture) / 1e6
    solara.FileDownload(picture, filename="wheel.gif", label=f"Animation (GIF, {size:.1f} MB)")
