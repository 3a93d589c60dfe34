"""Cases compared with doing nothing, under the same luck."""
