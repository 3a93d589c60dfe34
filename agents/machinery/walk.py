"""The walks through the state that many rules take, each written once: a seat's accounts, and its pipeline."""

from collections.abc import Iterable

from agents.machinery.rule import helper
from agents.machinery.state import State


@helper
def territory_of(s: State, i: int) -> Iterable[int]:
    """The accounts of a seat, in order. [rows of buyers]."""
    rep = s.reps[i]
    return range(rep.first_account, rep.first_account + rep.n_accounts)


@helper
def pipeline_of(s: State, i: int) -> Iterable[int]:
    """The open opportunities of a seat, in the order in which they were taken up. [rows of opportunities]."""
    first = first_place(s, i)
    return range(first, first + s.reps[i].n_open)


@helper
def asked_of(s: State, i: int) -> Iterable[int]:
    """The needs a seat is asked about and has not looked at yet. [rows of opportunities]."""
    first = first_place(s, i) + s.reps[i].n_open
    return range(first, first + s.reps[i].n_asking)


@helper
def first_place(s: State, i: int) -> int:
    """Where the pipeline of a seat begins; it has a place for every line of every account. [row of opportunities]."""
    return s.reps[i].first_account * len(s.lines)
