from .engine.sales_org import SalesOrg as SalesOrg
from .engine.world import World as World
from .measures.run import Run as Run
from .measures.run import simulate as simulate
from .questions.compare.run import compare as compare
from .scenario.errors import InputError as InputError
from .scenario.scenario import Scenario as Scenario
from .studies.worlds import worlds as worlds
