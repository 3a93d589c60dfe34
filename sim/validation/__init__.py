"""Validation: what shipped scenarios give, held against measured ranges, and the documents made from it.

`validate` runs the scenarios and writes `validation.md` and its figure; `sim.validation.document` keeps the tables of
`docs/model.md` as the code has them.
"""

from sim.validation.page import validate

__all__ = ["validate"]
