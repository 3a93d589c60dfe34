"""Which values of the parameters fit what was measured."""
