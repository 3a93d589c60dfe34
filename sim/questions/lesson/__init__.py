"""Lessons: what is predicted, played and measured; the format of their files."""
