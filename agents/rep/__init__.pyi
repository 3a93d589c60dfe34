from .agent import Rep as Rep
