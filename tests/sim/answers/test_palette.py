"""Colours that everyone can tell apart."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim.answers.palette import AS_IS, CASES, DASHES, HOURS, REPORTED_REASON, TRUE_REASON, colours_of, dashes_of

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE TVCG 15(6), 2009: full dichromacy, linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
}  # fmt: skip
LAB = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
MIX = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip


def oklab(colour: str, vision: str) -> np.ndarray:
    """Where a colour lies in the Oklab space, as this vision sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return MIX @ np.cbrt(LAB @ np.clip(VISION[vision] @ linear, 0, 1))


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colours", [(AS_IS, *CASES[:3]), (TRUE_REASON, REPORTED_REASON)], ids=["cases", "reasons"])
def test_colours_beside_each_other_differ(colours: tuple[str, ...], vision: str):
    gaps = {
        pair: np.linalg.norm(oklab(pair[0], vision) - oklab(pair[1], vision))
        for pair in itertools.combinations(colours, 2)
    }
    assert min(gaps.values()) > 0.08, gaps


@pytest.mark.parametrize("vision", VISION)
def test_neighbouring_uses_of_hours_differ(vision: str):
    colours = [colour for _, colour in HOURS.values()]
    gaps = [
        np.linalg.norm(oklab(first, vision) - oklab(second, vision)) for first, second in itertools.pairwise(colours)
    ]
    assert min(gaps) > 0.05


def test_a_case_keeps_its_colour_whatever_else_is_compared():
    assert colours_of(["as_is", "a"])["a"] == colours_of(["as_is", "a", "b"])["a"] == CASES[0]
    assert colours_of([])["as_is"] == AS_IS


def test_more_cases_than_colours_still_differ():
    cases = [f"case {number}" for number in range(2 * len(CASES))]
    looks = {(colours_of(cases)[case], dashes_of(cases)[case]) for case in cases}
    assert len(looks) == len(cases)
    assert len(DASHES) == len(CASES)
