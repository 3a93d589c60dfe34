"""The view that shares a run: links, files, and a short animation."""
