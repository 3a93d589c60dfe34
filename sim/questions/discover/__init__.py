"""Where an outcome holds and where not."""
