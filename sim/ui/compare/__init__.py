"""The view that compares cases with doing nothing."""
