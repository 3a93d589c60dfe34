"""Sales Flywheel: an agent-based simulator of sales organizations."""
