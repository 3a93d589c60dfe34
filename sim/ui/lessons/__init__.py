"""Lessons: files that lead through a run chapter by chapter, what they measure, and the view that plays them."""
