from .errors import InputError as InputError
from .errors import ScenarioError as ScenarioError
from .measures import MEASURES as MEASURES
from .scenario import Scenario as Scenario
