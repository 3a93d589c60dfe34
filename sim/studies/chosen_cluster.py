"""Which Dask cluster runs what is run, if any."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "local"  # in place of an address: a cluster that is started here

_SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")
_CHOSEN: ContextVar[str | None] = ContextVar("cluster", default=None)


@contextmanager
def on_cluster(address: str | None) -> Iterator[None]:
    """Run on a Dask cluster whatever is run within: `with sim.on_cluster("tcp://10.0.0.5:8786"): sim.invest(...)`.

    Args:
        address: Of a scheduler, or `local` to start one here; None changes nothing.

    Raises:
        InputError: That is no address.
    """
    check_address(address)
    before = _CHOSEN.set(address or _CHOSEN.get())
    try:
        yield
    finally:
        _CHOSEN.reset(before)


def chosen_cluster() -> str | None:
    """Give the address that `on_cluster` set; None where this machine's threads run it."""
    return _CHOSEN.get()


def check_address(address: str | None) -> None:
    """Raise InputError for what is no address of a Dask scheduler."""
    if address not in (None, LOCAL) and str(address).partition("://")[0] not in _SCHEMES:
        raise InputError(f'--cluster {address}: it must be "{LOCAL}" or an address such as tcp://10.0.0.5:8786')
