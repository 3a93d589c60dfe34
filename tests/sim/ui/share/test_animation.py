"""The animation shows the page's wheel over the run, and stays short."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from sim.measures.wheel import Momentum
from sim.ui.choice import Choice
from sim.ui.live.wheels import KINDS, kind_of, turning
from sim.ui.run.session import Session
from sim.ui.share import animation
from sim.ui.share.animation import MOST_FRAMES, SIZE, animate, pictures, reach, sector
from sim.ui.theme import DARK, LIGHT

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def session() -> Session:
    return Choice(text=SMALL, seed=3, weeks=80).open()


def test_frames_span_the_run_and_are_few(session: Session):
    frames = pictures(session, kind_of("sales"))
    assert len(frames) == MOST_FRAMES
    assert (frames[0].week, frames[-1].week) == (0, 80)
    assert np.diff([frame.week for frame in frames]).max() <= 2
    now = turning(Momentum.of(session.world), kind_of("sales"))
    assert frames[-1].wheel.stages == now.stages
    assert pictures(Choice(text=SMALL).open(), kind_of("sales")) == []


def test_it_turns_as_fast_as_the_page(session: Session):
    frames = pictures(session, kind_of("sales"))
    turned = np.diff([frame.angle for frame in frames])
    assert np.allclose(turned, [frame.wheel.turns * 6 / animation.FRAMES_A_SECOND for frame in frames[:-1]])


@pytest.mark.parametrize(("name", "theme"), [("sales", LIGHT), ("leader", DARK), ("evil", DARK)])
def test_it_is_a_gif_that_opens(session: Session, name: str, theme: object):
    progress: list[int] = []
    frames = pictures(session, kind_of(name))[::30]
    picture = Image.open(io.BytesIO(animate(frames, theme, "Six sellers", lambda done, *_: progress.append(done))))
    assert (picture.format, picture.n_frames, picture.size) == ("GIF", len(frames), SIZE)
    assert progress == list(range(len(frames)))
    first = np.asarray(picture.convert("RGB"))
    assert len(np.unique(first.reshape(-1, 3), axis=0)) > 20, "something is drawn"


def test_a_segment_reaches_as_far_as_on_the_page():
    assert (reach(1), reach(2), reach(9)) == (130, 190, 190)
    for kind in KINDS:
        step = (-360 if kind.vicious else 360) / (9 if kind.vicious else 5)
        corners = sector(step, reach(1.5)) - 220
        radii = np.hypot(*corners.T)
        assert math.isclose(radii.min(), 70)
        assert math.isclose(radii.max(), reach(1.5))
