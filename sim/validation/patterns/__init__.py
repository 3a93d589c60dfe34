"""The patterns, one module for each part of the model they look at.

Every module has `PATTERNS: tuple[Pattern, ...]`; `sim.validation.registry` names the modules.
"""
