"""The answer of a discovery."""
