"""Studies: many cases of one organization over the same seeds, kept run by run.

A study is a plan (`StudyPlan`: cases x seeds), done in chunks (`work`) by a pool (`pools`), kept in a store (`store`)
and read as data frames (`Study`). Every analysis of many runs stands on it.
"""

from sim.experiments.study.merge import Rerun, merge_studies, rerun
from sim.experiments.study.places import Halted
from sim.experiments.study.plan import StudyCase, StudyPlan
from sim.experiments.study.run import Study, run_study

__all__ = ["Halted", "Rerun", "Study", "StudyCase", "StudyPlan", "merge_studies", "rerun", "run_study"]
