"""What a visitor runs: a session on a world, the levers that act on it, and the thread that plays it."""
