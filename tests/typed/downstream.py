"""What somebody else's code may look like; a type checker reads it as strictly as ours."""

import pandas as pd

from agents import Buyer, Manager, OverlaySpecialist, Rep
from sim import Run, SalesOrg, Scenario, World, compare, simulate
from sim.studies import StudyPlan, run_study


class Attentive(Rep):
    """Books a little more than others."""

    def collect_results(self) -> None:
        """Add one unit of money."""
        super().collect_results()
        self.booked += 1.0


def answer(name: str) -> tuple[float, pd.DataFrame, float]:
    """Ask three things of a scenario."""
    scenario: Scenario = Scenario.load(name).override({"structure.n_reps": 4})
    run: Run = simulate(scenario, seed=7, weeks=4, rep_class=Attentive)
    world: World = run.world
    org = SalesOrg(scenario, rng=7, agent_classes={Rep: Attentive, Manager: Manager, Buyer: Buyer})
    org.run_for(2)
    kinds = [OverlaySpecialist.__name__, str(world.week)]
    result = compare(scenario, {"focus": {"operations.wip_limit": 8}}, seeds=4, weeks=13)
    effect: float = result.effect("focus")["difference"]
    study = run_study(StudyPlan.of(scenario, {"focus": {"operations.wip_limit": 8}}, seeds=2, weeks=4))
    return run.summary["win_rate"] + effect + len(kinds), run.weekly, float(len(study.plan.seeds))
