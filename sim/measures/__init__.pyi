from .run import Run as Run
from .run import simulate as simulate
