"""What tests of commands share."""

import pytest


@pytest.fixture(autouse=True)
def _pictures(drawn_once: None) -> None:
    """What a picture shows is tested with the answers; commands only have to write it."""
