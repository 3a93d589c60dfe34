from .agent import Manager as Manager
