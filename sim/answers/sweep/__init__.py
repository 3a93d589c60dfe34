"""The answer of a sweep."""
