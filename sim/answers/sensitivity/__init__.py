"""The answer of a sensitivity study."""
