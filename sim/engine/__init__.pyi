from .sales_org import SalesOrg as SalesOrg
from .world import World as World
from .world import prepare as prepare
