"""A small organization, and what a visitor of the views that compute does with it."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ipyvuetify
import solara

from sim.ui.choice import Choice
from sim.ui.desk import Desk
from sim.ui.jobs import Job, JobStatus

TEXT = (
    'name = "small"\ntitle = "A small one"\n[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n'
)
SMALL = Choice(text=TEXT)


def desk_of(choice: Choice = SMALL, actions: tuple[dict[str, Any], ...] = ()) -> Desk:
    """A desk whose run has done some things by hand, and can do nothing else."""
    session = SimpleNamespace(manual_actions=lambda: list(actions))
    return Desk(solara.reactive(choice), SimpleNamespace(session=session), solara.reactive("why"))  # type: ignore[arg-type]


def fresh_job() -> Job[Any]:
    return Job(solara.reactive(JobStatus()))


def until_done(job: Job[Any]) -> JobStatus[Any]:
    """Wait for the end of a job."""
    end = time.monotonic() + 120
    while job.status.peek().busy:
        assert time.monotonic() < end
        time.sleep(0.02)
    return job.status.peek()


def status_of(work: Callable[[Job[Any]], Any]) -> JobStatus[Any]:
    """Do some work as a job and wait for its end."""
    job = fresh_job()
    job.start(work)
    return until_done(job)


def texts(context: Any) -> str:
    """Text of headings, paragraphs and buttons, joined."""
    widgets = [widget for tag in ("b", "p", "h2", "code", "span", "strong") for widget in shown(context, tag)]
    widgets += context.find(ipyvuetify.Btn).widgets
    return "\n".join(child for widget in widgets for child in widget.children if isinstance(child, str))


def shown(context: Any, tag: str) -> list[Any]:
    return list(context.find(ipyvuetify.Html, tag=tag).widgets)


def part(context: Any, trait: str) -> ipyvuetify.VuetifyTemplate:
    """The one part drawn by the browser that is given this."""
    (template,) = [each for each in context.find(ipyvuetify.VuetifyTemplate).widgets if each.has_trait(trait)]
    return template


def drawn_by(context: Any, file: str) -> list[Any]:
    """Every part that the browser draws from a Vue file of this name."""
    parts = context.find(ipyvuetify.VuetifyTemplate).widgets
    return [part for part in parts if getattr(part, "template_file", ("", ""))[1] == file]
