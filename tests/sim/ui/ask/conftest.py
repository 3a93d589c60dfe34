"""The questions as the page is handed them."""

import pytest

from sim.cli.on_page import offer_questions


@pytest.fixture(autouse=True, scope="session")
def _questions_are_offered() -> None:
    offer_questions()
