"""The answer of a wheel."""
