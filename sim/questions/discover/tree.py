"""A tree that tells two kinds of worlds apart, of a depth that cross-validation chooses.

Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees (1984), by `sklearn.tree`; trees for
scenario discovery, Lempert, Bryant and Bankes, RAND WR-557-NSF (2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.discover.box import Box, Limit, is_choice, readable
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.questions.discover.box import Flags

DEEPEST = 3
_FOLDS, _REPEATS, _INNER_FOLDS = 5, 2, 3
_SMALLEST_LEAF = 0.05


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A place in a tree."""

    box: Box  # limits of the worlds that come here
    worlds: int  # how many there are
    of_interest: int  # those in which the outcome holds
    split: Limit | None = None  # what is asked here: the limit of those who go left; None at a leaf
    left: TreeNode | None = None  # where those go for whom it holds
    right: TreeNode | None = None  # where the others go

    @property
    def share(self) -> float:
        """Share of the worlds here in which the outcome holds; nan without any."""
        return self.of_interest / self.worlds if self.worlds else float("nan")

    def leaves(self) -> list[TreeNode]:
        """List the leaves from left to right."""
        if self.left is None or self.right is None:
            return [self]
        return [*self.left.leaves(), *self.right.leaves()]

    def depth(self) -> int:
        """Most questions on the way to a leaf."""
        if self.left is None or self.right is None:
            return 0
        return 1 + max(self.left.depth(), self.right.depth())

    def inputs(self) -> tuple[str, ...]:
        """Name what is asked for, from the top down."""
        if self.split is None or self.left is None or self.right is None:
            return ()
        return tuple(dict.fromkeys((self.split.name, *self.left.inputs(), *self.right.inputs())))


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree over all worlds, and how well such trees do on worlds they have not seen.

    Attributes:
        root: Its first question.
        accuracy: Mean over folds of the balanced accuracy: the mean of the shares of both kinds that are told right;
            0.5 is what guessing gives.
        low: Tenth percentile over folds.
        high: Ninetieth percentile over folds.
    """

    root: TreeNode
    accuracy: float
    low: float
    high: float

    @property
    def knows(self) -> bool:
        """Whether nine folds of ten do better than guessing."""
        return self.low > 0.5


def check_extra() -> None:
    """Raise InputError, before anything is begun, if the extra `discover` is not installed."""
    try:
        import sklearn.tree  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise InputError(
            "scenario discovery needs its extra; install it with: pip install 'sales-flywheel[discover]'"
        ) from error


def grow(inputs: pd.DataFrame, outcome: Flags, *, seed: int = 0) -> Tree:
    """Grow a tree over all worlds; its depth is chosen anew in every fold that judges it.

    Args:
        inputs: A row a world; numbers, and words for choices. [worlds x inputs]
        outcome: Whether a world is of interest, at least five of each kind. [worlds]
        seed: Key of the folds.
    """
    from sklearn import model_selection, tree  # noqa: PLC0415 - an extra

    key = seed % 2**32  # the largest it takes
    coded, columns = _coded(inputs)
    leaf = max(5, int(_SMALLEST_LEAF * len(outcome)))
    search = model_selection.GridSearchCV(
        tree.DecisionTreeClassifier(min_samples_leaf=leaf, class_weight="balanced", random_state=key),
        {"max_depth": list(range(1, DEEPEST + 1))},
        scoring="balanced_accuracy",
        cv=model_selection.StratifiedKFold(_INNER_FOLDS, shuffle=True, random_state=key),
    )
    folds = model_selection.RepeatedStratifiedKFold(n_splits=_FOLDS, n_repeats=_REPEATS, random_state=key)
    scores = model_selection.cross_val_score(search, coded, outcome, scoring="balanced_accuracy", cv=folds)
    fitted = search.fit(coded, outcome).best_estimator_.tree_
    root = _Reader(inputs, outcome, columns, fitted).node(0, (), np.ones(len(outcome), dtype=bool))
    return Tree(root, float(scores.mean()), *map(float, np.quantile(scores, [0.1, 0.9])))


def _coded(inputs: pd.DataFrame) -> tuple[NDArray[np.float64], list[tuple[str, str | None]]]:
    """Write choices as a column a word; each column's input and word."""
    columns: list[tuple[str, str | None]] = []
    values = []
    for name in inputs:
        words = sorted(set(inputs[name])) if is_choice(inputs[name]) else [None]
        for word in words:
            columns.append((str(name), word))
            values.append(inputs[name].to_numpy(dtype=float) if word is None else (inputs[name] == word).to_numpy())
    return np.column_stack(values).astype(float), columns


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a fitted tree as questions in numbers people can read; worlds are counted by these."""

    inputs: pd.DataFrame
    outcome: Flags
    columns: list[tuple[str, str | None]]
    fitted: Any

    def node(self, row: int, box: Box, here: Flags) -> TreeNode:
        """Read a node and what is below it."""
        counted = int(here.sum()), int((here & self.outcome).sum())
        left, right = int(self.fitted.children_left[row]), int(self.fitted.children_right[row])
        if left == right:
            return TreeNode(box, *counted)
        yes, no = self._question(row, box)
        goes = yes.holds(self.inputs[yes.name])
        return TreeNode(
            box, *counted, yes,
            self.node(left, _narrowed(box, yes), here & goes), self.node(right, _narrowed(box, no), here & ~goes),
        )  # fmt: skip

    def _question(self, row: int, box: Box) -> tuple[Limit, Limit]:
        """Limits of those who go left, and of those who go right."""
        name, word = self.columns[int(self.fitted.feature[row])]
        values = self.inputs[name]
        if word is not None:
            words = next((limit.words for limit in box if limit.name == name), tuple(sorted(set(values))))
            return Limit(name, words=tuple(other for other in words if other != word)), Limit(name, words=(word,))
        cut = float(self.fitted.threshold[row])
        if pd.api.types.is_integer_dtype(values.dtype):
            return Limit(name, high=float(np.floor(cut))), Limit(name, low=float(np.floor(cut)) + 1.0)
        cut = readable(cut, float(values.max() - values.min()), whole=False, up=False)
        return Limit(name, high=cut), Limit(name, low=cut)


def _narrowed(box: Box, more: Limit) -> Box:
    """Add a limit to a box; of one that is there already it moves the end."""
    old = next((limit for limit in box if limit.name == more.name), None)
    if old is None:
        return (*box, more)
    low = more.low if more.low is not None else old.low
    high = more.high if more.high is not None else old.high
    return tuple(Limit(more.name, low, high, more.words) if limit is old else limit for limit in box)
