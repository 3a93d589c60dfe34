"""A whole design of cases."""
