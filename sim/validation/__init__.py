"""Validation: patterns the model must show, tested on paired runs, and the documents made from it.

`sim.validation.runner` runs them, `sim.validation.page` writes `validation.md`; `sim.validation.document` keeps the
tables of `docs/model.md` as the code has them.
"""
