"""Sensitivity: which of the numbers a scenario rests on decide what comes out.

Morris' screening finds the few that matter among many; Sobol's indices share the variance out among those, with what
they do together and what all others do: from a polynomial, or from Saltelli's design where that explains too little.
Screening and design by SALib; chance is told apart from the parameters.
"""
