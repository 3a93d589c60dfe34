"""The view that turns a wheel and measures what its links pass on."""
