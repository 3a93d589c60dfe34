"""The view that asks any question of the command line, made from what the questions declare."""
