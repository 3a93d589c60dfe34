"""Studies: many cases of one organization over the same seeds, kept run by run.

A study is a plan (`StudyPlan`: cases x seeds), done in chunks (`work`) by a pool (`pools`), kept in a store (`store`)
and read as data frames (`Study`). Every analysis of many runs stands on it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
