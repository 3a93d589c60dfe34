"""Twin worlds: what is different in B, C and D, which deals ended differently, and why."""
