"""Docking: the engine with everything else switched off, held against results no one here made.

Every scenario is built from `bare.bare` by overrides; nothing is re-implemented. What a result should be is stated
beside it, and the tolerance follows from the number of runs.
"""
