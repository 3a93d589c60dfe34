"""The answer of a why."""
