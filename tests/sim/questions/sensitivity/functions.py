"""Functions of places in the unit cube whose indices are known."""

import numpy as np

G = np.array([0.0, 1.0, 4.5, 9.0])


def ishigami(places):
    x = np.pi * (2.0 * places - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(places):
    return np.prod((np.abs(4.0 * places - 2.0) + G) / (1.0 + G), axis=1)


def additive(places):
    """The last factor is a dummy."""
    return places @ np.array([3.0, 2.0, 1.0, 0.0])


def with_luck(design, function, *, seeds=2, sd=0.0, shared=0.0, key=0):
    """Values of a function with luck of single points and luck all points of a seed share."""
    chance = np.random.default_rng(key)
    luck = sd * chance.standard_normal((len(design.points), seeds)) + shared * chance.standard_normal(seeds)
    return function(design.points)[:, None] + luck


def by_name(table, column):
    return table.set_index("parameter")[column]
