"""The live page: a session on one world, what it shows of it, and the parts that are drawn."""
